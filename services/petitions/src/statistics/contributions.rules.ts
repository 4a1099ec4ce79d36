import type {
  CaseOutcome,
  CaseState,
  Channel,
  HandlingMode,
  HandlingRecord,
  Purpose,
} from '../cases/case.types';

/** Places of the figures n1…n10 of each report. */
export const FIGURES = {
  'NR-1': [
    'items',
    'persons',
    'online',
    'letters',
    'visitBatches',
    'visitPersons',
    'collectiveBatches',
    'first',
    'completed',
    'simple',
  ],
  'NR-2': ['items', 'first', 'completed'],
  'NR-3': ['items', 'online', 'letters', 'visits'],
  'NR-4': ['items', 'online', 'letters', 'visits', 'first'],
  'NR-6': ['due', 'inTime', 'late', 'undecided'],
  'NR-7': ['due', 'inTime', 'late', 'open', 'extended'],
  'NR-8': [
    'inScope',
    'evaluated',
    'deptSatisfied',
    'deptBasic',
    'deptDissatisfied',
    'unitSatisfied',
    'unitBasic',
    'unitDissatisfied',
    'unitRated',
  ],
  'NR-9': ['single', 'batch', 'returned'],
  'NR-10': [
    'received',
    'accepted',
    'rejected',
    'upheld',
    'modified',
    'revoked',
    'suspended',
    'terminated',
    'final',
  ],
} as const;
export type CountedReport = keyof typeof FIGURES;

/** What an item, or a simple registration, adds to one counter. */
export interface Contribution {
  report: CountedReport;
  regionCode: string;
  /** `YYYY-MM-DD`: the day the report's period is compared with. */
  day: string;
  /** A channel, purpose, category, mode, level; the organisation for a unit's own figures; empty for a region's. */
  key: string;
  /** Whether the regions above count it too. */
  rollUp: boolean;
  organisationId: string;
  /** In the order of {@link FIGURES}. */
  figures: readonly number[];
}

interface Place {
  organisationId: string;
  regionCode: string;
}

export type Rating = 'SATISFIED' | 'BASICALLY_SATISFIED' | 'DISSATISFIED';

/** What of an item is counted. Dates are days in China. */
export interface CaseFacts {
  id: string;
  registeredBy: Place;
  registeredOn: string;
  channel: Channel;
  purpose: Purpose;
  contentCategory: string;
  firstInSystem: boolean;
  visitorCount: number | null;
  jointSignature: boolean;
  affectedCount: number | null;
  collective: boolean;
  state: CaseState;
  outcome: CaseOutcome | null;
  completedOn: string | null;
  satisfactionInScope: boolean;
  /** Who has to decide on acceptance, and handles afterwards. */
  unit: Place;
  acceptDueOn: string | null;
  decidedOn: string | null;
  handleDueOn: string | null;
  extendedDays: number;
  accusedOrganisationId: string | null;
  accusedAccountId: string | null;
  /** The latest round. */
  evaluation: { dept: Rating; unit: Rating | null } | null;
  records: readonly (Place & {
    mode: HandlingMode;
    on: string;
    inBatch: boolean;
    state: HandlingRecord['state'];
  })[];
  reviews: readonly (Place & ReviewFacts)[];
}

export interface ReviewFacts {
  level: 'REVIEW' | 'RE_REVIEW';
  receivedOn: string;
  accepted: boolean;
  rejected: boolean;
  result: 'UPHOLD' | 'MODIFY' | 'REVOKE_REHANDLE' | null;
  suspended: boolean;
  terminated: boolean;
  closed: boolean;
}

const bit = (condition: boolean) => (condition ? 1 : 0);

/** Everything an item contributes to the reports (catalogue 5.2). The sum over all items is what the reports show. */
export function contributionsOf(facts: CaseFacts): Contribution[] {
  return [
    ...registrationFigures(facts),
    ...acceptanceFigures(facts),
    ...handlingFigures(facts),
    ...satisfactionFigures(facts),
    ...recordFigures(facts),
    ...reviewFigures(facts),
  ];
}

/** NR-1…NR-5: by the day and the organisation of registration. NR-5 reads the figures of NR-1. */
function registrationFigures(facts: CaseFacts): Contribution[] {
  const { registeredBy, registeredOn: day, channel, purpose, contentCategory, firstInSystem } = facts;
  const [online, letter, visit] = [
    bit(channel === 'ONLINE'),
    bit(channel === 'LETTER'),
    bit(channel === 'VISIT'),
  ];
  const first = bit(firstInSystem);
  const completed = bit(facts.completedOn !== null);
  const count = (report: CountedReport, key: string, figures: number[]): Contribution => ({
    report,
    ...registeredBy,
    day,
    key,
    rollUp: true,
    figures,
  });
  return [
    count('NR-1', '', [
      1,
      personsOf(facts),
      online,
      letter,
      visit,
      visit * (facts.visitorCount ?? 1),
      visit * bit(facts.collective),
      first,
      completed,
      0,
    ]),
    count('NR-2', channel, [1, first, completed]),
    count('NR-3', purpose, [1, online, letter, visit]),
    count('NR-4', contentCategory, [1, online, letter, visit, first]),
  ];
}

/** Persons who petition with an item: the visitors, those of a joint letter, else one. */
export function personsOf({
  channel,
  visitorCount,
  jointSignature,
  affectedCount,
}: Pick<CaseFacts, 'channel' | 'visitorCount' | 'jointSignature' | 'affectedCount'>): number {
  if (channel === 'VISIT') return visitorCount ?? 1;
  return jointSignature ? Math.max(affectedCount ?? 1, 1) : 1;
}

/** A figure of a unit and, without the unit's name, of its region and those above. */
function ofUnit(report: CountedReport, unit: Place, day: string, figures: number[]): Contribution[] {
  return [
    { report, ...unit, day, key: '', rollUp: true, figures },
    { report, ...unit, day, key: unit.organisationId, rollUp: false, figures },
  ];
}

/** NR-6: by the last day for the decision on acceptance. */
function acceptanceFigures({ unit, acceptDueOn, decidedOn }: CaseFacts): Contribution[] {
  if (acceptDueOn === null) return [];
  const inTime = decidedOn !== null && decidedOn <= acceptDueOn;
  return ofUnit('NR-6', unit, acceptDueOn, [
    1,
    bit(inTime),
    bit(decidedOn !== null && !inTime),
    bit(decidedOn === null),
  ]);
}

/** NR-7: by the last day for handling, extension included. */
function handlingFigures({ unit, handleDueOn, completedOn, extendedDays }: CaseFacts): Contribution[] {
  if (handleDueOn === null) return [];
  const inTime = completedOn !== null && completedOn <= handleDueOn;
  return ofUnit('NR-7', unit, handleDueOn, [
    1,
    bit(inTime),
    bit(completedOn !== null && !inTime),
    bit(completedOn === null),
    bit(extendedDays > 0),
  ]);
}

/** NR-8: by the day of completion; the latest round counts (PT-SAT-08). */
function satisfactionFigures({
  unit,
  satisfactionInScope,
  completedOn,
  outcome,
  evaluation,
}: CaseFacts): Contribution[] {
  if (!satisfactionInScope || completedOn === null || outcome === 'ARCHIVED') return [];
  const rated = (rating: Rating | null | undefined) => [
    bit(rating === 'SATISFIED'),
    bit(rating === 'BASICALLY_SATISFIED'),
    bit(rating === 'DISSATISFIED'),
  ];
  return ofUnit('NR-8', unit, completedOn, [
    1,
    bit(evaluation !== null),
    ...rated(evaluation?.dept),
    ...rated(evaluation?.unit),
    bit(evaluation?.unit != null),
  ]);
}

/** NR-9: by the day of the record; what was taken back never happened. */
function recordFigures({ records }: CaseFacts): Contribution[] {
  return records
    .filter(({ state }) => state === 'DONE' || state === 'RETURNED')
    .map(({ mode, on, inBatch, state, organisationId, regionCode }) => ({
      report: 'NR-9',
      organisationId,
      regionCode,
      day: on,
      key: mode,
      rollUp: true,
      figures: [bit(!inBatch), bit(inBatch), bit(state === 'RETURNED')],
    }));
}

/** NR-10: by the day of receipt, for the authority. */
function reviewFigures({ reviews }: CaseFacts): Contribution[] {
  return reviews.map(({ level, receivedOn, organisationId, regionCode, ...review }) => ({
    report: 'NR-10',
    organisationId,
    regionCode,
    day: receivedOn,
    key: level,
    rollUp: true,
    figures: [
      1,
      bit(review.accepted),
      bit(review.rejected),
      bit(review.closed && review.result === 'UPHOLD'),
      bit(review.closed && review.result === 'MODIFY'),
      bit(review.closed && review.result === 'REVOKE_REHANDLE'),
      bit(review.suspended),
      bit(review.terminated),
      bit(level === 'RE_REVIEW' && review.closed && review.result !== 'REVOKE_REHANDLE'),
    ],
  }));
}

/** What a simple registration contributes: counted apart, by letters (5.2). */
export function contributionsOfSimple(facts: {
  registeredBy: Place;
  registeredOn: string;
  letterCount: number;
}): Contribution[] {
  const { registeredBy, registeredOn, letterCount } = facts;
  return [
    {
      report: 'NR-1',
      ...registeredBy,
      day: registeredOn,
      key: '',
      rollUp: true,
      figures: [0, 0, 0, 0, 0, 0, 0, 0, 0, letterCount],
    },
  ];
}

/** One sum for each counter and organisation: an item that has two records of one mode on one day adds up. */
export function addedUp(contributions: readonly Contribution[]): Contribution[] {
  const sums = new Map<string, Contribution>();
  for (const contribution of contributions) {
    const id = `${identityOf(contribution)} ${contribution.organisationId}`;
    const sum = sums.get(id);
    sums.set(
      id,
      sum === undefined
        ? contribution
        : {
            ...sum,
            figures: contribution.figures.map((figure, index) => figure + (sum.figures[index] ?? 0)),
          },
    );
  }
  return [...sums.values()];
}

/** The counter a contribution belongs to. */
export function identityOf({
  report,
  regionCode,
  day,
  key,
}: Pick<Contribution, 'report' | 'regionCode' | 'day' | 'key'>): string {
  return `${report} ${regionCode} ${day} ${key}`;
}
