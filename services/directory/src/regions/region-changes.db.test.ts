import { ManualClock } from '@junxian/calendar';
import { isRefusal } from '@junxian/errors';
import { scopeOf, serviceScope } from '@junxian/identity';
import { rule, scenario } from '@junxian/test-kit';
import { appointmentsForSignIn } from '../appointments/appointments.service';
import { recordAudit, systemActor } from '../audit/audit.service';
import { applyDueRegionChanges } from './due-region-changes';
import { cancelRegionChange } from './region-changes.service';
import { predecessorsOf, successorsOf } from './region-history.service';
import { searchRegions } from './region-search.service';
import { maintainer, officer, RegionStage, regionDatabase } from './regions.fixture';
import { childrenAt } from './regions.service';

let stage: RegionStage;
const clock = new ManualClock('2018-02-28T12:00:00+08:00');

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => {
      if (isRefusal(error)) return error.code;
      throw error;
    },
  );
const apply = () => applyDueRegionChanges(stage.test.database, clock);

beforeAll(async () => {
  stage = new RegionStage(await regionDatabase(), clock);
  // Before 2018 the county was 大同县 140227; the national file of today knows 云州区 140215 only.
  await stage.test.adminQuery(
    `UPDATE region SET code = '140227' || substr(code, 7),
            parent_code = CASE WHEN level = 3 THEN parent_code ELSE '140227' || substr(parent_code, 7) END,
            name = CASE WHEN level = 3 THEN '大同县' ELSE name END
     WHERE code LIKE '140215%'`,
  );
});
afterAll(() => stage.test.close());
beforeEach(() => clock.set('2018-02-28T12:00:00+08:00'));

describe('a county is re-coded', () => {
  const OLD = '140227000000';
  const NEW = '140215000000';
  let placed: Awaited<ReturnType<RegionStage['place']>>;
  let village: Awaited<ReturnType<RegionStage['place']>>;
  let changeId: string;

  beforeAll(async () => {
    placed = await stage.place('大同县民政局', OLD, 'COUNTY');
    village = await stage.place('水头村民委员会', '140227100201', 'VILLAGE');
    clock.set('2018-02-20T09:00:00+08:00');
    const change = await stage.schedule({
      kind: 'RECODE',
      effectiveDate: '2018-03-01',
      from: [OLD],
      to: [{ code: NEW, name: '云州区' }],
    });
    changeId = change.id;
    await stage.test.adminQuery(
      `INSERT INTO death_confirmation_task (citizen_id, region_code, reported_date, reported_by, reported_at, status)
       VALUES ('c1_aaaaaaaaaaaaaaaaaaaaaaaaaa', '140227100201', '2018-02-01', 'test', now(), 'OPEN')`,
    );
    await stage.test.database.write(serviceScope('test'), (tx) =>
      recordAudit(tx, {
        action: 'ORGANISATION_CHANGED',
        targetType: 'organisation',
        targetId: village.organisationId,
        outcome: 'OK',
        actor: systemActor('140227100201'),
        at: clock.now(),
      }),
    );
  });

  rule('DI-REG-06', 'old codes answer before 00:00 of the date, new ones from then on', async () => {
    expect(await stage.at(OLD, '2018-02-28')).toEqual(['大同县', '140200000000']);
    expect(await stage.at(NEW, '2018-02-28')).toBeNull();
    expect(await stage.at(OLD, '2018-03-01')).toBeNull();
    expect(await stage.at(NEW, '2018-03-01')).toEqual(['云州区', '140200000000']);
    expect(await stage.at('140227100201', '2018-02-28')).toEqual(['水头村村委会', '140227100000']);
    expect(await stage.at('140215100201', '2018-03-01')).toEqual(['水头村村委会', '140215100000']);
    expect(await stage.at('140227100201', '2018-03-01')).toBeNull();
  });

  scenario(
    'directory',
    14,
    'an account scoped to the old code sees its rows on 1 March; one event is published',
    async () => {
      const scopeToday = async () => {
        const [acting] = await stage.test.database.read(scopeOf(officer('000000000000', 'NATION')), (tx) =>
          appointmentsForSignIn(tx, placed.accountId, clock.today()),
        );
        return officer(acting!.regionCode, acting!.regionLevel);
      };
      const seen = async () =>
        (
          await stage.read(await scopeToday(), (tx) =>
            tx.query<{ seal_name: string }>('SELECT seal_name FROM organisation ORDER BY seal_name'),
          )
        ).map(({ seal_name }) => seal_name);

      clock.set('2018-02-28T23:59:59+08:00');
      expect(await apply()).toBe(0);
      expect((await scopeToday()).regionCode).toBe(OLD);
      expect(await seen()).toEqual(['大同县民政局', '水头村民委员会']);

      clock.set('2018-03-01T00:00:00+08:00');
      expect(await apply()).toBe(1);
      expect((await scopeToday()).regionCode).toBe(NEW);
      expect(await seen()).toEqual(['大同县民政局', '水头村民委员会']);
      expect(await apply()).toBe(0);

      const [successors, predecessors] = await stage.read(officer(NEW, 'COUNTY'), async (tx) => [
        await successorsOf(tx, [OLD, '140227100201'], '2018-03-01'),
        await predecessorsOf(tx, [
          { code: NEW, asOf: '2018-03-01' },
          { code: '140215100201', asOf: '2018-03-01' },
        ]),
      ]);
      expect(successors).toEqual([[NEW], ['140215100201']]);
      expect(predecessors).toEqual([[OLD], ['140227100201']]);
    },
  );

  rule(
    'DI-REG-08',
    'exactly one region.changed on the effective date, with the moves to re-code rows by',
    async () => {
      expect((await stage.events('region.changed')).filter((event) => event.changeId === changeId)).toEqual([
        {
          changeId,
          kind: 'RECODE',
          from: [OLD],
          to: [NEW],
          effectiveDate: '2018-03-01',
          moves: [{ from: OLD, to: NEW, level: 'COUNTY' }],
        },
      ]);
      expect(await stage.audited('REGION_CHANGED')).toEqual([{ target_id: changeId }]);
      expect(await stage.audited('REGION_CHANGE_SCHEDULED')).toEqual([{ target_id: changeId }]);
    },
  );

  rule('DI-REG-10', 'death reports and the sight of old audit entries follow the scope', async () => {
    const reports = await stage.test.adminQuery('SELECT region_code FROM death_confirmation_task');
    expect(reports).toEqual([{ region_code: '140215100201' }]);
    const seenBy = async (code: string) =>
      (
        await stage.read(officer(code, 'COUNTY', ['AUDITOR']), (tx) =>
          tx.query<{ region_code: string }>(
            `SELECT region_code FROM audit_entry WHERE target_type = 'organisation'`,
          ),
        )
      ).map(({ region_code }) => region_code);
    // The entry keeps the code of its day; who sees it goes with the region.
    expect(await seenBy(NEW)).toContain('140227100201');
    expect(await seenBy('140214000000')).toEqual([]);
  });

  rule('DI-REG-10', 'organisations, accounts and appointments follow; stale tokens are refused', async () => {
    const codes = await stage.test.adminQuery(
      `SELECT o.region_code AS organisation, a.region_code AS account, p.region_code AS appointment
       FROM organisation o JOIN account a ON a.organisation_id = o.id JOIN appointment p ON p.account_id = a.id
       WHERE o.id = ANY($1::uuid[]) ORDER BY 1`,
      [[placed.organisationId, village.organisationId]],
    );
    expect(codes).toEqual([
      { organisation: NEW, account: NEW, appointment: NEW },
      { organisation: '140215100201', account: '140215100201', appointment: '140215100201' },
    ]);
    const revoked = await stage.test.adminQuery<{ subject: string }>(
      `SELECT subject FROM revocation WHERE kind = 'APPOINTMENT' ORDER BY subject`,
    );
    expect(revoked.map(({ subject }) => subject)).toEqual(
      [placed.appointmentId, village.appointmentId].sort(),
    );
  });

  rule(
    'DI-REG-07',
    'the old region keeps its row with its last name, and nothing is overwritten',
    async () => {
      const rows = await stage.test.adminQuery(
        `SELECT name, valid_from::text, valid_to::text FROM region WHERE code = $1`,
        [OLD],
      );
      expect(rows).toEqual([{ name: '大同县', valid_from: '1949-10-01', valid_to: '2018-03-01' }]);
      clock.set('2020-05-01T00:00:00+08:00');
      await stage.schedule({
        kind: 'RENAME',
        effectiveDate: '2020-05-01',
        from: [NEW],
        to: [{ code: NEW, name: '云中区' }],
      });
      expect(await stage.at(OLD, '2018-02-28')).toEqual(['大同县', '140200000000']);
      expect((await stage.at(NEW, '2020-04-30'))?.[0]).toBe('云州区');
      expect((await stage.at(NEW, '2020-05-01'))?.[0]).toBe('云中区');
    },
  );

  rule('DI-REG-09', 'a reference date in the past is answered with the codes of that date', async () => {
    const counties = async (asOf: string) => {
      const children = await stage.read(maintainer, (tx) =>
        childrenAt(tx, [{ code: '140200000000', asOf }], 100),
      );
      return children.map(({ code }) => code);
    };
    const [before, after] = [await counties('2017-12-31'), await counties('2018-12-31')];
    expect(before).toContain(OLD);
    expect(after).toEqual([...before.filter((code) => code !== OLD), NEW].sort());
    const found = (asOf: string) =>
      stage.read(maintainer, (tx) => searchRegions(tx, { text: '大同县', level: 'COUNTY', asOf }));
    expect((await found('2017-12-31')).nodes.map(({ code }) => code)).toEqual([OLD]);
    expect((await found('2018-12-31')).nodes).toEqual([]);
  });
});

describe('a township is split', () => {
  const TOWN = '140221100000';
  const organisations: string[] = [];
  let changeId: string;

  scenario(
    'directory',
    15,
    'its ten organisations stay on the to-do list until assigned; nothing is lost',
    async () => {
      for (let number = 1; number <= 10; number++) {
        organisations.push((await stage.place(`分立镇第${number}单位`, TOWN, 'TOWNSHIP')).organisationId);
      }
      const inVillage = await stage.place('分立镇某村委会', '140221100200', 'VILLAGE');
      const villages = await stage.test.adminQuery<{ code: string }>(
        'SELECT code FROM region WHERE parent_code = $1 ORDER BY code',
        [TOWN],
      );
      const goesWest = (code: string) => code === '140221100200' || code.endsWith('1');
      const change = await stage.schedule({
        kind: 'SPLIT',
        effectiveDate: '2018-02-28',
        from: [TOWN],
        to: [
          { code: '140221151000', name: '东镇' },
          { code: '140221152000', name: '西镇' },
        ],
        mapping: villages.map(({ code }) => ({
          from: code,
          to: code.replace(/^140221100/, goesWest(code) ? '140221152' : '140221151'),
        })),
      });
      changeId = change.id;
      expect(await apply()).toBe(1);

      const tasks = await stage.test.adminQuery<{
        organisation_id: string;
        region_code: string;
        suggested_code: string;
      }>('SELECT organisation_id, region_code, suggested_code FROM region_split_task WHERE change_id = $1', [
        changeId,
      ]);
      expect(tasks.map((task) => task.organisation_id).sort()).toEqual(
        [...organisations, inVillage.organisationId].sort(),
      );
      expect(tasks.find((task) => task.organisation_id === inVillage.organisationId)).toMatchObject({
        region_code: '140221100200',
        suggested_code: '140221152200',
      });
      const left = await stage.test.adminQuery<{ n: number }>(
        'SELECT count(*)::int AS n FROM organisation WHERE region_code = $1',
        [TOWN],
      );
      expect(left).toEqual([{ n: 10 }]);
      const open = await stage.test.adminQuery<{ n: number }>(
        `SELECT count(*)::int AS n FROM region WHERE parent_code IN ('140221151000', '140221152000') AND valid_to IS NULL`,
      );
      expect(open).toEqual([{ n: villages.length }]);
    },
  );

  rule(['DI-REG-08', 'DI-REG-10'], 'no scope follows a split, and its event moves nothing', async () => {
    const appointments = await stage.test.adminQuery(
      'SELECT DISTINCT region_code FROM appointment WHERE organisation_id = ANY($1::uuid[])',
      [organisations],
    );
    expect(appointments).toEqual([{ region_code: TOWN }]);
    const [event] = (await stage.events('region.changed')).filter((each) => each.changeId === changeId);
    expect(event).toMatchObject({
      kind: 'SPLIT',
      from: [TOWN],
      to: ['140221151000', '140221152000'],
      moves: [],
    });
    const successors = await stage.read(officer(TOWN, 'TOWNSHIP'), (tx) =>
      successorsOf(tx, [TOWN], '2018-03-01'),
    );
    expect(successors).toEqual([['140221151000', '140221152000']]);
  });
});

describe('scheduling', () => {
  rule('DI-REG-02', 'a region cannot begin before its parent does', async () => {
    const county = { code: '140299000000', name: '新县', level: 'COUNTY' as const };
    const town = { code: '140299101000', name: '新镇', level: 'TOWNSHIP' as const };
    await stage.schedule({ kind: 'CREATE', effectiveDate: '2019-01-01', to: [county] });
    expect(await refusal(stage.schedule({ kind: 'CREATE', effectiveDate: '2018-12-31', to: [town] }))).toBe(
      'UNKNOWN_PARENT',
    );
    expect(await refusal(stage.schedule({ kind: 'CREATE', effectiveDate: '2019-01-01', to: [town] }))).toBe(
      'accepted',
    );
    expect(await stage.at('140299101000', '2019-01-01')).toEqual(['新镇', '140299000000']);
  });

  scenario(
    'directory',
    16,
    'malformed codes and an unknown parent are rejected, and leave no trace',
    async () => {
      const stored = () =>
        stage.test.adminQuery(
          'SELECT (SELECT count(*) FROM region) AS regions, (SELECT count(*) FROM region_change) AS changes',
        );
      const before = await stored();
      const create = (code: string, level: 'COUNTY' | 'TOWNSHIP', parentCode?: string) =>
        refusal(
          stage.schedule({
            kind: 'CREATE',
            effectiveDate: '2019-01-01',
            to: [{ code, name: '某地', level, parentCode }],
          }),
        );
      expect(await create('14029500000', 'COUNTY')).toBe('INVALID_REGION_CODE');
      expect(await create('1402950000000', 'COUNTY')).toBe('INVALID_REGION_CODE');
      expect(await create('14029A000000', 'COUNTY')).toBe('INVALID_REGION_CODE');
      expect(await create('140295101000', 'COUNTY')).toBe('INVALID_REGION_CODE');
      expect(await create('140295101000', 'TOWNSHIP')).toBe('UNKNOWN_PARENT');
      expect(await create('140295000000', 'COUNTY', '149900000000')).toBe('UNKNOWN_PARENT');
      expect(await create('140295000000', 'COUNTY', '140300000000')).toBe('INVALID_REGION_CODE');
      expect(await stored()).toEqual(before);
    },
  );

  rule('DI-REG-03', 'a township is accepted right under a city', async () => {
    const town = { code: '441900199000', name: '新街道', level: 'TOWNSHIP' as const };
    await stage.schedule({ kind: 'CREATE', effectiveDate: '2019-01-01', to: [town] });
    expect(await stage.at('441900199000', '2019-01-01')).toEqual(['新街道', '441900000000']);
  });

  it('undoes a cancelled change wholly, and leaves it on record', async () => {
    const table = () =>
      stage.test.adminQuery(
        `SELECT md5(string_agg(r::text, ',' ORDER BY code, valid_from)) AS hash FROM region r`,
      );
    const before = await table();
    const change = await stage
      .schedule({
        kind: 'MERGE',
        effectiveDate: '2018-06-01',
        from: ['140223000000', '140224000000'],
        to: [{ code: '140298000000', name: '合县' }],
        mapping: [],
      })
      .catch((error: unknown) => error);
    expect(isRefusal(change) && change.code).toBe('REGION_CODE_COLLISION');
    const recode = await stage.schedule({
      kind: 'RECODE',
      effectiveDate: '2018-06-01',
      from: ['140223000000'],
      to: [{ code: '140297000000' }],
    });
    expect(await stage.at('140223000000', '2018-06-01')).toBeNull();
    const maintainerOfCity = officer('140200000000', 'CITY', ['REGION_MAINTAINER']);
    const cancel = (version: number) =>
      stage.write(maintainerOfCity, (tx) =>
        cancelRegionChange(tx, recode.id, version, stage.context(maintainerOfCity)),
      );
    expect(await refusal(cancel(99))).toBe('STALE_VERSION');
    expect((await cancel(recode.version)).status).toBe('CANCELLED');
    expect(await table()).toEqual(before);
    expect(await refusal(cancel(2))).toBe('REGION_CHANGE_IN_EFFECT');
    expect(await stage.audited('REGION_CHANGE_CANCELLED')).toEqual([{ target_id: recode.id }]);
  });

  it('does not cancel what is in effect, or what a later change builds on', async () => {
    const first = await stage.schedule({
      kind: 'RENAME',
      effectiveDate: '2018-03-02',
      from: ['140225000000'],
      to: [{ code: '140225000000', name: '甲县' }],
    });
    await stage.schedule({
      kind: 'RENAME',
      effectiveDate: '2018-03-03',
      from: ['140225000000'],
      to: [{ code: '140225000000', name: '乙县' }],
    });
    const cancel = () =>
      stage.write(maintainer, (tx) => cancelRegionChange(tx, first.id, 1, stage.context()));
    expect(await refusal(cancel())).toBe('REGION_CHANGE_BUILT_UPON');
    clock.set('2018-03-02T00:00:00+08:00');
    expect(await refusal(cancel())).toBe('REGION_CHANGE_IN_EFFECT');
  });

  it('refuses a change before one that is recorded already', async () => {
    const rename = (effectiveDate: string, name: string) =>
      refusal(
        stage.schedule({
          kind: 'RENAME',
          effectiveDate,
          from: ['140226000000'],
          to: [{ code: '140226000000', name }],
        }),
      );
    expect(await rename('2018-05-01', '甲县')).toBe('accepted');
    expect(await rename('2018-04-01', '乙县')).toBe('REGION_CHANGE_CONFLICT');
    expect(await rename('2018-05-01', '乙县')).toBe('REGION_CHANGE_CONFLICT');
    expect(await rename('2018-05-02', '丙县')).toBe('accepted');
  });

  it('lets a maintainer change the own area only', async () => {
    const linfen = officer('141000000000', 'CITY', ['REGION_MAINTAINER']);
    const recode = (from: string, to: string) =>
      refusal(
        stage.schedule(
          { kind: 'RECODE', effectiveDate: '2018-07-01', from: [from], to: [{ code: to }] },
          linfen,
        ),
      );
    expect(await recode('141102000000', '141197000000')).toBe('OUT_OF_REGION');
    expect(await recode('141002000000', '141197000000')).toBe('OUT_OF_REGION');
    expect(await recode('141002000000', '141097000000')).toBe('accepted');
  });

  it('gives nobody without the role a way to change a row', async () => {
    const administrator = officer('140000000000', 'PROVINCE', ['ORG_ADMIN']);
    const changed = await stage.write(administrator, (tx) =>
      tx.query(`UPDATE region SET name = 'x' WHERE code = '140200000000' RETURNING code`),
    );
    expect(changed).toEqual([]);
    await expect(
      stage.schedule(
        {
          kind: 'CREATE',
          effectiveDate: '2019-01-01',
          to: [{ code: '140296000000', name: '新县', level: 'COUNTY' }],
        },
        administrator,
      ),
    ).rejects.toThrow(/row-level security/);
  });

  it('never lets validities of one code overlap', async () => {
    await expect(
      stage.test.adminQuery(
        `INSERT INTO region (code, level, name, parent_code, is_placeholder, initials, valid_from, valid_to, grams)
         VALUES ('140200000000', 2, 'x', '140000000000', false, 'x', '1950-01-01', '1951-01-01', '{}')`,
      ),
    ).rejects.toMatchObject({ code: '23P01' });
    await expect(
      stage.test.adminQuery(
        `INSERT INTO region (code, level, name, parent_code, is_placeholder, initials, valid_from, grams)
         VALUES ('140200000000', 2, 'x', '140000000000', false, 'x', '2950-01-01', '{}')`,
      ),
    ).rejects.toThrow();
  });
});

describe('applying', () => {
  beforeEach(() => clock.set('2018-09-01T00:00:00+08:00'));

  it('does each change once however many processes try', async () => {
    await apply();
    for (const [code, name] of [
      ['440103000000', '一区'],
      ['440104000000', '二区'],
      ['440105000000', '三区'],
    ] as const) {
      await stage.schedule({
        kind: 'RENAME',
        effectiveDate: '2018-08-01',
        from: [code],
        to: [{ code, name }],
      });
    }
    const counts = await Promise.all(Array.from({ length: 4 }, apply));
    const rest = await apply();
    expect(counts.reduce((sum, count) => sum + count, rest)).toBe(3);
    const events = (await stage.events('region.changed')).filter(
      (event) => event.effectiveDate === '2018-08-01',
    );
    expect(events.map(({ from }) => from)).toEqual([['440103000000'], ['440104000000'], ['440105000000']]);
    expect(events.every(({ moves }) => (moves as unknown[]).length === 0)).toBe(true);
  });

  it('follows a county that becomes a city with the level of its appointments', async () => {
    const placed = await stage.place('增城市民政局', '440118000000', 'COUNTY');
    await stage.schedule({
      kind: 'RECODE',
      effectiveDate: '2018-08-02',
      from: ['440118000000'],
      to: [{ code: '449900000000', level: 'CITY', name: '增城市' }],
    });
    expect(await apply()).toBe(1);
    const [appointment] = await stage.test.adminQuery(
      'SELECT region_code, region_level FROM appointment WHERE id = $1',
      [placed.appointmentId],
    );
    expect(appointment).toEqual({ region_code: '449900000000', region_level: 'CITY' });
  });

  it('leaves the organisations of an abolished region on the to-do list, with the successor named', async () => {
    const villages = await stage.test.adminQuery<{ code: string }>(
      `SELECT code FROM region WHERE code LIKE '440106%' AND level = 5 ORDER BY code LIMIT 2`,
    );
    const [gone, successor] = villages.map(({ code }) => code) as [string, string];
    const placed = await stage.place('某村委会', gone, 'VILLAGE');
    await stage.schedule({
      kind: 'ABOLISH',
      effectiveDate: '2018-08-03',
      from: [gone],
      to: [{ code: successor }],
    });
    expect(await apply()).toBe(1);
    expect(
      await stage.test.adminQuery(
        'SELECT region_code, suggested_code FROM region_split_task WHERE organisation_id = $1',
        [placed.organisationId],
      ),
    ).toEqual([{ region_code: gone, suggested_code: successor }]);
  });

  it('covers every table of the directory that carries a region code', async () => {
    const tables = await stage.test.adminQuery<{ table_name: string }>(
      `SELECT table_name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'region_code' ORDER BY 1`,
    );
    expect(tables.map(({ table_name }) => table_name)).toEqual([
      'account',
      'appointment',
      // Keeps its codes; audit_region_successor says what stands in their place.
      'audit_entry',
      'audit_region_successor',
      'death_confirmation_task',
      'extra_account_request',
      'organisation',
      // Say what was changed, or left behind, under the codes of that day.
      'region_change',
      'region_split_task',
    ]);
  });
});
