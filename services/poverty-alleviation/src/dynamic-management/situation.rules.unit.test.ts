import {
  activeMembers,
  comingBack,
  isOverwritten,
  type MembershipSituation,
  restorationOf,
  type Situation,
} from './situation.rules';

const member = (id: string, changes: Partial<MembershipSituation> = {}): MembershipSituation => ({
  id,
  status: 'NORMAL',
  relationToHead: 'SON',
  statusDate: null,
  statusReason: null,
  ...changes,
});
const situation = (changes: Partial<Situation> = {}): Situation => ({
  householdId: 'a',
  fileStatus: 'ACTIVE',
  povertyStatus: 'UNEXITED',
  exitYear: null,
  returnYear: null,
  returnReason: null,
  benefitEndMonth: null,
  isKeyTarget: false,
  members: [member('head', { relationToHead: 'HEAD' }), member('son')],
  ...changes,
});
const EXIT = { before: situation(), after: situation({ povertyStatus: 'EXITED', exitYear: 2017 }) };
const gone = member('son', { status: 'REDUCED', statusDate: '2017-09-01', statusReason: '06' });
const REDUCTION = {
  before: situation(),
  after: situation({ members: [member('head', { relationToHead: 'HEAD' }), gone] }),
};

it('restores the fields that were changed and no others', () => {
  const { records, ...rest } = restorationOf([EXIT]);
  expect([...records]).toEqual([['a', { povertyStatus: 'UNEXITED', exitYear: null }]]);
  expect(rest).toEqual({ members: [], added: [], reopened: [], unmade: [] });
});

it('tells who counts again: those who left, not those who only go back to another household', () => {
  const now = (...standing: Situation[]) => new Map(standing.map((one) => [one.householdId, one]));
  const reduction = restorationOf([REDUCTION]);
  expect(comingBack(reduction, now(REDUCTION.after))).toEqual(['son']);
  const moved = [
    { before: situation(), after: situation({ members: [member('head', { relationToHead: 'HEAD' })] }) },
    {
      before: situation({ householdId: 'b', members: [] }),
      after: situation({ householdId: 'b', members: [member('son', { status: 'TRANSFERRED_IN' })] }),
    },
  ];
  expect(comingBack(restorationOf(moved), now(...moved.map(({ after }) => after)))).toEqual([]);
});

it('restores memberships, deletes who was added, opens what was closed and closes what was made', () => {
  expect(restorationOf([REDUCTION]).members).toEqual([{ ...member('son'), householdId: 'a' }]);
  const added = {
    before: situation(),
    after: situation({ members: [...situation().members, member('baby')] }),
  };
  expect(restorationOf([added])).toMatchObject({ members: [], added: [{ id: 'baby', householdId: 'a' }] });
  const moved = [
    { before: situation(), after: situation({ fileStatus: 'CLOSED', members: [] }) },
    { before: null, after: situation({ householdId: 'b' }) },
  ];
  expect(restorationOf(moved)).toMatchObject({
    members: [
      { id: 'head', householdId: 'a' },
      { id: 'son', householdId: 'a' },
    ],
    added: [],
    reopened: ['a'],
    unmade: ['b'],
  });
});

const OVERWRITTEN: [title: string, part: typeof EXIT, now: Situation, expected: boolean][] = [
  ['nothing since an exit', EXIT, EXIT.after, false],
  ['a member since an exit', EXIT, { ...EXIT.after, members: [] }, false],
  ['a mark since an exit', EXIT, { ...EXIT.after, isKeyTarget: true }, false],
  ['the status since an exit', EXIT, { ...EXIT.after, povertyStatus: 'STABLE_EXIT' }, true],
  ['cleared since an exit', EXIT, { ...EXIT.after, fileStatus: 'CLEARED' }, true],
  ['nothing since a reduction', REDUCTION, REDUCTION.after, false],
  ['the status since a reduction', REDUCTION, { ...REDUCTION.after, povertyStatus: 'EXITED' }, false],
  ['another member since a reduction', REDUCTION, situation(), true],
  [
    'another head since a reduction',
    REDUCTION,
    situation({ members: [member('head', { relationToHead: 'OTHER' }), gone] }),
    true,
  ],
  [
    'a relation alone since a reduction',
    { before: REDUCTION.before, after: situation({ members: [...REDUCTION.after.members, member('x')] }) },
    situation({ members: [...REDUCTION.after.members, member('x', { relationToHead: 'OTHER' })] }),
    false,
  ],
];
it.each(OVERWRITTEN)('tells whether something was overwritten: %s', (_, part, now, expected) => {
  expect(isOverwritten(part, now)).toBe(expected);
});

it('asks the same of a household that the operation made', () => {
  const made = { before: null, after: situation() };
  expect(isOverwritten(made, situation())).toBe(false);
  expect(isOverwritten(made, situation({ isKeyTarget: true }))).toBe(true);
  expect(isOverwritten(made, situation({ members: [] }))).toBe(true);
});

it('counts normal and transferred-in members', () => {
  const members = [
    member('a'),
    member('b', { status: 'TRANSFERRED_IN' }),
    member('c', { status: 'DECEASED' }),
  ];
  expect(activeMembers(situation({ members }))).toBe(2);
});
