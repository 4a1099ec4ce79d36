import { randomUUID } from 'node:crypto';
import type { RegionLevel } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import {
  followOneBatch,
  followRegionChanges,
  type RegionChange,
  receiveRegionChange,
} from '@junxian/region-changes';
import { rule, scenario } from '@junxian/test-kit';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { closedBefore } from '../survey-years/closed-years.fixture';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { readBalances } from './accounts.store';
import { readArrivalsOf, readLinesOf } from './allocations.store';
import { arrangedFor } from './arrangements.service';
import { allocationForm, arrive, as, FUND, lineOf, moneyOfCounty, PLACES, project } from './funds.fixture';
import { fromTenThousandths, toTenThousandths } from './ten-thousands.rules';

let store: TestStore;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const allocate = (form: Parameters<typeof allocationForm>[0], who = FUND.city) =>
  as(store, who, (tx) => store.services.allocations.allocate(tx, allocationForm(form)));
const arrangement = (projectId: string, amount: string, changes = {}) => ({
  regionCode: PLACES.county,
  year: 2017,
  fundType: 'DEVELOPMENT' as const,
  projectId,
  amount,
  date: '2017-05-01',
  ...changes,
});
const arrange = (projectId: string, amount: string, changes = {}, who = FUND.county) =>
  as(store, who, (tx) => store.services.arranging.arrange(tx, arrangement(projectId, amount, changes)));
const balanceOf = async (regionCode: string, year = 2017, who = FUND.city) =>
  (await store.database.read(scopeOf(who), (tx) => readBalances(tx, regionCode, year)))[0];
const spend = (projectId: string, amount: string) =>
  store.adminQuery('UPDATE project SET spent = $2 WHERE id = $1', [projectId, amount]);
const close = (year: number, version = 1) =>
  as(store, { ...FUND.nation, roles: ['poverty-alleviation:SYSTEM_ADMIN'] }, (tx) =>
    store.services.yearTurn.close(tx, year, version),
  );
const openYear = (year: number) =>
  store.adminQuery(
    `INSERT INTO survey_year (year, is_current_cycle, editable, pairing_open, has_county, has_natural_village) VALUES ($1, false, true, true, true, true)`,
    [year],
  );
const carryOver = (options = {}) => store.services.yearTurn.continueClosing(store.database, options);
/** Regions change; rows are still to follow. */
const receiveChange = (kind: RegionChange['kind'], from: string, to: string, level: RegionLevel) =>
  store.database.write(scopes.followRegionChanges(), (tx) =>
    receiveRegionChange(tx, {
      data: {
        changeId: randomUUID(),
        kind,
        from: [from],
        to: [to],
        effectiveDate: '2018-01-01',
        moves: [{ from, to, level }],
      },
      time: '2018-01-01T00:00:00+08:00',
    }),
  );
/** The next county is merged into the county. */
const receiveMerger = () => receiveChange('MERGE', PLACES.nextCounty, PLACES.county, 'COUNTY');
const follow = () => followRegionChanges(store.database, store.clock, regionFollowing);
const events = () =>
  store.adminQuery<{ type: string; data: Record<string, unknown> }>(
    `SELECT envelope::jsonb->>'type' AS type, envelope::jsonb->'data' AS data FROM outbox WHERE envelope::jsonb->>'type' LIKE '%.fund.%' ORDER BY position`,
  );

scenario(
  'poverty-alleviation',
  22,
  'of a line of 500 with 300 arrived, 320 cannot be arranged; 250 more cannot arrive, 200 can',
  async () => {
    const line = await moneyOfCounty(store, '500', { arrived: '300' });
    const industry = await project(store);
    await expect(arrange(industry, '320')).rejects.toMatchObject({
      code: 'OVER_LIMIT',
      field: 'input.amount',
    });
    await expect(arrive(store, FUND.county, line, '250')).rejects.toMatchObject({ code: 'OVER_LIMIT' });
    await arrive(store, FUND.county, line, '200');
    await arrange(industry, '320');
    expect(await balanceOf(PLACES.county)).toMatchObject({ arrived: '500.0000', available: '180.0000' });
  },
);

describe('allocations', () => {
  rule(
    'PA-FD-01',
    'money goes to direct children or to the own region, and a document number stands once',
    async () => {
      await moneyOfCounty(store, '500', { arrived: '0' });
      await expect(allocate({ documentNo: '1号' })).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
        field: 'input.documentNo',
      });
      await expect(
        allocate({ documentNo: '2号', lines: [{ toRegion: PLACES.township, amount: '1' }] }),
      ).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'input.lines[0].toRegion' });
      // Another issuer may use the number, and so may the same one in another year.
      await allocate(
        {
          documentNo: '1号',
          fromRegion: PLACES.province,
          tier: 'PROVINCE',
          lines: [{ toRegion: PLACES.province, amount: '1' }],
        },
        FUND.province,
      );
      await allocate({ documentNo: '1号', year: 2016, lines: [{ toRegion: PLACES.city, amount: '1' }] });
      // Central money comes from the nation, which has no limit.
      const central = await allocate(
        {
          fromRegion: '000000000000',
          tier: 'CENTRAL',
          documentNo: '财农〔2017〕1号',
          lines: [{ toRegion: PLACES.province, amount: '90000' }],
        },
        FUND.nation,
      );
      expect((await events()).at(-1)).toEqual({
        type: 'junxian.poverty-alleviation.fund.allocated.v1',
        data: {
          allocationId: central,
          documentNo: '财农〔2017〕1号',
          year: 2017,
          fundType: 'DEVELOPMENT',
          tier: 'CENTRAL',
          fromRegion: '000000000000',
          lines: [{ toRegion: PLACES.province, amount: '90000.0000' }],
          withdrawn: false,
        },
      });
    },
  );

  rule(
    'PA-FD-02',
    'no more is passed on than carried in and arrived, less what was passed on and arranged',
    async () => {
      await moneyOfCounty(store, '500');
      const toTownship = (documentNo: string, amount: string) =>
        allocate(
          { fromRegion: PLACES.county, documentNo, lines: [{ toRegion: PLACES.township, amount }] },
          FUND.county,
        );
      await arrange(await project(store), '120.5');
      await expect(toTownship('乡1号', '379.5001')).rejects.toMatchObject({
        code: 'OVER_LIMIT',
        field: 'input.totalAmount',
      });
      await toTownship('乡1号', '300');
      await expect(toTownship('乡2号', '79.5001')).rejects.toMatchObject({ code: 'OVER_LIMIT' });
      // Other types and years have accounts of their own.
      await expect(arrange(await project(store), '1', { fundType: 'SANXI' })).rejects.toMatchObject({
        code: 'OVER_LIMIT',
      });
      await expect(arrange(await project(store), '1', { year: 2016 })).rejects.toMatchObject({
        code: 'OVER_LIMIT',
      });
      await toTownship('乡2号', '79.5');
      expect(await balanceOf(PLACES.county)).toEqual({
        regionCode: PLACES.county,
        year: 2017,
        fundType: 'DEVELOPMENT',
        carryIn: '0.0000',
        arrived: '500.0000',
        reallocated: '379.5000',
        arranged: '120.5000',
        available: '0.0000',
        spent: '0.0000',
        arrangedUnspent: '120.5000',
        balance: '120.5000',
      });
    },
  );

  rule(['PA-FD-03', 'PA-FD-04'], 'what arrived stays within its line, and holds its document', async () => {
    await moneyOfCounty(store, '500', { documentNo: '3号', arrived: '0' });
    const [{ id, line } = { id: '', line: '' }] = await store.adminQuery<{ id: string; line: string }>(
      `SELECT a.id, l.id AS line FROM fund_allocation a JOIN fund_allocation_line l ON l.fund_allocation_id = a.id WHERE a.document_no = '3号'`,
    );
    const { allocations } = store.services;
    const change = (expectedVersion: number, amount: string) =>
      as(store, FUND.city, (tx) =>
        allocations.change(
          tx,
          id,
          expectedVersion,
          allocationForm({ documentNo: '3号', lines: [{ toRegion: PLACES.county, amount }] }),
        ),
      );
    await expect(change(2, '400')).rejects.toMatchObject({ code: 'STALE_VERSION' });
    // What the document itself passes on does not count against its change.
    await expect(change(1, '500.0001')).rejects.toMatchObject({ code: 'OVER_LIMIT' });
    await change(1, '500');
    await change(2, '400');
    await expect(arrive(store, FUND.county, line, '1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const changed = await lineOf(store, id);
    await expect(
      as(store, FUND.county, (tx) =>
        allocations.recordArrival(tx, { lineId: changed, amount: '1', arrivedDate: '2017-02-28' }),
      ),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'input.arrivedDate' });
    await arrive(store, FUND.county, changed, '399.9999');
    await expect(arrive(store, FUND.county, changed, '0.0002')).rejects.toMatchObject({ code: 'OVER_LIMIT' });
    await expect(change(3, '600')).rejects.toMatchObject({ code: 'STATE_CONFLICT', field: 'id' });
    await expect(as(store, FUND.city, (tx) => allocations.remove(tx, id, 3))).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    });

    const [arrival] = await store.adminQuery<{ id: string }>(
      'SELECT id FROM fund_arrival WHERE fund_allocation_line_id = $1',
      [changed],
    );
    await as(store, FUND.county, (tx) => allocations.withdrawArrival(tx, arrival!.id, 1));
    await as(store, FUND.city, (tx) => allocations.remove(tx, id, 3));
    expect(
      (await events())
        .slice(-2)
        .map(({ type, data }) => [type.split('.').at(-2), data.amount ?? data.withdrawn]),
    ).toEqual([
      ['arrived', '0.0000'],
      ['allocated', true],
    ]);
    expect(await balanceOf(PLACES.city)).toMatchObject({ reallocated: '0.0000', available: '500.0000' });
  });

  it('money that is used cannot be taken back', async () => {
    const line = await moneyOfCounty(store, '500');
    const [arrival] = await store.adminQuery<{ id: string }>(
      'SELECT id FROM fund_arrival WHERE fund_allocation_line_id = $1',
      [line],
    );
    const used = await arrange(await project(store), '0.0001');
    const withdraw = () =>
      as(store, FUND.county, (tx) => store.services.allocations.withdrawArrival(tx, arrival!.id, 1));
    await expect(withdraw()).rejects.toMatchObject({ code: 'OVER_LIMIT' });
    await as(store, FUND.county, (tx) => store.services.arranging.cancel(tx, used, 1));
    expect(await withdraw()).toBe(line);
  });
});

describe('arrangements', () => {
  rule(
    'PA-FD-05',
    'money is tied to approved or implementing projects of the region, within what was approved',
    async () => {
      await moneyOfCounty(store, '500');
      const approved = await project(store, { approved: '100' });
      const implementing = await project(store, { approved: '400', stage: 'IMPLEMENTING', spent: '0' });
      for (const stage of ['LIBRARY', 'COMPLETED', 'CANCELLED']) {
        await expect(arrange(await project(store, { stage }), '1')).rejects.toMatchObject({
          code: 'STATE_CONFLICT',
          field: 'input.projectId',
        });
      }
      await expect(arrange(await project(store, { regionCode: PLACES.township }), '1')).rejects.toMatchObject(
        { code: 'STATE_CONFLICT' },
      );
      await expect(
        arrange(await project(store, { regionCode: PLACES.nextCounty }), '1'),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await arrange(approved, '60');
      await expect(arrange(approved, '40.0001')).rejects.toMatchObject({
        code: 'OVER_LIMIT',
        field: 'input.amount',
      });
      const rest = await arrange(approved, '40');
      await arrange(implementing, '400');
      await expect(arrange(implementing, '0.0001')).rejects.toMatchObject({ code: 'OVER_LIMIT' });

      const change = (amount: string, version: number) =>
        as(store, FUND.county, (tx) => store.services.arranging.change(tx, rest, version, amount));
      await spend(approved, '70');
      await expect(change('9.9999', 1)).rejects.toMatchObject({ code: 'OVER_LIMIT', field: 'amount' });
      await expect(change('10', 2)).rejects.toMatchObject({ code: 'STALE_VERSION' });
      await change('10', 1);
      await expect(
        as(store, FUND.county, (tx) => store.services.arranging.cancel(tx, rest, 2)),
      ).rejects.toMatchObject({ code: 'OVER_LIMIT' });
      expect((await events()).at(-1)!.data).toMatchObject({ arrangementId: rest, amount: '10.0000' });
      expect(await balanceOf(PLACES.county)).toMatchObject({
        arranged: '470.0000',
        spent: '70.0000',
        balance: '430.0000',
      });
    },
  );
});

describe('fifty writers at once', () => {
  rule(
    ['PA-FD-02', 'PA-FD-03', 'PA-FD-05'],
    'never use more than there is, to the ten-thousandth',
    async () => {
      const line = await moneyOfCounty(store, '500', { arrived: '0' });
      const projects: string[] = [];
      for (let n = 0; n < 3; n++) projects.push(await project(store, { approved: '400' }));
      const settle = async (work: (n: number) => Promise<unknown>) => {
        const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => work(n)));
        const refused = outcomes.flatMap((one) =>
          one.status === 'rejected' ? [(one.reason as { code?: string }).code] : [],
        );
        expect(new Set(refused)).toEqual(new Set(['OVER_LIMIT']));
        return outcomes.length - refused.length;
      };
      // 500 / 10.3333 leaves room for 48 arrivals.
      expect(await settle(() => arrive(store, FUND.county, line, '10.3333'))).toBe(48);
      await arrive(store, FUND.county, line, '4.0016');
      // 25 pass money on, 25 arrange it: 500 hold 29 of 17.0001 whoever is faster.
      const done = await settle((n) =>
        n % 2 === 0
          ? arrange(projects[n % 3]!, '17.0001')
          : allocate(
              {
                fromRegion: PLACES.county,
                documentNo: `乡${n}号`,
                lines: [{ toRegion: PLACES.township, amount: '17.0001' }],
              },
              FUND.county,
            ),
      );
      expect(done).toBe(29);
      const money = await balanceOf(PLACES.county);
      expect(money).toMatchObject({ arrived: '500.0000', available: '6.9971' });
      expect(toTenThousandths(money!.reallocated) + toTenThousandths(money!.arranged)).toBe(29n * 170_001n);
      // One document number, many hands: one document.
      const same = await Promise.allSettled(
        Array.from({ length: 10 }, () =>
          allocate({ documentNo: '同号', lines: [{ toRegion: PLACES.city, amount: '1' }] }),
        ),
      );
      expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    },
    60_000,
  );
});

describe('closing a year', () => {
  beforeEach(() => closedBefore(store, 2017));

  rule(
    'PA-FD-06',
    'balances become carry-in, what projects have not spent stays arranged, and shares are exact',
    async () => {
      await moneyOfCounty(store, '500');
      const running = await project(store, { approved: '300', stage: 'IMPLEMENTING' });
      const done = await project(store, { approved: '50', stage: 'IMPLEMENTING' });
      await arrange(running, '100');
      await arrange(running, '100.0001');
      await arrange(running, '0.0001');
      await arrange(done, '50');
      await spend(running, '100.0001');
      await spend(done, '45.5');
      await store.adminQuery(`UPDATE project SET stage = 'COMPLETED' WHERE id = $1`, [done]);
      const before = await balanceOf(PLACES.county);
      expect(before).toMatchObject({
        arranged: '250.0002',
        spent: '145.5001',
        arrangedUnspent: '104.5001',
        balance: '354.4999',
      });

      await close(2017);
      await carryOver();

      const closed = await store.adminQuery<{ amount: string; spent: string }>(
        `SELECT amount, spent_at_close AS spent FROM fund_arrangement WHERE year = 2017 AND project_id = $1 ORDER BY amount DESC`,
        [running],
      );
      // 100.0001 spent, divided by 100.0001 : 100 : 0.0001; the largest remainders get the odd ten-thousandths.
      expect(closed).toEqual([
        { amount: '100.0001', spent: '50.0001' },
        { amount: '100.0000', spent: '50.0000' },
        { amount: '0.0001', spent: '0.0000' },
      ]);
      // The year that is closed shows the same, whatever is spent afterwards.
      await spend(running, '150');
      expect(await balanceOf(PLACES.county)).toEqual(before);
      expect(await balanceOf(PLACES.county, 2018)).toMatchObject({
        carryIn: '354.4999',
        arranged: '100.0001',
        available: '254.4998',
        spent: '49.9999',
        balance: '304.5000',
      });
      // The city kept nothing, and nobody else had any: what stays arranged, and the rest.
      expect(await store.adminQuery('SELECT region_code, amount FROM fund_carry_in ORDER BY amount')).toEqual(
        [
          { region_code: PLACES.county, amount: '100.0001' },
          { region_code: PLACES.county, amount: '254.4998' },
        ],
      );
      // Over all years the project has what was spent and what is still arranged, not both of one year.
      expect(await as(store, FUND.county, (tx) => arrangedFor(tx, running))).toBe('200.0002');
      await expect(arrange(running, '1')).rejects.toMatchObject({ code: 'YEAR_CLOSED', field: 'input.year' });
    },
  );

  /** Money of two counties, with three running projects of one and a finished one of the other. */
  async function moneyInProjects(): Promise<void> {
    await moneyOfCounty(store, '500');
    const [nextCounty, fundOfficer] = [PLACES.nextCounty, FUND.nextCounty];
    await moneyOfCounty(store, '70', { documentNo: '2号', county: nextCounty, fundOfficer });
    for (const spent of ['10', '20', '30']) {
      const running = await project(store, { stage: 'IMPLEMENTING' });
      await arrange(running, '100');
      await spend(running, spent);
    }
    const done = await project(store, { regionCode: nextCounty, stage: 'IMPLEMENTING' });
    await arrange(done, '50', { regionCode: nextCounty }, fundOfficer);
    await spend(done, '45.5');
    await store.adminQuery(`UPDATE project SET stage = 'COMPLETED' WHERE id = $1`, [done]);
  }
  const carriedInto2018 = {
    county: { carryIn: '440.0000', arranged: '240.0000', available: '200.0000', balance: '440.0000' },
    nextCounty: { carryIn: '24.5000', arranged: '0.0000', available: '24.5000', balance: '24.5000' },
  };
  const state = async () =>
    (
      await store.adminQuery<{ editable: boolean; closed: boolean }>(
        'SELECT editable, closed_at IS NOT NULL AS closed FROM survey_year WHERE year = 2017',
      )
    )[0];
  const typesOf = async (like: string) =>
    (
      await store.adminQuery<{ n: number }>(
        `SELECT count(*)::int AS n FROM outbox WHERE envelope::jsonb->>'type' LIKE $1 AND envelope::jsonb->'data'->>'year' IN ('2018', '2017')
           AND (envelope::jsonb->>'type' LIKE '%.closed.v1' OR envelope::jsonb->'data'->>'year' = '2018')`,
        [like],
      )
    )[0]!.n;

  rule(
    'PA-FD-06',
    'goes by batches: killed after any of them and taken up by several processes, it carries all money over once',
    async () => {
      await moneyInProjects();
      await close(2017);
      expect(await state()).toEqual({ editable: false, closed: false });
      // A batch that dies takes along what it wrote.
      await store.adminQuery(
        `CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$`,
      );
      for (const table of ['fund_carry_in', 'fund_arrangement']) {
        await store.adminQuery(
          `CREATE TRIGGER dies BEFORE INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION dies()`,
        );
        await expect(carryOver({ batchSize: 1 })).rejects.toThrow('killed');
        await store.adminQuery(`DROP TRIGGER dies ON ${table}`);
        expect(await store.adminQuery('SELECT FROM fund_carry_in')).toEqual([]);
        expect(
          await store.adminQuery('SELECT FROM fund_arrangement WHERE spent_at_close IS NOT NULL'),
        ).toEqual([]);
      }
      let batches = 0;
      await carryOver({ batchSize: 1, goOn: () => batches++ < 3 });
      // What came over so far is arranged there and balances; nothing of it is anybody's to arrange twice.
      const soFar = await balanceOf(PLACES.county, 2018);
      expect(soFar).toMatchObject({ available: '0.0000', carryIn: soFar!.arranged });
      expect(Number(soFar!.arranged)).toBeGreaterThan(0);
      await expect(close(2017, 2)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      await Promise.all([carryOver({ batchSize: 1 }), carryOver({ batchSize: 2 }), carryOver()]);

      expect(await state()).toEqual({ editable: false, closed: true });
      expect(await balanceOf(PLACES.county, 2018)).toMatchObject(carriedInto2018.county);
      expect(await balanceOf(PLACES.nextCounty, 2018)).toMatchObject(carriedInto2018.nextCounty);
      expect(await typesOf('%.fund.arranged.v1')).toBe(3);
      expect(await typesOf('%.year.closed.v1')).toBe(1);
      expect(await carryOver()).toBe(0);
    },
  );

  rule(
    ['PA-FD-03', 'PA-FD-06'],
    'loses nothing that is still on its way: it arrives in the first open year, within its line, and the closed year stands still',
    async () => {
      const line = await moneyOfCounty(store, '500', { arrived: '300' });
      await close(2017);
      await carryOver();
      const closed = [await balanceOf(PLACES.county), await balanceOf(PLACES.city)];
      // There is no open year yet that it could arrive in.
      await expect(arrive(store, FUND.county, line, '150')).rejects.toMatchObject({ code: 'YEAR_CLOSED' });
      await openYear(2018);
      await expect(arrive(store, FUND.county, line, '200.0001')).rejects.toMatchObject({
        code: 'OVER_LIMIT',
      });
      await arrive(store, FUND.county, line, '150');
      expect((await events()).at(-1)!.data).toMatchObject({ amount: '150.0000', year: 2018 });
      expect([await balanceOf(PLACES.county), await balanceOf(PLACES.city)]).toEqual(closed);
      expect(await balanceOf(PLACES.county, 2018)).toMatchObject({
        carryIn: '300.0000',
        arrived: '150.0000',
        available: '450.0000',
      });
      // It can be used there, and is taken back there only as far as it was not.
      const used = await arrange(await project(store), '301', { year: 2018 });
      const [late] = await store.adminQuery<{ id: string }>('SELECT id FROM fund_arrival WHERE amount = 150');
      const withdraw = () =>
        as(store, FUND.county, (tx) => store.services.allocations.withdrawArrival(tx, late!.id, 1));
      await expect(withdraw()).rejects.toMatchObject({ code: 'OVER_LIMIT' });
      await as(store, FUND.county, (tx) => store.services.arranging.cancel(tx, used, 1));
      await withdraw();
      expect(await balanceOf(PLACES.county, 2018)).toMatchObject({ available: '300.0000' });
      await arrive(store, FUND.county, line, '200');
      await close(2018);
      await carryOver();
      expect(await balanceOf(PLACES.county, 2019)).toMatchObject({ carryIn: '500.0000' });
    },
  );

  rule('PA-FD-06', 'carries all money over where regions are merged between two batches', async () => {
    await moneyInProjects();
    await close(2017);
    let batches = 0;
    await carryOver({ batchSize: 1, goOn: () => batches++ < 2 });
    await receiveMerger();
    // It waits until all rows stand where they belong.
    expect(await carryOver()).toBe(0);
    await follow();
    await carryOver();
    expect(await balanceOf(PLACES.county, 2018)).toMatchObject({
      carryIn: '464.5000',
      arranged: '240.0000',
      available: '224.5000',
    });
    expect(await balanceOf(PLACES.nextCounty, 2018)).toBeUndefined();
  });
});

describe('years close in order', () => {
  beforeEach(() => closedBefore(store, 2016));
  const WRITERS = 20;
  /** The line of money that the city issued to itself in a year. */
  const ownLine = async (year: number) => {
    const form = { year, documentNo: `${year}年`, issuedDate: `${year}-03-01` };
    return lineOf(store, await allocate({ ...form, lines: [{ toRegion: PLACES.city, amount: '200' }] }));
  };
  const carriedInto = async (year: number) => (await balanceOf(PLACES.city, year))?.carryIn;

  rule('PA-FD-06', 'so that no money is carried into a closed one', async () => {
    await arrive(store, FUND.city, await ownLine(2016), '7.5');
    await expect(close(2017)).rejects.toMatchObject({ code: 'STATE_CONFLICT', field: 'year' });
    await close(2016);
    // Its money is still on the way.
    await expect(close(2017)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await carryOver();
    await close(2017);
    await carryOver();
    expect(await carriedInto(2018)).toBe('7.5000');
  });

  rule(
    ['PA-FD-06', 'PA-YR-01'],
    `those without money too, or it would come later: of ${WRITERS} who enter some while both are closed each cent arrives or is refused`,
    async () => {
      const [line, next] = [await ownLine(2016), await ownLine(2017)];
      await expect(close(2017)).rejects.toMatchObject({ code: 'STATE_CONFLICT', field: 'year' });
      // Each another power of two: a sum says whose money is in it.
      const amounts = Array.from({ length: WRITERS }, (_, n) => 2n ** BigInt(n));
      const enter = (amount: bigint) => arrive(store, FUND.city, line, fromTenThousandths(amount));
      const closeBoth = async () => {
        for (const year of [2017, 2016, 2017]) {
          await close(year).catch((error) => expect(error).toMatchObject({ code: 'STATE_CONFLICT' }));
          await carryOver();
        }
      };
      await enter(amounts[0]!);
      const others = amounts.slice(1);
      const [outcomes] = await Promise.all([Promise.allSettled(others.map(enter)), closeBoth()]);
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: 'YEAR_CLOSED' })));
      const arrived = others.reduce(
        (sum, amount, n) => (outcomes[n]!.status === 'fulfilled' ? sum + amount : sum),
        amounts[0]!,
      );
      // Who came while the one was closed and the other was not arrived in the other.
      const [inTime] = await store.adminQuery<{ amount: string }>(
        'SELECT sum(amount)::numeric(16,4) AS amount FROM fund_arrival WHERE year = 2016',
      );
      expect(await carriedInto(2017)).toBe(inTime!.amount);
      expect(await carriedInto(2018)).toBe(fromTenThousandths(arrived));
      for (const [one, year] of [
        [line, 2016],
        [next, 2017],
      ] as const)
        expect([year, await arrive(store, FUND.city, one, '1').catch(({ code }) => code)]).toEqual([
          year,
          'YEAR_CLOSED',
        ]);
    },
  );
});

it('money follows its regions: of merged counties the accounts add up, and documents are seen by the new one', async () => {
  await moneyOfCounty(store, '500');
  await moneyOfCounty(store, '70.0001', {
    documentNo: '2号',
    county: PLACES.nextCounty,
    fundOfficer: FUND.nextCounty,
  });
  const running = await project(store, { approved: '300', stage: 'IMPLEMENTING' });
  await arrange(running, '100');
  await receiveMerger();
  await follow();
  expect(await balanceOf(PLACES.county)).toMatchObject({ arrived: '570.0001', available: '470.0001' });
  expect(await balanceOf(PLACES.nextCounty)).toBeUndefined();
  expect(await balanceOf(PLACES.city)).toMatchObject({ reallocated: '570.0001', available: '0.0000' });
  const documents = await store.database.read(scopeOf(FUND.county), (tx) =>
    tx.query<{ no: string }>('SELECT document_no AS no FROM fund_allocation ORDER BY 1'),
  );
  expect(documents.map(({ no }) => no)).toEqual(['1号', '2号']);
});

describe('a township that goes to another county', () => {
  /** What the township is called there. */
  const MOVED = '140214190000';
  const MOVED_OFFICER = officer(MOVED, 'TOWNSHIP', 'FUND');
  const received = async (arrived: string | null) => {
    await moneyOfCounty(store, '500');
    const form = { documentNo: '乡1号', fromRegion: PLACES.county };
    const id = await allocate(
      { ...form, lines: [{ toRegion: PLACES.township, amount: '300' }] },
      FUND.county,
    );
    const line = await lineOf(store, id);
    if (arrived !== null) await arrive(store, FUND.township, line, arrived);
    await receiveChange('REPARENT', PLACES.township, MOVED, 'TOWNSHIP');
    await follow();
    return { id, line, form };
  };

  rule(
    ['PA-FD-02', 'PA-FD-06'],
    'takes along what it received: the county that passed it on cannot use it again, nor carry it over',
    async () => {
      const { line } = await received('200');
      expect(await balanceOf(PLACES.county, 2017, FUND.county)).toMatchObject({
        arrived: '500.0000',
        reallocated: '300.0000',
        available: '200.0000',
      });
      await expect(arrange(await project(store), '200.0001')).rejects.toMatchObject({ code: 'OVER_LIMIT' });
      expect(await balanceOf(MOVED, 2017, MOVED_OFFICER)).toMatchObject({ arrived: '200.0000' });
      await closedBefore(store, 2017);
      await close(2017);
      await carryOver();
      expect(await balanceOf(PLACES.county, 2018, FUND.county)).toMatchObject({ carryIn: '200.0000' });
      expect(await balanceOf(MOVED, 2018, MOVED_OFFICER)).toMatchObject({ carryIn: '200.0000' });
      // What was on its way comes to where the township is now.
      await openYear(2018);
      await arrive(store, MOVED_OFFICER, line, '100');
      expect(await balanceOf(MOVED, 2018, MOVED_OFFICER)).toMatchObject({ available: '300.0000' });
    },
  );

  rule(
    'PA-FD-04',
    'holds the document of what has arrived, though its arrivals are out of the issuer’s sight',
    async () => {
      const { id, form, line } = await received('200');
      const { allocations } = store.services;
      const remove = () => as(store, FUND.county, (tx) => allocations.remove(tx, id, 1));
      await expect(remove()).rejects.toMatchObject({ code: 'STATE_CONFLICT', field: 'id' });
      await expect(
        as(store, FUND.county, (tx) =>
          allocations.change(
            tx,
            id,
            1,
            allocationForm({ ...form, lines: [{ toRegion: PLACES.county, amount: '1' }], tier: 'COUNTY' }),
          ),
        ),
      ).rejects.toMatchObject({ code: 'STATE_CONFLICT', field: 'id' });
      const seen = (who = FUND.county) =>
        store.database.read(scopeOf(who), async (tx) => ({
          lines: (await readLinesOf(tx, [id])).map(({ regionCode, arrivedAmount }) => [
            regionCode,
            arrivedAmount,
          ]),
          arrivals: (await readArrivalsOf(tx, [line])).length,
        }));
      // The issuer learns how much has arrived of its own document, and no more.
      expect(await seen()).toEqual({ lines: [[MOVED, '200.0000']], arrivals: 0 });
      expect(await seen(MOVED_OFFICER)).toEqual({ lines: [[MOVED, '200.0000']], arrivals: 1 });
      expect(await seen(FUND.nextCounty)).toEqual({ lines: [[MOVED, '200.0000']], arrivals: 1 });
      expect(await seen(officer('140300000000', 'CITY', 'FUND'))).toEqual({ lines: [], arrivals: 0 });
    },
  );

  rule('PA-FD-04', 'does not hold a document of which nothing has arrived', async () => {
    const { id } = await received(null);
    await as(store, FUND.county, (tx) => store.services.allocations.remove(tx, id, 1));
    expect(await balanceOf(PLACES.county, 2017, FUND.county)).toMatchObject({ available: '500.0000' });
    expect(
      await store.adminQuery('SELECT FROM fund_allocation_line WHERE region_code = $1', [MOVED]),
    ).toEqual([]);
  });
});

rule(
  ['PA-FD-02', 'PA-FD-05'],
  'while money of a merged county is on its way to the new one, none there is passed on, arranged or taken back',
  async () => {
    await moneyOfCounty(store, '500');
    await moneyOfCounty(store, '70', {
      documentNo: '2号',
      county: PLACES.nextCounty,
      fundOfficer: FUND.nextCounty,
    });
    const theirs = await project(store, { regionCode: PLACES.nextCounty });
    await arrange(theirs, '70', { regionCode: PLACES.nextCounty }, FUND.nextCounty);
    const ours = await project(store);
    const arranged = await arrange(ours, '100');
    await receiveMerger();
    // What arrived stands under the county already, what was arranged of it does not yet.
    const half = async () =>
      (await balanceOf(PLACES.county))?.arrived === '570.0000' &&
      (await store.adminQuery('SELECT FROM fund_arrangement WHERE region_code = $1', [PLACES.nextCounty]))
        .length > 0;
    for (let n = 0; !(await half()); n++) {
      expect(n).toBeLessThan(200);
      await store.database.write(scopes.followRegionChanges(), (tx) =>
        followOneBatch(tx, store.clock, regionFollowing, 1),
      );
    }
    const [arrival] = await store.adminQuery<{ id: string }>(
      'SELECT id FROM fund_arrival WHERE amount = 500 AND region_code = $1',
      [PLACES.county],
    );
    const more = {
      arrange: () => arrange(ours, '470'),
      change: () => as(store, FUND.county, (tx) => store.services.arranging.change(tx, arranged, 1, '570')),
      allocate: () =>
        allocate(
          {
            fromRegion: PLACES.county,
            documentNo: '乡1号',
            lines: [{ toRegion: PLACES.township, amount: '470' }],
          },
          FUND.county,
        ),
      withdraw: () =>
        as(store, FUND.county, (tx) => store.services.allocations.withdrawArrival(tx, arrival!.id, 1)),
    };
    for (const [name, work] of Object.entries(more))
      expect([name, await work().catch(({ code }) => code)]).toEqual([name, 'STATE_CONFLICT']);
    await follow();
    for (const [name, work] of Object.entries(more))
      expect([name, await work().catch(({ code }) => code)]).toEqual([name, 'OVER_LIMIT']);
    await arrange(ours, '400');
    expect(await balanceOf(PLACES.county)).toMatchObject({ arrived: '570.0000', available: '0.0000' });
  },
);
