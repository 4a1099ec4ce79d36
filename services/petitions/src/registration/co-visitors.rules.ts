import type { CaseItem } from '../cases/case.types';
import {
  type IdentityView,
  type ItemOfIdentity,
  identityView,
  type Viewer,
} from '../cases/petitioner-view.rules';

/** How much of the co-visitors somebody sees (section 6). */
export type CoVisitorSight = 'FULL' | 'NAMES' | 'COUNT' | 'NONE';

/**
 * Co-visitors: registering and handling officers full, the responsible unit names only, supervisors and statisticians (and whoever
 * held the item before) a count; protected as the petitioner is.
 */
export function coVisitorSight(
  item: ItemOfIdentity & Pick<CaseItem, 'organisationId' | 'responsibleOrganisationId'>,
  viewer: Viewer,
): CoVisitorSight {
  if (viewer.kind !== 'OFFICER') return 'NONE';
  // That a visit is anonymous hides its main visitor from every officer, and those who came along with them.
  const view: IdentityView = identityView(item, viewer);
  if (view === 'FULL')
    return item.responsibleOrganisationId === viewer.organisationId &&
      item.organisationId !== viewer.organisationId
      ? 'NAMES'
      : 'FULL';
  return view === 'PARTIAL' || view === 'ANONYMOUS' ? 'COUNT' : 'NONE';
}
