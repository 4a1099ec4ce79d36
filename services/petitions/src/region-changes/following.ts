import { defineRegionFollowing } from '@junxian/region-changes';
import { scopes } from '../service-scopes';
import { noteForRecount, noteMovedOrganisations } from '../statistics/recount.service';

/** How this service's rows follow region changes; new tables are added at the end. */
export const regionFollowing = defineRegionFollowing({
  scope: scopes.followRegionChanges(),
  tables: [
    { name: 'organisation', after: noteMovedOrganisations },
    { name: 'officer_appointment' },
    { name: 'petition_matter', columns: ['region_code', 'problem_region_code'] },
    { name: 'online_submission', columns: ['region_code', 'problem_region_code'] },
    {
      name: 'case_item',
      columns: ['region_code', 'problem_region_code'],
      after: noteForRecount,
      parts: [{ name: 'org_task' }, { name: 'evaluation' }],
    },
    { name: 'review_case' },
    { name: 'warning' },
    { name: 'supervision_reminder' },
    { name: 'published_case', columns: ['region_code', 'problem_region_code'] },
    { name: 'guide_page' },
    { name: 'city_link' },
    { name: 'suggestion' },
    { name: 'simple_registration' },
  ],
  notFollowed: {
    'export_log.region_code': 'an audit entry keeps the code it was written under',
    'public_account.household_region_code': 'what the citizen stated',
    'public_account.usual_region_code': 'what the citizen stated',
    'public_account.mailing_region_code': 'what the citizen stated',
    'statistic_contribution.region_code': 'counted anew with its item',
    'statistic_counter.region_code': 'the sum of the contributions',
    'case_serial.region_code': 'numbers stay with the code they were given under',
    'petitioner.household_region_code': 'a snapshot of what the petitioner stated',
    'petitioner.usual_region_code': 'a snapshot of what the petitioner stated',
    'petitioner.mailing_region_code': 'a snapshot of what the petitioner stated',
  },
});
