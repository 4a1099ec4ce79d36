import { defineRegionFollowing } from '@junxian/region-changes';
import { scopes } from '../service-scopes';

/** How this service's rows follow region changes; new tables are added at the end. */
export const regionFollowing = defineRegionFollowing({
  scope: scopes.followRegionChanges(),
  tables: [
    { name: 'organisation' },
    { name: 'officer_appointment' },
    { name: 'petition_matter', columns: ['region_code', 'problem_region_code'] },
    {
      name: 'case_item',
      columns: ['region_code', 'problem_region_code'],
      parts: [{ name: 'org_task' }],
    },
  ],
  notFollowed: {
    'case_serial.region_code': 'numbers stay with the code they were given under',
    'petitioner.household_region_code': 'a snapshot of what the petitioner stated',
    'petitioner.usual_region_code': 'a snapshot of what the petitioner stated',
    'petitioner.mailing_region_code': 'a snapshot of what the petitioner stated',
  },
});
