import { rule } from '@junxian/test-kit';
import { daysFaults, overlap, type TeamPost, teamFaults } from './work-team.rules';

const TEAM = { startDate: '2017-01-01', endDate: '2018-12-31' };
let places = 0;
beforeEach(() => {
  places = 0;
});
const member = (startDate: string, endDate: string, post: Partial<TeamPost> = {}): TeamPost => ({
  path: `members[${places++}]`,
  helperId: null,
  isLeader: false,
  isFirstSecretary: false,
  startDate,
  endDate,
  ...post,
});
const leader = (startDate: string, endDate: string) => member(startDate, endDate, { isLeader: true });
const secretary = (startDate: string, endDate: string) =>
  member(startDate, endDate, { isFirstSecretary: true });
const faultsOf = (...members: TeamPost[]) =>
  teamFaults(TEAM, members).map(({ code, field, text }) =>
    `${code} ${field} ${/\d{4}-\d\d-\d\d 起/.exec(text.zh)?.[0] ?? ''}`.trim(),
  );

rule('PA-WT-02', 'a team has exactly one leader on every day of its term', () => {
  expect(faultsOf(leader('2017-01-01', '2018-12-31'))).toEqual([]);
  expect(faultsOf(leader('2017-01-01', '2017-06-30'), leader('2017-07-01', '2018-12-31'))).toEqual([]);
  expect(faultsOf()).toEqual(['STATE_CONFLICT members 2017-01-01 起']);
  expect(faultsOf(member('2017-01-01', '2018-12-31'))).toEqual(['STATE_CONFLICT members 2017-01-01 起']);
  expect(faultsOf(leader('2017-01-02', '2018-12-31'))).toEqual(['STATE_CONFLICT members 2017-01-01 起']);
  expect(faultsOf(leader('2017-01-01', '2018-12-30'))).toEqual(['STATE_CONFLICT members 2018-12-31 起']);
  expect(faultsOf(leader('2017-01-01', '2017-06-29'), leader('2017-07-01', '2018-12-31'))).toEqual([
    'STATE_CONFLICT members 2017-06-30 起',
  ]);
  places = 0;
  expect(faultsOf(leader('2017-01-01', '2017-07-01'), leader('2017-07-01', '2018-12-31'))).toEqual([
    'STATE_CONFLICT members[1].isLeader',
  ]);
  places = 0;
  expect(faultsOf(leader('2017-01-01', '2018-12-31'), leader('2017-03-01', '2017-03-01'))).toEqual([
    'STATE_CONFLICT members[1].isLeader',
  ]);
});

rule('PA-WT-02', 'a team has at most one first secretary at a time', () => {
  const led = leader('2017-01-01', '2018-12-31');
  expect(faultsOf(led, secretary('2017-01-01', '2017-12-31'), secretary('2018-01-01', '2018-12-31'))).toEqual(
    [],
  );
  places = 1;
  expect(faultsOf(led, secretary('2017-01-01', '2017-12-31'), secretary('2017-12-31', '2018-12-31'))).toEqual(
    ['STATE_CONFLICT members[2].isFirstSecretary'],
  );
  expect(faultsOf({ ...led, isFirstSecretary: true })).toEqual([]);
});

rule('PA-WT-02', 'members’ terms lie within the team’s', () => {
  const led = leader('2017-01-01', '2018-12-31');
  expect(faultsOf(led, member('2017-01-01', '2018-12-31'))).toEqual([]);
  places = 1;
  expect(faultsOf(led, member('2016-12-31', '2018-12-31'), member('2017-01-01', '2019-01-01'))).toEqual([
    'STATE_CONFLICT members[1].startDate',
    'STATE_CONFLICT members[2].endDate',
  ]);
});

it('nobody is in a team twice at once; one after the other is allowed', () => {
  const led = leader('2017-01-01', '2018-12-31');
  const twice = (from: string) => [
    led,
    member('2017-01-01', '2017-06-30', { helperId: 'h' }),
    member(from, '2018-12-31', { helperId: 'h' }),
  ];
  expect(faultsOf(...twice('2017-07-01'))).toEqual([]);
  places = 1;
  expect(faultsOf(...twice('2017-06-30'))).toEqual(['STATE_CONFLICT members[2].helperId']);
});

it('dates are dates, in order', () => {
  expect(daysFaults({ startDate: '2017-01-01', endDate: '2017-01-01' }, '')).toEqual([]);
  expect(daysFaults({ startDate: '2017-01-02', endDate: '2017-01-01' }, 'members[0].')).toMatchObject([
    { code: 'INVALID_INPUT', field: 'members[0].endDate' },
  ]);
  expect(
    daysFaults({ startDate: '2017-02-30', endDate: '9999-01-01' }, '').map(({ field }) => field),
  ).toEqual(['startDate', 'endDate']);
  expect(
    overlap(
      { startDate: '2017-01-01', endDate: '2017-01-31' },
      { startDate: '2017-01-31', endDate: '2017-02-01' },
    ),
  ).toBe(true);
  expect(
    overlap(
      { startDate: '2017-01-01', endDate: '2017-01-30' },
      { startDate: '2017-01-31', endDate: '2017-02-01' },
    ),
  ).toBe(false);
});
