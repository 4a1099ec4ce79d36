import { rule } from '@junxian/test-kit';
import {
  addedUp,
  type CaseFacts,
  type Contribution,
  contributionsOf,
  FIGURES,
  personsOf,
} from './contributions.rules';
import { namedFigures } from './national-reports.rules';

const lixia = { organisationId: 'lixia', regionCode: '370102000000' };
const unit = { organisationId: 'unit', regionCode: '370102001000' };
const facts = (changes: Partial<CaseFacts> = {}): CaseFacts => ({
  id: 'item',
  registeredBy: lixia,
  registeredOn: '2026-03-02',
  channel: 'LETTER',
  purpose: 'SEEK_SOLUTION',
  contentCategory: 'LABOUR',
  firstInSystem: true,
  visitorCount: null,
  jointSignature: false,
  affectedCount: null,
  collective: false,
  state: 'REGISTERED',
  outcome: null,
  completedOn: null,
  satisfactionInScope: true,
  unit,
  acceptDueOn: null,
  decidedOn: null,
  handleDueOn: null,
  extendedDays: 0,
  accusedOrganisationId: null,
  accusedAccountId: null,
  evaluation: null,
  records: [],
  reviews: [],
  ...changes,
});
const of = (report: Contribution['report'], changes: Partial<CaseFacts>) =>
  contributionsOf(facts(changes)).filter((contribution) => contribution.report === report);
const named = (contribution: Contribution | undefined) => {
  const all = namedFigures(contribution!.report, contribution!.figures);
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0));
};

describe('what an item contributes', () => {
  it.each<[string, Partial<CaseFacts>, Record<string, number>]>([
    ['a letter', {}, { items: 1, persons: 1, letters: 1, first: 1 }],
    [
      'a joint letter',
      { jointSignature: true, affectedCount: 12 },
      { items: 1, persons: 12, letters: 1, first: 1 },
    ],
    [
      'a collective visit',
      { channel: 'VISIT', visitorCount: 6, collective: true, firstInSystem: false },
      { items: 1, persons: 6, visitBatches: 1, visitPersons: 6, collectiveBatches: 1 },
    ],
    [
      'an online item that is done',
      { channel: 'ONLINE', completedOn: '2026-03-20' },
      { items: 1, persons: 1, online: 1, first: 1, completed: 1 },
    ],
  ])('NR-1: %s', (_what, changes, expected) => {
    const [contribution] = of('NR-1', changes);
    expect(contribution).toMatchObject({ regionCode: lixia.regionCode, day: '2026-03-02', rollUp: true });
    expect(named(contribution)).toEqual(expected);
  });

  it.each<[string, string | null, Record<string, number>]>([
    ['decided on the last day', '2026-03-20', { due: 1, inTime: 1 }],
    ['decided a day late', '2026-03-21', { due: 1, late: 1 }],
    ['undecided', null, { due: 1, undecided: 1 }],
  ])('NR-6: %s, for the unit and its region, on the day it was due', (_what, decidedOn, expected) => {
    const contributions = of('NR-6', { acceptDueOn: '2026-03-20', decidedOn });
    expect(contributions.map(({ key, rollUp, day, regionCode }) => [key, rollUp, day, regionCode])).toEqual([
      ['', true, '2026-03-20', unit.regionCode],
      ['unit', false, '2026-03-20', unit.regionCode],
    ]);
    for (const contribution of contributions) expect(named(contribution)).toEqual(expected);
  });

  it('NR-7 counts an extension, and nothing before acceptance', () => {
    expect(of('NR-7', {})).toEqual([]);
    expect(
      named(of('NR-7', { handleDueOn: '2026-06-08', extendedDays: 30, completedOn: '2026-06-08' })[0]),
    ).toEqual({
      due: 1,
      inTime: 1,
      extended: 1,
    });
  });

  rule(
    'PT-SAT-08',
    'the evaluation that is given, the latest round, counts in NR-8, of the unit only where it was rated',
    () => {
      const done = { completedOn: '2026-04-01', outcome: 'REPLIED' as const };
      expect(named(of('NR-8', done)[0])).toEqual({ inScope: 1 });
      expect(
        named(of('NR-8', { ...done, evaluation: { dept: 'SATISFIED', unit: 'DISSATISFIED' } })[0]),
      ).toEqual({
        inScope: 1,
        evaluated: 1,
        deptSatisfied: 1,
        unitDissatisfied: 1,
        unitRated: 1,
      });
      expect(
        named(of('NR-8', { ...done, evaluation: { dept: 'BASICALLY_SATISFIED', unit: null } })[0]),
      ).toEqual({
        inScope: 1,
        evaluated: 1,
        deptBasic: 1,
      });
      expect(of('NR-8', { ...done, satisfactionInScope: false })).toEqual([]);
      expect(of('NR-8', { ...done, outcome: 'ARCHIVED' })).toEqual([]);
    },
  );

  it('NR-9 counts single and batch, what was returned, not what was taken back', () => {
    const record = {
      ...lixia,
      mode: 'FORWARD' as const,
      on: '2026-03-03',
      inBatch: false,
      state: 'DONE' as const,
    };
    const contributions = addedUp(
      of('NR-9', {
        records: [
          record,
          { ...record, inBatch: true },
          { ...record, state: 'RETURNED' },
          { ...record, state: 'TAKEN_BACK' },
        ],
      }),
    );
    expect(contributions).toHaveLength(1);
    expect(named(contributions[0])).toEqual({ single: 2, batch: 1, returned: 1 });
  });

  it('NR-10 counts a closed re-review as final unless it was revoked', () => {
    const review = {
      ...lixia,
      level: 'RE_REVIEW' as const,
      receivedOn: '2026-08-03',
      accepted: true,
      rejected: false,
      result: 'UPHOLD' as const,
      suspended: false,
      terminated: false,
      closed: true,
    };
    expect(named(of('NR-10', { reviews: [review] })[0])).toEqual({
      received: 1,
      accepted: 1,
      upheld: 1,
      final: 1,
    });
    expect(named(of('NR-10', { reviews: [{ ...review, result: 'REVOKE_REHANDLE' }] })[0])).toEqual({
      received: 1,
      accepted: 1,
      revoked: 1,
    });
  });

  it('never has more figures than there are names', () => {
    for (const { report, figures } of contributionsOf(
      facts({ acceptDueOn: '2026-03-20', handleDueOn: '2026-05-09', completedOn: '2026-04-01' }),
    ))
      expect(figures).toHaveLength(FIGURES[report].length);
  });

  it.each([
    [{ channel: 'VISIT' as const, visitorCount: 4, jointSignature: false, affectedCount: 99 }, 4],
    [{ channel: 'LETTER' as const, visitorCount: null, jointSignature: false, affectedCount: 99 }, 1],
    [{ channel: 'LETTER' as const, visitorCount: null, jointSignature: true, affectedCount: 0 }, 1],
  ])('%o are %d persons', (input, persons) => expect(personsOf(input)).toBe(persons));
});
