import { maskValue } from '@junxian/access';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PairingLists } from '../assistance/pairing-lists.service';
import { DUPLICATE_CLASS } from '../back-office-code-lists';
import { chosenRange } from '../chosen-range.rules';
import { HOUSEHOLD_ATTRIBUTE, IDENTIFICATION_STANDARD, POVERTY_CAUSE, POVERTY_STATUS } from '../code-lists';
import { duplicatesPage } from '../duplicates/duplicates.service';
import type { HouseholdListService } from '../households/household-list.service';
import {
  type MemberView,
  readHeads,
  readHouseholds,
  readMembers,
  type YearRecordView,
} from '../households/household-views.service';
import type { PersonalData } from '../personal-data';
import { closedHouseholds } from '../queries/closed-households.service';
import { closeReasonLabel, yearOf } from './export-labels';
import type { ExportedList, ExportedPage, ExportQuestion } from './export-list.types';
import { columns, exportedPage, REGION_COLUMNS, regionCells } from './sheet-cells';

/** Who works with single households; the others see figures and lists without what was changed (catalogue §4). */
export const CASE_WORKERS = ['OPERATOR', 'MANAGER', 'PROVINCE_ADMIN'];

const HOUSEHOLD_COLUMNS = columns({
  ...REGION_COLUMNS,
  householdNo: '户编号',
  head: '户主姓名',
  idNumber: '户主证件号码',
  members: '家庭人口',
  attribute: '贫困户属性',
  standard: '识别标准',
  status: '脱贫状态',
  cause: '主要致贫原因',
});

/** Lists of households (PA-QY-01, PA-QY-03, PA-QY-09, PA-QY-10). */
export function householdLists(
  personal: PersonalData,
  list: HouseholdListService,
  pairings: PairingLists,
): Record<'HOUSEHOLDS' | 'HOUSEHOLDS_WITHOUT_HELPER' | 'CLOSED_HOUSEHOLDS' | 'DUPLICATES', ExportedList> {
  return {
    HOUSEHOLDS: {
      title: '贫困户查询',
      columns: HOUSEHOLD_COLUMNS,
      page: async (tx, question) => {
        const { filter, principal, first, after } = question;
        const page = await list.page(tx, principal, { ...filter, year: yearOf(filter), first, after });
        return householdRows(tx, personal, question, page);
      },
    },
    HOUSEHOLDS_WITHOUT_HELPER: {
      title: '无帮扶责任人贫困户查询',
      columns: HOUSEHOLD_COLUMNS,
      page: async (tx, question) => {
        const { filter, principal, first, after } = question;
        const asked = { year: yearOf(filter), region: filter.region ?? null };
        const page = await pairings.householdsWithoutHelper(tx, principal, asked, { first, after });
        return householdRows(tx, personal, question, page);
      },
    },
    CLOSED_HOUSEHOLDS: {
      title: '销户查询',
      columns: columns({
        ...REGION_COLUMNS,
        householdNo: '户编号',
        lastHead: '最后户主',
        closureYear: '销户年度',
        reason: '销户原因',
        operator: '经办账号',
      }),
      page: async (tx, { filter, principal, first, after }) =>
        exportedPage(
          await closedHouseholds(tx, chosenRange(filter.region, principal), {
            closureYear: filter.closureYear,
            first,
            after,
          }),
          ({ regionCode, householdNo, lastHeadName, closureYear, reason, operator }) => ({
            ...regionCells(regionCode),
            householdNo,
            lastHead: lastHeadName,
            closureYear,
            reason: closeReasonLabel(reason),
            operator,
          }),
        ),
    },
    DUPLICATES: {
      title: '重复证件号码查询',
      roles: CASE_WORKERS,
      columns: columns({
        group: '组号',
        class: '重复类型',
        ...REGION_COLUMNS,
        householdNo: '户编号',
        name: '姓名',
        idNumber: '证件号码',
      }),
      page: (tx, question) => duplicateRows(tx, personal, question),
    },
  };
}

async function householdRows(
  tx: ScopedTransaction,
  personal: PersonalData,
  { reveal }: ExportQuestion,
  page: { nodes: YearRecordView[]; endCursor: string | null; hasNextPage: boolean },
): Promise<ExportedPage> {
  const heads = await readHeads(tx, page.nodes);
  const numbers = new ShownNumbers(personal, reveal);
  const exported = exportedPage(page, ({ householdId, householdNo, regionCode, basic }) => {
    const head = heads.get(householdId);
    return {
      ...regionCells(regionCode),
      householdNo,
      head: head?.name ?? null,
      idNumber: head ? numbers.of(head) : null,
      members: basic.memberCount,
      attribute: HOUSEHOLD_ATTRIBUTE.label(basic.householdAttribute),
      standard: IDENTIFICATION_STANDARD.label(basic.identificationStandard),
      status: POVERTY_STATUS.label(basic.povertyStatus),
      cause: POVERTY_CAUSE.label(basic.mainCause),
    };
  });
  return { ...exported, ...numbers.shown() };
}

async function duplicateRows(
  tx: ScopedTransaction,
  personal: PersonalData,
  { filter, principal, reveal, first, after }: ExportQuestion,
): Promise<ExportedPage> {
  const year = yearOf(filter);
  const range = chosenRange(filter.region, principal);
  const [before, cursor] = groupsBefore(after);
  const { nodes, endCursor, hasNextPage } = await duplicatesPage(tx, range, {
    year,
    class: filter.duplicateClass,
    first,
    after: cursor,
  });
  const keys = nodes.flatMap(({ holders }) =>
    holders.flatMap(({ householdId }) => (householdId === null ? [] : [{ householdId, year }])),
  );
  const ids = keys.map(({ householdId }) => householdId);
  const [members, households] = await Promise.all([readMembers(tx, keys), readHouseholds(tx, ids)]);
  const memberById = new Map(members.map((member) => [member.id, member]));
  const numberOf = new Map(households.map(({ id, householdNo }) => [id, householdNo]));
  const numbers = new ShownNumbers(personal, reveal);
  const rows = nodes.flatMap((group, index) =>
    group.holders.map(({ regionCode, householdId, memberId }) => {
      // Of holders outside the caller's region only the region is told (PA-DU-01).
      const member = memberId === null ? undefined : memberById.get(memberId);
      return {
        group: before + index + 1,
        class: DUPLICATE_CLASS.label(group.class),
        ...regionCells(regionCode),
        householdNo: householdId === null ? null : (numberOf.get(householdId) ?? null),
        name: member?.name ?? null,
        idNumber: member ? numbers.of(member) : null,
      };
    }),
  );
  const next = hasNextPage ? `${before + nodes.length}:${endCursor}` : null;
  return { rows, next, ...numbers.shown() };
}

/** How many groups of duplicates the pages before had, and the cursor behind the last of them. */
function groupsBefore(after: string | null): [number, string | null] {
  if (after === null) return [0, null];
  const colon = after.indexOf(':');
  return [Number(after.slice(0, colon)), after.slice(colon + 1)];
}

/** ID numbers of one page, masked, or in full and noted down. */
class ShownNumbers {
  private readonly citizenIds = new Set<string>();
  private inFull = false;

  constructor(
    private readonly personal: PersonalData,
    private readonly reveal: boolean,
  ) {}

  of(member: Pick<MemberView, 'idNumberSealed' | 'citizenId'>): string | null {
    const number = this.personal.open(member.idNumberSealed, 'member.id_number');
    if (number === null) return null;
    if (!this.reveal) return maskValue('ID_NUMBER', number);
    this.inFull = true;
    if (member.citizenId !== null) this.citizenIds.add(member.citizenId);
    return number;
  }

  shown(): Pick<ExportedPage, 'revealed'> {
    return this.inFull
      ? { revealed: { field: 'HouseholdMember.idNumber', citizenIds: [...this.citizenIds] } }
      : {};
  }
}
