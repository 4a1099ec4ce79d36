import { createHash } from 'node:crypto';
import { NATION_CODE, type RegionLevel } from '@junxian/administrative-region';
import type { Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { principals } from '@junxian/test-kit';
import { officerOf } from '../src/actor';
import { publicationsOf, publicCases } from '../src/case-publication/published-cases.store';
import { caseLoaders } from '../src/cases/case-reads.service';
import { findDuplicates } from '../src/duplicates/duplicates.service';
import { ownInterviews } from '../src/interviews/interviews.service';
import { leaderReceptions } from '../src/interviews/leader-receptions.service';
import { registrations } from '../src/registration/registration-list.service';
import { simpleRegistrations } from '../src/registration/simple-registration.service';
import { askedReviewSteps, reviewCases } from '../src/review/review-lists.service';
import type { CaseFilter } from '../src/search/case-filter.rules';
import { REGISTERS } from '../src/search/registers';
import type { Services } from '../src/service';
import { nationalReport } from '../src/statistics/national-report.service';
import { REPORTS } from '../src/statistics/national-reports.rules';
import { submissionsOfTab } from '../src/submissions/submissions.service';
import { reminders } from '../src/supervision/reminders.service';
import { warningsBelow } from '../src/supervision/warnings.service';
import { ownPetitions } from '../src/tracking/public-petitions.service';
import { WORK_LISTS, workCounts, workList } from '../src/work-lists/work-list.service';

/** One read of the service, and who does it. */
export interface ListRead {
  what: string;
  run(tx: ScopedTransaction): Promise<unknown>;
}

const idOf = (words: string) => {
  const hex = createHash('md5').update(words).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** The seeded officer of a bureau or of a county's unit, in every role that reads lists. */
export function seededOfficer(kind: 'bureau' | 'unit', regionCode: string, level: RegionLevel): Principal {
  const organisationId = idOf(`bench ${kind} ${regionCode}`);
  return principals.officer({
    accountId: idOf(`bench officer ${organisationId}`),
    appointmentId: idOf(`bench office ${organisationId}`),
    organisationId,
    regionCode,
    regionLevel: level,
    roles: ['HANDLER', 'SUPERVISOR', 'STATISTICIAN', 'LETTER_REGISTRAR', 'CASE_EDITOR', 'REVIEW_CLERK'].map(
      (role) => `petitions:${role}`,
    ),
  });
}

/** The citizen who submitted what person number `n` submitted. */
export function seededCitizen(n: number): Principal {
  return {
    ...principals.anonymous(),
    kind: 'CITIZEN',
    accountId: idOf(`bench account ${n}`),
    roles: ['public:CITIZEN'],
  };
}

/** Something that exists, to look for. */
export interface Known {
  today: string;
  /** A county that the officer has nothing to do with, and one that the officer sees. */
  elsewhere: string;
  near: string;
  itemNo: string;
  name: string;
  idNumber: string;
  mobile: string;
  unitId: string;
  category: string;
}

/** Filters of the search room: broad ones, and those that find next to nothing, which would walk through everything in sight. */
export const searches = (known: Known): Record<string, CaseFilter> => ({
  everything: {},
  'by number': { itemNo: known.itemNo },
  'by the beginning of a number': { itemNo: known.itemNo.slice(0, 10) },
  'by name': { name: known.name },
  'by ID number': { idNumber: known.idNumber },
  letters: { channels: ['LETTER'] },
  'of a state': { states: ['ACCEPTED'] },
  'of a rare state': { states: ['UNDER_RE_REVIEW'] },
  'of a purpose and a state': { purposes: ['APPEAL'], states: ['IN_HANDLING'] },
  'received in a month three years ago': { receivedFrom: '2023-03-01', receivedTo: '2023-03-31' },
  'received until four years ago': { receivedTo: '2022-02-01' },
  'received until four years ago, of a category': { receivedTo: '2022-02-01', category: known.category },
  'of a category': { category: known.category },
  'of a category that none has': { category: 'NONE' },
  'of a problem elsewhere': { problemRegion: known.elsewhere },
  'of a problem near': { problemRegion: known.near },
  'of a problem near, of a state': { problemRegion: known.near, states: ['REGISTERED'] },
  'of a mode': { modes: ['DIRECT_REPLY'] },
  'of a mode that none has': { modes: ['INFORM_NO_LONGER'] },
  'sent to a unit': { destinationOrgId: known.unitId },
  'sent to a unit elsewhere': { destinationOrgId: idOf(`bench unit ${known.elsewhere}`) },
  overdue: { overdue: true },
  'overdue, of a category': { overdue: true, category: known.category },
  'held by the own organisation': { scope: 'ORGANISATION' },
  'in my hands': { scope: 'MINE' },
});

/** Every list that an officer may open, with the filters that matter. */
export function officerReads(
  { search, personal }: Pick<Services, 'search' | 'personal'>,
  principal: Principal,
  known: Known,
): ListRead[] {
  const officer = officerOf(principal);
  const { today } = known;
  const first = { first: 20, after: null };
  const reads: ListRead[] = Object.entries(searches(known)).map(([what, filter]) => ({
    what: `search: ${what}`,
    run: (tx) => search.page(tx, filter, officer, today, first),
  }));
  const add = (what: string, run: ListRead['run']) => reads.push({ what, run });
  for (const list of WORK_LISTS) add(`work list ${list}`, (tx) => workList(tx, list, officer, first));
  add('work counts', (tx) => workCounts(tx, officer, today));
  add('registrations', (tx) => registrations(tx, first, officer));
  add('registrations, mine of a state', (tx) =>
    registrations(tx, { ...first, mine: true, state: 'UNDER_REVIEW' }, officer),
  );
  add('registrations of letters of a year', (tx) =>
    registrations(tx, { ...first, channel: 'LETTER', from: '2023-01-01', to: '2023-12-31' }, officer),
  );
  add('warnings', (tx) => warningsBelow(tx, officer, {}, first));
  add('warnings, red for acceptance', (tx) =>
    warningsBelow(tx, officer, { level: 'RED', kind: 'ACCEPT' }, first),
  );
  add('warnings, mine', (tx) => warningsBelow(tx, officer, { onlyMine: true }, first));
  for (const box of ['RECEIVED', 'SENT', 'ESCALATED'] as const)
    add(`reminders ${box}`, (tx) => reminders(tx, { box, unanswered: true, ...first }, officer));
  add('reviews', (tx) => reviewCases(tx, first, officer));
  add('reviews of a state', (tx) => reviewCases(tx, { ...first, states: ['EXAMINING'] }, officer));
  add('re-reviews of a state, mine', (tx) =>
    reviewCases(tx, { ...first, states: ['CLOSED'], level: 'RE_REVIEW', mine: true }, officer),
  );
  add('steps asked for', (tx) => askedReviewSteps(tx, { ...first, open: null }, officer));
  add('steps asked for, open', (tx) => askedReviewSteps(tx, { ...first, open: true }, officer));
  for (const tab of ['UNREGISTERED', 'REGISTERED'] as const)
    add(`submissions ${tab}`, (tx) => submissionsOfTab(tx, officer.organisationId, tab, first));
  add('simple registrations', (tx) => simpleRegistrations(tx, first, officer));
  add('simple registrations of a kind', (tx) =>
    simpleRegistrations(tx, { ...first, kind: 'FINAL' }, officer),
  );
  for (const tab of ['TODO', 'DONE'] as const)
    add(`interviews ${tab}`, (tx) => ownInterviews(tx, { ...first, tab }, officer));
  add('receptions by leaders', (tx) => leaderReceptions(tx, first, officer));
  for (const register of ['CASES', 'VISIT', 'SIMPLE', 'INTERVIEW', 'OVERDUE', 'REVIEW'])
    add(`a page of 100 of the register ${register}`, (tx) =>
      REGISTERS[register]!.page(tx, { filter: {}, officer, today, personal, first: 100, after: null }),
    );
  add('published cases, own', (tx) => publicationsOf(tx, officer.organisationId, 'PUBLISHED', first));
  add('published cases of a county', (tx) =>
    publicCases(tx, { low: known.near.slice(0, 6), high: `${known.near.slice(0, 6)}:` }, first),
  );
  add('duplicates by number, mobile, name and address', (tx) =>
    findDuplicates(tx, personal, {
      name: known.name,
      address: '示例路12号',
      idNumber: known.idNumber,
      mobile: known.mobile,
    }),
  );
  add('duplicates by name', (tx) => findDuplicates(tx, personal, { name: known.name }));
  add('a page of 100 with all that hangs on it', (tx) => pageWithAll(tx, search, officer, today));
  return reads;
}

/** The reads behind a list of a hundred items, whose plans are made once for all. */
async function pageWithAll(
  tx: ScopedTransaction,
  search: Services['search'],
  officer: ReturnType<typeof officerOf>,
  today: string,
): Promise<void> {
  const { nodes } = await search.page(tx, {}, officer, today, { first: 100, after: null });
  const ids = nodes.map(({ id }) => id);
  const loaders = caseLoaders(async () => tx);
  const items = await loaders.caseItem.loadMany(ids);
  await loaders.mainPetitioner.loadMany(ids);
  await loaders.handlingRecords.loadMany(ids);
  await loaders.tasksOfCase.loadMany(ids);
  await loaders.itemsOfMatter.loadMany(items.map((item) => (item as { matterId: string }).matterId));
}

/** What a citizen reads. */
export function citizenReads({ accountId }: Principal): ListRead[] {
  return [{ what: 'own petitions', run: (tx) => ownPetitions(tx, accountId!, { first: 20, after: null }) }];
}

/** The reports of a region over five years. */
export function reportReads(regionCode: string, from: string, today: string): ListRead[] {
  return REPORTS.map((report) => ({
    what: `${report} of ${regionCode === NATION_CODE ? 'the nation' : regionCode}`,
    run: (tx) => nationalReport(tx, { report, from, to: today, region: regionCode }, today),
  }));
}
