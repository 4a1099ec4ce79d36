import { ancestorsByCode } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import type { Organisation } from '../cases/case.types';

/** What of an organisation decides about routing. */
export type RoutedOrganisation = Pick<Organisation, 'id' | 'regionCode' | 'superiorId' | 'isBureau'>;

/**
 * The regions below a sender on the way to the problem region, the nearest first; the default destination is the
 * bureau of the first that has one. Empty when the problem region is not below the sender's. Rule: PT-HND-02.
 */
export function regionsBelow(senderRegionCode: string, problemRegionCode: string): string[] {
  const path = ancestorsByCode(problemRegionCode);
  const own = path.indexOf(senderRegionCode);
  return own < 0 ? [] : path.slice(own + 1);
}

/**
 * Whether an item may go from a sender to a destination: to a unit of a lower level on the problem region's path; or,
 * where the problem region is the sender's or below, to a unit directly subordinate to the sender 直属单位 in the
 * same region: the sender's own, and for a bureau those of the government it works for. Rule: PT-HND-01.
 */
export function isOnPath(
  sender: RoutedOrganisation,
  destination: RoutedOrganisation,
  problemRegionCode: string,
): boolean {
  if (destination.id === sender.id) return false;
  if (regionsBelow(sender.regionCode, problemRegionCode).includes(destination.regionCode)) return true;
  return (
    destination.regionCode === sender.regionCode &&
    ancestorsByCode(problemRegionCode).includes(sender.regionCode) &&
    isDirectlySubordinate(sender, destination)
  );
}

function isDirectlySubordinate(sender: RoutedOrganisation, unit: RoutedOrganisation): boolean {
  if (unit.superiorId === sender.id) return true;
  if (!sender.isBureau || unit.isBureau) return false;
  return unit.superiorId === null || unit.superiorId === sender.superiorId;
}

/**
 * Checks a destination. `forbidden` are the organisations of the accused and those below them. Throws
 * FORBIDDEN_DESTINATION (PT-HND-08), before all else, or DESTINATION_NOT_ON_PATH (PT-HND-01).
 */
export function checkDestination(
  sender: RoutedOrganisation,
  destination: RoutedOrganisation,
  problemRegionCode: string,
  forbidden: ReadonlySet<string>,
): void {
  if (forbidden.has(destination.id)) throw forbiddenDestination('destinationOrgId');
  if (!isOnPath(sender, destination, problemRegionCode)) {
    throw new Refusal(
      'DESTINATION_NOT_ON_PATH',
      {
        zh: '去向机构不在问题属地的下级路径上，也不是本单位的直属单位；请先更正问题属地，或改选去向机构',
        en: 'The destination is neither below you on the path of the problem region nor directly subordinate to you; correct the problem region first, or choose another destination',
      },
      { field: 'destinationOrgId' },
    );
  }
}

/**
 * Checks the organisations that get a copy 抄送: of the sender's own region or below it, and not of the accused. Throws
 * FORBIDDEN_DESTINATION, COPY_OUT_OF_REGION.
 */
export function checkCopies(
  sender: RoutedOrganisation,
  copies: readonly RoutedOrganisation[],
  forbidden: ReadonlySet<string>,
): void {
  for (const copy of copies) {
    if (forbidden.has(copy.id)) throw forbiddenDestination('copyOrgIds');
    if (!ancestorsByCode(copy.regionCode).includes(sender.regionCode)) {
      throw new Refusal(
        'COPY_OUT_OF_REGION',
        {
          zh: '抄送机构不在本辖区内，请改选本级或下级机构',
          en: 'A copy may go to organisations of your own region and below; choose another',
        },
        { field: 'copyOrgIds' },
      );
    }
  }
}

/** An organisation of the accused is never given an item. */
export const forbiddenDestination = (field: string) =>
  new Refusal(
    'FORBIDDEN_DESTINATION',
    {
      zh: '检举控告件不得转给被反映人所在单位或其下属单位，请改选去向机构',
      en: 'An accusation must not go to the accused person’s unit or one below it; choose another destination',
    },
    { field },
  );
