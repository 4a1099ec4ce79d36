import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import type { Officer } from '../actor';
import { currentOrganisation } from '../organisations/organisations.service';
import { regionChanging } from '../region-changes/region-changing.rules';
import type { Faults } from '../texts.rules';
import { checkAccused } from './case-form.rules';
import { checkCategory } from './content-categories.service';
import { unknownRegion } from './petitioner-form.rules';
import type { CaseFacts } from './registration.types';

/** The region codes in use, held until the transaction ends, so that no change of regions passes by what it writes. */
export async function holdRegions(
  tx: ScopedTransaction,
  regions: PresentRegions,
): Promise<RegionCodes & { isRegion(code: string): boolean }> {
  const codes = await regions.hold(tx);
  return { ...codes, isRegion: (code) => codes.levelOf(code) !== null };
}

/**
 * Checks an item's data against what is stored: problem region, content category, accused organisation. Adds INVALID_REGION_CODE,
 * REGION_CHANGING, CATEGORY_UNKNOWN, CATEGORY_TOO_COARSE, ACCUSED_IS_OWN_UNIT, NOT_FOUND. Fields that are missing are left to
 * the check of the form.
 */
export async function checkAgainstStore(
  tx: ScopedTransaction,
  { problemRegionCode, contentCategory, accusedOrganisationId, accusedAccountId }: CaseFacts,
  codes: Pick<RegionCodes, 'levelOf' | 'isMoving'>,
  officer: Officer,
  faults: Faults,
): Promise<void> {
  if (problemRegionCode) {
    if (codes.levelOf(problemRegionCode) === null) faults.add(unknownRegion('data.problemRegionCode'));
    else if (codes.isMoving(problemRegionCode)) faults.add(regionChanging('data.problemRegionCode'));
  }
  if (contentCategory) await checkCategory(tx, contentCategory, 'data.contentCategory', faults);
  checkAccused({ accusedOrganisationId, accusedAccountId }, officer, faults);
  if (
    accusedOrganisationId !== null &&
    isUuid(accusedOrganisationId) &&
    (await currentOrganisation(tx, accusedOrganisationId)) === undefined
  )
    faults.add(refuse.notFound('data.accusedOrganisationId'));
}
