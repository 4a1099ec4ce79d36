import * as fs from 'node:fs';
import { officerOf } from '../actor';
import { registered } from '../testing/cases.support.test';
import { officer, openStore } from '../testing/store.support.test';
import { workCounts, workList } from '../work-lists/work-list.service';
import { REGISTERS } from './registers';

const N = Number(process.env.SEED ?? 300000);
it('perf', async () => {
  const out: string[] = [];
  const log = (s: string) => {
    out.push(s);
    fs.writeFileSync('/tmp/perf.txt', out.join('\n'));
  };
  const store = await openStore();
  const sender = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);
  const one = await registered(store, {}, sender);
  await store.adminQuery(`ALTER TABLE case_item DISABLE TRIGGER ALL`);
  // 30 county bureaus, the first is lixia
  await store.adminQuery(`INSERT INTO organisation (id, seal_name, kind, region_code, region_level, is_bureau)
    SELECT ('10000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '县局' || n, 'BUREAU', '3701' || lpad((n+10)::text,2,'0') || '000000', 'COUNTY', true FROM generate_series(1, 29) n`);
  const cols = (
    await store.adminQuery<{ c: string }>(
      `SELECT string_agg(attname, ',') AS c FROM pg_attribute WHERE attrelid='case_item'::regclass AND attnum>0 AND NOT attisdropped`,
    )
  )[0]!.c;
  let t = Date.now();
  await store.adminQuery(
    `INSERT INTO case_item (${cols}) SELECT ${cols
      .split(',')
      .map(
        (c) =>
          (
            ({
              id: 'uuidv7()',
              item_no: `'S-' || lpad(n::text, 8, '0')`,
              query_code_index: `'q' || n`,
              registered_at: `c.registered_at - (n || ' minutes')::interval`,
              received_at: `c.registered_at - (n || ' minutes')::interval - interval '1 day'`,
              channel: `(ARRAY['ONLINE','LETTER','VISIT','PHONE'])[1 + n % 4]`,
              purpose: `(ARRAY['APPEAL','SEEK_SOLUTION','SUGGESTION','OTHER','ACCUSATION'])[1 + (n / 7) % 5]`,
              state: `(ARRAY['IN_HANDLING','ACCEPTED','COMPLETED','COMPLETED','COMPLETED','COMPLETED','COMPLETED','COMPLETED','FINAL','LAPSED'])[1 + n % 10]`,
              outcome: `CASE WHEN n % 10 >= 2 THEN 'REPLIED' END`,
              problem_region_code: `'3701' || lpad((10 + n % 30)::text, 2, '0') || lpad((1 + n % 11)::text, 3, '0') || '000'`,
              content_category: `(ARRAY['LABOUR.WAGES.ARREARS','LAND.TITLE','URBAN_CONSTRUCTION.UTILITIES.HEATING','HEALTH.OTHER'])[1 + (n/3) % 4]`,
              organisation_id: `CASE WHEN n % 30 = 0 THEN '00000000-0000-7000-8000-000000000004'::uuid ELSE ('10000000-0000-7000-8000-' || lpad((n % 30)::text, 12, '0'))::uuid END`,
              custodian_organisation_id: `CASE WHEN n % 30 = 0 THEN '00000000-0000-7000-8000-000000000004'::uuid ELSE ('10000000-0000-7000-8000-' || lpad((n % 30)::text, 12, '0'))::uuid END`,
              accept_due_on: `(c.registered_at - (n || ' minutes')::interval)::date + 15`,
              routed_at: 'c.registered_at',
              handle_due_on: `CASE WHEN n % 10 = 1 THEN (c.registered_at - (n || ' minutes')::interval)::date + 60 END`,
              accepted_at: `CASE WHEN n % 10 = 1 THEN now() END`,
              submission_id: 'NULL',
            }) as Record<string, string>
          )[c] ?? `c.${c}`,
      )
      .join(', ')}
     FROM case_item c, generate_series(1, ${N}) n WHERE c.id = $1`,
    [one.id],
  );
  log(`items ${Date.now() - t}`);
  t = Date.now();
  await store.adminQuery(`INSERT INTO case_sight SELECT o.id, c.id, CASE WHEN o.id = c.organisation_id THEN 'REGISTERED' ELSE 'SUBTREE' END, c.registered_at, c.registered_at FROM case_item c CROSS JOIN LATERAL (
     SELECT c.organisation_id AS id UNION SELECT '00000000-0000-7000-8000-000000000001'::uuid UNION SELECT '00000000-0000-7000-8000-000000000002' UNION SELECT '00000000-0000-7000-8000-000000000003') o WHERE c.item_no LIKE 'S-%'`);
  await store.adminQuery(`INSERT INTO petitioner (case_item_id, is_main, name, id_number_index, usual_address, created_at)
     SELECT id, true, substr('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许', 1 + (k % 20)::int, 1) || substr('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平', 1 + (k / 20 % 20)::int, 1) || substr('一二三四五六七八九十百千万亿东西南北中天', 1 + (k / 400 % 20)::int, 1), 'idx' || k, '某地', now()
     FROM (SELECT id, row_number() OVER () AS k FROM case_item WHERE item_no LIKE 'S-%') x`);
  await store.adminQuery(`INSERT INTO handling_record (case_item_id, seq, mode, from_organisation_id, officer_id, destination_organisation_id, state, at)
     SELECT id, 1, CASE WHEN right(item_no, 1) = '1' THEN 'INFORM_ACCEPT' ELSE 'FORWARD' END, organisation_id, registrar_id, CASE WHEN right(item_no, 3) = '777' THEN '00000000-0000-7000-8000-000000000008'::uuid END, 'DONE', now() FROM case_item WHERE item_no LIKE 'S-%'`);
  const lixia = officer('lixia', ['HANDLER', 'RECEIVER']);
  await store.adminQuery(
    `INSERT INTO org_task (case_item_id, kind, state, custody, organisation_id, region_code, holder_id, received_at, opened_at, done_at)
     SELECT id, 'HANDLE', st, st <> 'DONE', organisation_id, region_code, CASE WHEN st <> 'UNIT_INBOX' THEN CASE WHEN organisation_id='00000000-0000-7000-8000-000000000004' THEN $1::uuid ELSE registrar_id END END, received_at, received_at, CASE WHEN st='DONE' THEN received_at END
     FROM (SELECT *, CASE WHEN outcome IS NOT NULL THEN 'DONE' WHEN right(item_no,2)::int < 50 THEN 'UNIT_INBOX' ELSE 'TODO' END AS st FROM case_item WHERE item_no LIKE 'S-%') c`,
    [lixia.accountId],
  );
  log(`rest ${Date.now() - t}`);
  await store.adminQuery('VACUUM ANALYZE');
  const filters: [string, object][] = [
    ['none', {}],
    ['itemNo', { itemNo: 'S-00123450' }],
    ['itemNo prefix', { itemNo: 'S-0012' }],
    ['name', { name: '赵伟一' }],
    ['name prefix', { name: '赵伟' }],
    ['rare name', { name: '没有人' }],
    ['idNumber', { idNumber: '370102198001011236' }],
    ['channels', { channels: ['VISIT'] }],
    ['received', { receivedFrom: '2025-10-01', receivedTo: '2025-10-31' }],
    ['receivedOld', { receivedTo: '2025-09-01' }],
    ['region', { problemRegion: '370110001000' }],
    ['region other', { problemRegion: '370215000000' }],
    ['purpose', { purposes: ['SUGGESTION'] }],
    ['category', { category: 'LAND' }],
    ['no category', { category: 'JUSTICE' }],
    ['modes', { modes: ['INFORM_ACCEPT'] }],
    ['mode none', { modes: ['ARCHIVE'] }],
    ['destination', { destinationOrgId: '00000000-0000-7000-8000-000000000008' }],
    ['states', { states: ['LAPSED'] }],
    ['state none', { states: ['UNDER_REVIEW'] }],
    ['overdue', { overdue: true }],
    ['mine', { scope: 'MINE' }],
    ['org', { scope: 'ORGANISATION' }],
    [
      'combination',
      {
        channels: ['VISIT'],
        purposes: ['APPEAL'],
        category: 'LABOUR',
        problemRegion: '370100000000',
        states: ['COMPLETED'],
        receivedFrom: '2025-09-01',
        modes: ['FORWARD'],
        scope: 'ORGANISATION',
      },
    ],
  ];
  const run = async (who: ReturnType<typeof officer>, label: string, filter: object) => {
    const t0 = Date.now();
    const p = await store.readAs(who, (tx) =>
      store.services.search.page(tx, filter, officerOf(who), '2026-03-02', { first: 20 }),
    );
    log(`${label}: ${Date.now() - t0} ms, ${p.nodes.length}${p.hasNextPage ? '+' : ''}`);
  };
  for (const key of (process.env.WHO ?? 'lixia,shandong').split(',')) {
    const who = officer(key as 'lixia', ['HANDLER', 'RECEIVER']);
    for (const [name, filter] of filters) await run(who, `${key} ${name}`, filter);
    let t1 = Date.now();
    const page = await store.readAs(who, (tx) =>
      REGISTERS.CASES!.page(tx, {
        filter: {},
        officer: officerOf(who),
        today: '2026-03-02',
        personal: store.services.personal,
        first: 1000,
        after: null,
      }),
    );
    log(`${key} register page 1000: ${Date.now() - t1} ms ${page.rows.length}`);
    t1 = Date.now();
    log(
      `${key} counts ${JSON.stringify(await store.readAs(who, (tx) => workCounts(tx, officerOf(who), '2026-03-02')))} ${Date.now() - t1} ms`,
    );
    for (const list of ['UNIT_INBOX', 'TODO', 'DONE', 'AWAITING_RESULT', 'RETURNS', 'APPROVALS'] as const) {
      t1 = Date.now();
      const l = await store.readAs(who, (tx) => workList(tx, list, officerOf(who), { first: 20 }));
      log(`${key} list ${list}: ${Date.now() - t1} ms ${l.nodes.length}`);
    }
  }
  // explain
  for (const [key, name] of (process.env.EXPLAIN ?? '')
    .split(';')
    .filter(Boolean)
    .map((x) => x.split(':'))) {
    const who = officer(key as 'lixia', ['HANDLER', 'RECEIVER']);
    await store.readAs(who, async (tx) => {
      const real = tx.query.bind(tx);
      const explaining = {
        ...tx,
        scope: tx.scope,
        query: async (sql: string, p?: unknown[]) => {
          const rows = await real<Record<string, string>>('EXPLAIN (ANALYZE, BUFFERS) ' + sql, p);
          log(`--- ${key} ${name}\n` + rows.map((r) => r['QUERY PLAN']).join('\n'));
          return [];
        },
      };
      if (name === 'counts')
        await workCounts(explaining as never, officerOf(who), '2026-03-02').catch(() => 0);
      else if (name === 'register')
        await REGISTERS.CASES!.page(explaining as never, {
          filter: {},
          officer: officerOf(who),
          today: '2026-03-02',
          personal: store.services.personal,
          first: 1000,
          after: null,
        });
      else if (['UNIT_INBOX', 'TODO', 'DONE'].includes(name!))
        await workList(explaining as never, name as 'TODO', officerOf(who), { first: 20 });
      else
        await store.services.search.page(
          explaining as never,
          filters.find(([n]) => n === name)![1],
          officerOf(who),
          '2026-03-02',
          { first: 20 },
        );
    });
  }
  await store.close();
}, 1200000);
