import { Refusal } from '@junxian/errors';
import { POVERTY_STATUS } from '../code-lists';
import { activeMembers, type OperationPart, type Situation } from './situation.rules';

/** A household by its number, as preview and refusals name it. */
interface NumberedHousehold {
  id: string;
  householdNo: string;
}

/** How the households will stand; those that the operation made are empty. */
export function restoredSituations(parts: readonly OperationPart[]): ReadonlyMap<string, Situation> {
  return new Map(
    parts.map(({ before, after }) => [
      after.householdId,
      before ?? { ...after, fileStatus: 'CLOSED' as const, members: [] },
    ]),
  );
}

/** What preview and log say of the households: codes and counts only. */
export function factsOf(
  households: readonly NumberedHousehold[],
  situations: ReadonlyMap<string, Situation>,
) {
  return Object.fromEntries(
    households.map(({ id, householdNo }) => {
      const situation = situations.get(id)!;
      return [
        `households[${householdNo}]`,
        {
          fileStatus: situation.fileStatus,
          povertyStatus: POVERTY_STATUS.code(situation.povertyStatus),
          exitYear: situation.exitYear,
          returnYear: situation.returnYear,
          benefitEndMonth: situation.benefitEndMonth,
          isKeyTarget: situation.isKeyTarget,
          memberCount: activeMembers(situation),
        },
      ];
    }),
  );
}

/** Throws STATE_CONFLICT, naming the households, unless the operation is the latest of all its households. */
export function expectLatest(
  operationId: string,
  ids: readonly string[],
  parts: readonly { id: string; householdId: string }[],
  households: readonly NumberedHousehold[],
): void {
  const later = ids.filter((id) => !parts.some((part) => part.householdId === id && part.id === operationId));
  if (later.length === 0) return;
  const numbers = households.filter(({ id }) => later.includes(id)).map(({ householdNo }) => householdNo);
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: `该操作一并变更的贫困户（${numbers.join('、')}）此后又有动态管理操作，请先回退较晚的操作`,
      en: `A household that this operation changed as well (${numbers.join(', ')}) had a later operation; roll that back first`,
    },
    { field: 'householdId', details: { households: numbers } },
  );
}

/** The refusal of a household that has no operation to take back. */
export function nothingToTakeBack(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该户本年度没有可回退的动态管理操作；识别有误的请办理清退',
      en: 'The household has no operation of this cycle to roll back; a wrong identification is cleared instead',
    },
    { field: 'householdId' },
  );
}

/** The refusal of an operation whose results were changed since. */
export function changedSince(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该操作之后，户的档案或成员又经后台业务变更，不能回退；请先用相应的后台业务更正',
      en: 'File or members were changed by other functions since; correct that by those functions first',
    },
    { field: 'householdId' },
  );
}

/** The refusal of a member who would come back and is active elsewhere. */
export function activeElsewhere(): Refusal {
  return new Refusal(
    'DUPLICATE_ID',
    {
      zh: '应恢复的成员的证件号码本年度已登记在其他正常成员名下，不能回退；请先核实：号码有误的办理 8.6 更正，另一方识别有误的办理 8.2 清退',
      en: 'Another active member carries the ID number of a member to be restored; correct a wrong number (8.6) or clear whoever was wrongly identified (8.2) first',
    },
    { field: 'householdId' },
  );
}

/** The refusal of a member who would come back and is a helper by now (PA-AH-02); it says neither where nor of which unit. */
export function helpsByNow(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '应恢复的成员已登记为帮扶责任人，不能回退；该操作确属有误的，请先由其帮扶单位删除责任人登记',
      en: 'A member to be restored is registered as a helper by now; if the operation was wrong, have the unit delete the helper first',
    },
    { field: 'householdId' },
  );
}

/** The refusal of an operation with a household that the caller does not see: it is taken back as a whole. */
export function partlyBeyondSight(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该操作一并变更的贫困户现在外省，不能回退；请先与该省核实，成员有误的分别办理清退（8.2）、补录（8.10）',
      en: 'A household that this operation changed as well stands in another province by now, so it cannot be rolled back; agree with that province, then clear (8.2) and supplement (8.10) members as needed',
    },
    { field: 'householdId' },
  );
}
