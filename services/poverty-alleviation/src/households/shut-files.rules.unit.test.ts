import { rule } from '@junxian/test-kit';
import type { HouseholdView } from './household-views.types';
import { shutFile } from './shut-files.rules';

type File = Pick<HouseholdView, 'fileStatus' | 'closedYear' | 'closeReason'>;

const file = (
  fileStatus: File['fileStatus'],
  closedYear: number | null = null,
  closeReason: File['closeReason'] = null,
): File => ({ fileStatus, closedYear, closeReason });

/** What of the answer tells the officer where to go. */
const ROLLBACK = '综合回退（8.1）';
const SUPPLEMENT = '贫困户补录（8.11）';
const ORIGIN = '到原户办理';
const OTHER_YEAR = '其他年度';

const CASES: [title: string, file: File, year: number, closureYear: number | null, next: string | null][] = [
  ['open', file('ACTIVE'), 2017, null, null],
  [
    'closed in the cycle by a population change',
    file('CLOSED', 2017, 'LAST_MEMBER_REDUCED'),
    2017,
    2017,
    ROLLBACK,
  ],
  [
    'closed in the cycle by a transfer',
    file('CLOSED', 2017, 'LAST_MEMBER_TRANSFERRED'),
    2017,
    2017,
    ROLLBACK,
  ],
  [
    'closed by a population change of a cycle that is over',
    file('CLOSED', 2016, 'LAST_MEMBER_REDUCED'),
    2016,
    2016,
    SUPPLEMENT,
  ],
  [
    'closed in the cycle by the deletion of duplicates',
    file('CLOSED', 2017, 'DUPLICATES_DELETED'),
    2017,
    2017,
    SUPPLEMENT,
  ],
  ['of a split that was taken back', file('CLOSED', 2017, 'ROLLBACK'), 2017, 2017, ORIGIN],
  ['closed, nobody knows why', file('CLOSED', 2017), 2017, 2017, SUPPLEMENT],
  ['cleared', file('CLEARED', 2017, 'CLEARED'), 2017, null, SUPPLEMENT],
  ['closed, in a year before', file('CLOSED', 2017, 'LAST_MEMBER_REDUCED'), 2016, null, null],
  ['cleared, in a year before', file('CLEARED', 2017, 'CLEARED'), 2014, null, null],
  ['left by everybody in this year alone', file('ACTIVE'), 2016, 2016, OTHER_YEAR],
  [
    'left by everybody in this year, closed later',
    file('CLOSED', 2017, 'LAST_MEMBER_REDUCED'),
    2016,
    2016,
    OTHER_YEAR,
  ],
];

rule('PA-PC-08', 'a file that is shut says so, and where to go if that is wrong', () => {
  for (const [title, household, year, closureYear, next] of CASES) {
    const refused = shutFile(household, { year, basic: { closureYear } }, year === 2017, 'householdId');
    const told = [ROLLBACK, SUPPLEMENT, ORIGIN, OTHER_YEAR].filter((word) => refused?.text.zh.includes(word));
    expect([title, told]).toEqual([title, next === null ? [] : [next]]);
    if (next === null) expect([title, refused]).toEqual([title, null]);
    else expect(refused).toMatchObject({ code: 'STATE_CONFLICT', field: 'householdId' });
  }
});
