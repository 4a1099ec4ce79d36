import { addDays } from '@junxian/calendar';
import { ANONYMOUS, type Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { testKeys } from '@junxian/test-kit';
import { type Officer, officerOf } from '../actor';
import { ownCases, publishedCases } from '../case-publication/case-publication.service';
import { interviewsOf, ownInterviews } from '../interviews/interviews.service';
import { leaderReceptions } from '../interviews/leader-receptions.service';
import { isNamed } from '../journal/journal.rules';
import { cityLinks, guidePages } from '../public-information/pages.service';
import { registrations } from '../registration/registration-list.service';
import { simpleRegistrations } from '../registration/simple-registration.service';
import { askedReviewSteps, reviewCases } from '../review/review-lists.service';
import { createServices } from '../service';
import { nationalReport } from '../statistics/national-report.service';
import { LAYOUTS, type ReportNo } from '../statistics/national-reports.rules';
import { rebuildStatistics } from '../statistics/recount.service';
import { ownSubmissions, submissionsOfTab } from '../submissions/submissions.service';
import { reminders } from '../supervision/reminders.service';
import { warningsBelow } from '../supervision/warnings.service';
import { openFiles } from '../testing/files.support.test';
import { openStore, type TestStore } from '../testing/store.support.test';
import { ownPetitions } from '../tracking/public-petitions.service';
import { type WorkList, workList } from '../work-lists/work-list.service';
import { loadDemoData } from './demo-data.service';
import { demoCitizen, demoId, demoOfficer, type OfficerKey } from './demo-directory';

jest.setTimeout(240_000);

const PAGE = { first: 100, after: null };
let store: TestStore;
let steps: number;
let closeFiles: () => Promise<void>;
beforeAll(async () => {
  const base = await openStore();
  const { files, links, close } = await openFiles(base.database, base.clock);
  closeFiles = close;
  const keys = {
    cipher: testKeys.fieldCipher,
    blindIndexKey: testKeys.blindIndexKey,
    citizenIdKey: testKeys.citizenIdKey,
  };
  const seals = {
    outside: true,
    seal: () => Promise.reject(new Error('a provider is asked to seal what never happened')),
  };
  store = { ...base, services: createServices({ clock: base.clock, keys, files, links, seals }) };
  const loads = await Promise.all([
    loadDemoData(store.database, store.services, store.clock),
    loadDemoData(store.database, store.services, store.clock),
  ]);
  steps = loads[0] + loads[1];
  await rebuildStatistics(store.database);
});
afterAll(async () => {
  await store?.close();
  await closeFiles?.();
});

const reading = <T>(who: Principal, work: (tx: ScopedTransaction) => Promise<T>) => store.readAs(who, work);
const asOfficer = <T>(key: OfficerKey, work: (tx: ScopedTransaction, officer: Officer) => Promise<T>) =>
  reading(demoOfficer(key), (tx) => work(tx, officerOf(demoOfficer(key))));
const counts = async (sql: string) =>
  new Map((await store.adminQuery<{ key: string; n: number }>(sql)).map(({ key, n }) => [key, n]));

describe('the demonstration month', () => {
  it('is there once, however often and however parallel it is loaded', async () => {
    const everything = () =>
      store.adminQuery(
        `SELECT (SELECT count(*) FROM case_item) AS items, (SELECT count(*) FROM case_journal) AS journal, (SELECT max(position) FROM outbox) AS events,
           (SELECT count(*) FROM online_submission) AS submissions, (SELECT sum(version) FROM case_item) AS versions, (SELECT count(*) FROM guide_page) AS pages`,
      );
    const before = await everything();
    expect(steps).toBeGreaterThan(700);
    expect(await loadDemoData(store.database, store.services, store.clock)).toBe(0);
    expect(await everything()).toEqual(before);
  });

  it('shows every state, every outcome, and every stage of a review', async () => {
    const states = await counts('SELECT state AS key, count(*)::int AS n FROM case_item GROUP BY 1');
    expect([...states.keys()].sort()).toEqual(
      [
        'ACCEPTED',
        'COMPLETED',
        'FINAL',
        'IN_HANDLING',
        'LAPSED',
        'REGISTERED',
        'REVIEWED',
        'UNDER_REVIEW',
        'UNDER_RE_REVIEW',
      ].sort(),
    );
    const outcomes = await counts(
      'SELECT outcome AS key, count(*)::int AS n FROM case_item WHERE outcome IS NOT NULL GROUP BY 1',
    );
    expect([...outcomes.keys()].sort()).toEqual(
      ['ARCHIVED', 'DIRECT_REPLY', 'NOT_ACCEPTED', 'NO_LONGER_ACCEPTED', 'REPLIED'].sort(),
    );
    const stages = await counts('SELECT state AS key, count(*)::int AS n FROM review_case GROUP BY 1');
    for (const stage of [
      'REGISTERED',
      'ASSIGNED',
      'SUPPLEMENTING',
      'EXAMINING',
      'OPINION_DRAFT',
      'SIGNED',
      'CLOSED',
      'NOT_ACCEPTED',
      'SUSPENDED',
    ])
      expect(stages).toContainEqual([stage, expect.any(Number)]);
    const channels = await counts('SELECT channel AS key, count(*)::int AS n FROM case_item GROUP BY 1');
    expect([...channels.keys()].sort()).toEqual(['LETTER', 'ONLINE', 'PHONE', 'VISIT']);
    const submissions = await counts(
      'SELECT state AS key, count(*)::int AS n FROM online_submission GROUP BY 1',
    );
    expect([...submissions.keys()].sort()).toEqual(['OPENED', 'REGISTERED', 'SUBMITTED', 'WITHDRAWN']);
    const rounds = await counts('SELECT round::text AS key, count(*)::int AS n FROM evaluation GROUP BY 1');
    expect([...rounds.keys()].sort()).toEqual(['1', '2']);
    const warnings = await counts('SELECT DISTINCT level AS key, 1 AS n FROM warning');
    expect([...warnings.keys()].sort()).toEqual(['RED', 'YELLOW']);
    const [special] = await store.adminQuery(
      `SELECT bool_or(purpose = 'ACCUSATION') AS accusation, bool_or(anonymous) AS anonymous, bool_or(confidential) AS confidential, bool_or(extended_days > 0) AS extended,
         bool_or(self_handling) AS "selfHandling", bool_or(collective) AS collective, bool_or(late) AS late FROM case_item`,
    );
    expect(Object.values(special!)).toEqual(Array.from({ length: 7 }, () => true));
  });

  it('keeps what holds for every item: one custodian while open, a journal that ends where the item stands, an event for each change of state', async () => {
    expect(
      await store.adminQuery(
        `SELECT c.item_no FROM case_item c WHERE (SELECT count(*) FROM org_task t WHERE t.case_item_id = c.id AND t.custody)
           <> (CASE WHEN c.outcome IS NULL THEN 1 ELSE 0 END)`,
      ),
    ).toEqual([]);
    expect(
      await store.adminQuery(
        `SELECT c.item_no FROM case_item c WHERE c.state <> (SELECT j.to_state FROM case_journal j WHERE j.case_item_id = c.id ORDER BY j.id DESC LIMIT 1)`,
      ),
    ).toEqual([]);
    expect(
      await store.adminQuery(
        'SELECT id FROM case_journal WHERE from_state IS DISTINCT FROM to_state AND event_id IS NULL',
      ),
    ).toEqual([]);
    expect(
      await store.adminQuery(`SELECT id FROM case_journal WHERE at > '${store.clock.now().toISOString()}'`),
    ).toEqual([]);
  });

  it.each<[WorkList, OfficerKey]>([
    ['UNIT_INBOX', 'pt-yunzhou-unit'],
    ['UNIT_INBOX', 'pt-datong'],
    ['TODO', 'pt-shanxi'],
    ['TODO', 'pt-datong'],
    ['TODO', 'pt-yunzhou'],
    ['TODO', 'pt-yunzhou-unit'],
    ['TODO', 'pt-yungang'],
    ['DONE', 'pt-xiping'],
    ['DONE', 'pt-yungang-unit'],
    ['DONE', 'pt-yunzhou-leader'],
    ['AWAITING_RESULT', 'pt-datong'],
    ['AWAITING_RESULT', 'pt-shanxi'],
    ['RETURNS', 'pt-yunzhou'],
    ['RETURNS', 'pt-datong'],
    ['APPROVALS', 'pt-datong-leader'],
    ['APPROVALS', 'pt-yunzhou-head'],
    ['APPROVALS', 'pt-yunzhou-leader'],
    ['INTERVIEWS', 'pt-shanxi'],
    ['REPORTS', 'pt-datong'],
  ])('has something in the list %s of %s', async (list, key) => {
    const { nodes } = await asOfficer(key, (tx, officer) => workList(tx, list, officer, PAGE));
    expect(nodes.length).toBeGreaterThan(0);
  });

  it('has registrations, talks, receptions and simple letters', async () => {
    for (const key of ['pt-shanxi', 'pt-datong', 'pt-yunzhou', 'pt-yungang'] as const) {
      const { nodes } = await asOfficer(key, (tx, officer) => registrations(tx, PAGE, officer));
      expect(nodes.length).toBeGreaterThan(0);
    }
    await asOfficer('pt-shanxi', async (tx, officer) => {
      for (const tab of ['UNREGISTERED', 'REGISTERED', 'WITHDRAWN'] as const)
        expect((await submissionsOfTab(tx, officer.organisationId, tab, PAGE)).nodes).not.toEqual([]);
      const talks = await ownInterviews(tx, { ...PAGE, tab: 'ALL' }, officer);
      expect(new Set(talks.nodes.map(({ state }) => state))).toEqual(new Set(['TODO', 'DONE']));
      expect(
        await interviewsOf(
          tx,
          talks.nodes.map(({ caseItemId }) => caseItemId),
        ),
      ).toHaveLength(talks.nodes.length);
      expect((await leaderReceptions(tx, PAGE, officer)).nodes).not.toEqual([]);
      expect((await simpleRegistrations(tx, PAGE, officer)).nodes).toHaveLength(5);
    });
  });

  it('has reports with files, one being written, and a journal whose every entry has a name', async () => {
    const reports = await counts('SELECT state AS key, count(*)::int AS n FROM report GROUP BY 1');
    expect([...reports.keys()].sort()).toEqual(['APPROVED', 'DRAFT', 'SENT_BACK', 'SUBMITTED']);
    const files = await counts('SELECT owner_type AS key, count(*)::int AS n FROM attachment GROUP BY 1');
    expect(files).toEqual(new Map([['REPORT', 2]]));
    const actions = await counts('SELECT action AS key, count(*)::int AS n FROM case_journal GROUP BY 1');
    expect([...actions.keys()].filter((action) => !isNamed(action))).toEqual([]);
    expect(actions.size).toBeGreaterThan(40);
  });

  it('has reviews for city and province, and something for the lawyer and the respondent', async () => {
    const ofCity = await asOfficer('pt-datong-review', (tx, officer) => reviewCases(tx, PAGE, officer));
    expect(ofCity.nodes.length).toBeGreaterThan(5);
    const ofProvince = await asOfficer('pt-shanxi-review', (tx, officer) => reviewCases(tx, PAGE, officer));
    expect(ofProvince.nodes.length).toBeGreaterThan(1);
    for (const key of ['pt-datong-lawyer', 'pt-yunzhou'] as const) {
      const asked = await asOfficer(key, (tx, officer) =>
        askedReviewSteps(tx, { ...PAGE, open: true }, officer),
      );
      expect(asked.nodes).not.toEqual([]);
    }
  });

  it('has warnings, overdue items and reminders for those who supervise and those who are reminded', async () => {
    for (const key of ['pt-shanxi-leader', 'pt-datong-leader', 'pt-national'] as const) {
      const { nodes } = await asOfficer(key, (tx, officer) => warningsBelow(tx, officer, {}, PAGE));
      expect(new Set(nodes.map(({ level }) => level))).toEqual(new Set(['YELLOW', 'RED']));
      const overdue = await asOfficer(key, (tx, officer) =>
        store.services.search.page(tx, { overdue: true }, officer, store.clock.today(), PAGE),
      );
      expect(overdue.nodes).not.toEqual([]);
    }
    for (const [box, key] of [
      ['SENT', 'pt-datong-leader'],
      ['RECEIVED', 'pt-yunzhou-unit'],
    ] as const) {
      const { nodes } = await asOfficer(key, (tx, officer) =>
        reminders(tx, { ...PAGE, box, unanswered: false }, officer),
      );
      expect(nodes.length).toBeGreaterThan(1);
      expect(nodes.filter(({ answeredAt }) => answeredAt !== null)).toHaveLength(1);
    }
  });

  it('has published cases, a draft, the guide of the province and its links', async () => {
    const [cases, pages, links] = await reading(ANONYMOUS, async (tx) => [
      await publishedCases(tx, '140000000000', PAGE),
      await guidePages(tx, '140215000000', store.services.features),
      await cityLinks(tx, PAGE),
    ]);
    expect(cases.nodes).toHaveLength(2);
    expect(new Set(pages.map(({ regionCode }) => regionCode))).toEqual(new Set(['140000000000']));
    expect(links.nodes.length).toBeGreaterThan(3);
    const drafts = await asOfficer('pt-shanxi', (tx, officer) =>
      ownCases(tx, { ...PAGE, status: 'DRAFT' }, officer),
    );
    expect(drafts.nodes).toHaveLength(1);
  });

  it('shows the citizens their submissions and items, and nobody else’s', async () => {
    for (const key of ['citizen', 'anonymous'] as const) {
      const accountId = demoId('account', key);
      await reading(demoCitizen(key), async (tx) => {
        expect((await ownSubmissions(tx, accountId, true, PAGE)).nodes).not.toEqual([]);
        const { nodes } = await ownPetitions(tx, accountId, PAGE);
        expect(nodes.length).toBeGreaterThan(1);
        expect(new Set(nodes.map(({ item }) => item.accountId))).toEqual(new Set([accountId]));
      });
    }
  });

  it.each(Object.keys(LAYOUTS) as ReportNo[])(
    'has figures in %s of the last three months',
    async (report) => {
      const to = store.clock.today();
      const query = { report, from: addDays(to, -90), to, region: '140000000000' };
      const { rows } = await asOfficer('pt-shanxi-leader', (tx) => nationalReport(tx, query, to));
      const figures = rows.flatMap(({ cells }) => cells).filter((cell) => Number(cell) > 0);
      expect(figures.length).toBeGreaterThan(0);
    },
  );

  it('hides the accusation from the accused unit', async () => {
    const [item] = await store.adminQuery<{ id: string }>(
      `SELECT id FROM case_item WHERE purpose = 'ACCUSATION'`,
    );
    const seen = (key: OfficerKey) =>
      asOfficer(key, (tx) => tx.query('SELECT id FROM case_item WHERE id = $1', [item!.id]));
    expect(await seen('pt-datong')).toHaveLength(1);
    expect(await seen('pt-yunzhou-unit')).toEqual([]);
  });
});
