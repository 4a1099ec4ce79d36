import { setTimeout } from 'node:timers/promises';
import { LinkSigner, readSheet } from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import { registered } from '../testing/cases.support.test';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { received, sender } from '../work-lists/work-lists.fixture';
import { Exports } from './exports.service';
import { REGISTERS } from './registers';

const LINK_BASE = 'https://petitions.example/files/petitions';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
const { ask, origin } = graphOver(() => {
  const { database, clock, services } = store;
  const exports = new Exports({
    database,
    clock,
    personal: services.personal,
    links: new LinkSigner(Buffer.alloc(32, 7), clock),
    linkBase: LINK_BASE,
    registers: REGISTERS,
  });
  return { ...store, services: { ...services, exports } };
});
afterAll(() => store?.close());

const EXPORT = `mutation ($filter: CaseFilter!, $format: ExportFormat!) { link: exportCases(filter: $filter, format: $format) { url expiresAt } }`;
const REGISTER = `mutation ($register: RegisterKind!) { link: exportRegister(register: $register, from: "2026-01-01", to: "2026-12-31", format: CSV) { url } }`;

async function linkOf(by: Principal, document: string, variables: object): Promise<string> {
  const { data, errors } = await ask(by, document, variables);
  expect(errors).toBeUndefined();
  return data!.link.url;
}
const download = (url: string) =>
  fetch(url.replace(LINK_BASE, `${origin()}/files`), {
    headers: { 'accept-language': 'en' },
  });
const csv = async (by: Principal, filter: object) =>
  linesOf(await (await download(await linkOf(by, EXPORT, { filter, format: 'CSV' }))).text());
const linesOf = (text: string) =>
  text
    .replace(/^\ufeff/, '')
    .trim()
    .split('\r\n')
    .slice(3);
const logged = () =>
  store.adminQuery<{ stage: string; rows: number | null; full: number | null }>(
    `SELECT stage, row_count AS rows, identities_in_full AS full FROM export_download ORDER BY id`,
  );
/** The download that ended last; its end is noted a moment after the receiver has the last byte. */
async function lastEnd() {
  for (let wait = 0; wait < 200; wait++) {
    const log = await logged();
    if (log.filter(({ stage }) => stage === 'STARTED').length * 2 === log.length) return log.at(-1)!;
    await setTimeout(25);
  }
  throw new Error('a download never ended');
}

describe('exporting', () => {
  rule(
    ['PT-QRY-01', 'PT-SEC-02'],
    'the same filter as the search; identities as the role may see them; counted for the audit',
    async () => {
      await store.appoint(sender);
      const jinan = await store.appoint(officer('jinan', 'SUPERVISOR'));
      const lixia = await store.appoint(officer('lixia', 'HANDLER'));
      const named = { name: '王小明', idType: 'RESIDENT_ID' as const, householdAddress: '济南市解放路街1号' };
      await received(store, 'lixia', { draft: { title: '普通件', petitioner: named } });
      await received(store, 'lixia', {
        draft: { title: '控告件', petitioner: named, purpose: 'ACCUSATION' },
      });
      await received(store, 'lixia', { draft: { title: '匿名件', petitioner: named, anonymous: true } });
      await registered(
        store,
        { title: '省里的件', petitioner: named, channel: 'VISIT', visitorCount: 3 },
        sender,
      );

      const byLixia = await csv(lixia, {});
      expect(byLixia).toHaveLength(3);
      expect(byLixia.find((line) => line.includes('普通件'))).toMatch(
        /来信,2026-03-02,王小明,济南市解放路街1号,1,初,370102001000,求决,.*,转送,370102000000信访局,办理中,2026-03-17$/,
      );
      expect(byLixia.find((line) => line.includes('控告件'))).toContain('王小明');
      expect(byLixia.find((line) => line.includes('匿名件'))).toMatch(/,匿名,,/);

      const byJinan = await csv(jinan, {});
      expect(byJinan.find((line) => line.includes('普通件'))).toMatch(/,王\*\*,,/);
      expect(byJinan.join('\n')).not.toContain('小明');
      expect(byJinan.find((line) => line.includes('控告件'))).toMatch(/2026-03-02,,,/);
      expect(await csv(sender, { channels: ['VISIT'] })).toEqual([
        expect.stringMatching(/^1,370000-20260302-V-00001,来访,2026-03-02,王小明,.*,3,初,/),
      ]);
      expect(await csv(await store.appoint(officer('qingdao', 'HANDLER')), {})).toEqual([]);

      await lastEnd();
      expect((await logged()).filter(({ stage }) => stage === 'FINISHED')).toEqual([
        { stage: 'FINISHED', rows: 3, full: 2 },
        { stage: 'FINISHED', rows: 3, full: 0 },
        { stage: 'FINISHED', rows: 1, full: 1 },
        { stage: 'FINISHED', rows: 0, full: 0 },
      ]);
      const [log] = await store.adminQuery<{ account: string; sealed: string }>(
        'SELECT account_id AS account, filter_sealed AS sealed FROM export_log ORDER BY id LIMIT 1',
      );
      expect(log!.account).toBe(lixia.accountId);
    },
  );

  rule('PT-QRY-01', 'a workbook; formulas in texts are not run', async () => {
    const by = await store.appoint(officer('shandongUnit', ['LETTER_REGISTRAR', 'HANDLER']));
    await registered(store, { title: '=HYPERLINK("http://evil")' }, by);
    const answer = await download(await linkOf(by, EXPORT, { filter: {}, format: 'XLSX' }));
    expect(answer.headers.get('content-disposition')).toContain(
      encodeURIComponent('信访件台账-20260302.xlsx'),
    );
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const content = Buffer.from(await answer.arrayBuffer());
    const reading = await readSheet({ name: 'x.xlsx', content }, REGISTERS.CASES!.columns);
    expect(reading.rows.map(({ values }) => [values.seq, values.summary])).toEqual([
      ['1', '=HYPERLINK("http://evil")'],
    ]);
    const csvText = (await csv(by, {})).join('\n');
    expect(csvText).toContain(`'=HYPERLINK`);
  });

  it('is refused with a token that is wrong or old, and once the appointment ended or the account is disabled', async () => {
    const by = await store.appoint(officer('lixia', 'HANDLER'));
    const url = await linkOf(by, EXPORT, { filter: {}, format: 'CSV' });
    expect((await download(url)).status).toBe(200);
    const bad = await download(`${url.slice(0, -3)}AAA`);
    expect(bad.status).toBeGreaterThanOrEqual(400);
    expect(await bad.json()).toMatchObject({ errors: [{ extensions: { code: 'LINK_INVALID' } }] });
    store.clock.set('2026-03-02T09:06:00+08:00');
    expect(await (await download(url)).json()).toMatchObject({
      errors: [{ extensions: { code: 'LINK_INVALID' } }],
    });
    const fresh = await linkOf(by, EXPORT, { filter: {}, format: 'CSV' });
    await store.adminQuery(`UPDATE officer_appointment SET ended_on = '2026-03-01' WHERE id = $1`, [
      by.appointmentId,
    ]);
    expect(await (await download(fresh)).json()).toMatchObject({
      errors: [{ extensions: { code: 'LINK_INVALID' } }],
    });
    await store.appoint(by);
    expect((await download(fresh)).status).toBe(200);
    await store.adminQuery('INSERT INTO disabled_account VALUES ($1, now())', [by.accountId]);
    expect(await (await download(fresh)).json()).toMatchObject({
      errors: [{ extensions: { code: 'LINK_INVALID' } }],
    });
    await store.adminQuery('DELETE FROM disabled_account');
    store.clock.set('2026-03-02T09:00:00+08:00');
  });

  rule(
    'PT-QRY-01',
    'registers of channels, simple registrations, interviews and what is overdue',
    async () => {
      const statistician = await store.appoint(officer('shandong', ['STATISTICIAN', 'LETTER_REGISTRAR']));
      const [item] = await store.adminQuery<{ id: string; itemNo: string }>(
        `SELECT id, item_no AS "itemNo" FROM case_item WHERE channel = 'VISIT' LIMIT 1`,
      );
      await store.adminQuery(
        `INSERT INTO simple_registration (region_code, organisation_id, kind, name, address, letter_count, handling_mode, destination, registered_at, created_by)
       VALUES ('370000000000', $1, 'LITIGATION', '李四', '济南', 3, 'FORWARD', '省法院', '2026-03-02T09:00:00+08:00', $2)`,
        [sender.organisationId, sender.accountId],
      );
      await store.adminQuery(
        `INSERT INTO leader_reception (case_item_id, organisation_id, leader_name, leader_post, reception_date, content, opinion, created_at, created_by, updated_at)
       VALUES ($1, $2, '赵局长', '局长', '2026-03-02', '接访内容', '交有关单位办理', now(), $3, now())`,
        [item!.id, sender.organisationId, sender.accountId],
      );
      const lines = async (register: string) =>
        linesOf(await (await download(await linkOf(statistician, REGISTER, { register }))).text());
      expect(await lines('VISIT')).toHaveLength(1);
      // With the letter of a unit of the province, which the bureau sees from above.
      expect(await lines('LETTER')).toHaveLength(4);
      expect(await lines('ONLINE')).toEqual([]);
      expect(await lines('SIMPLE')).toEqual(['1,2026-03-02,李四,济南,涉法涉诉信,3,,转送,省法院,']);
      expect(await lines('INTERVIEW')).toEqual([
        `1,2026-03-02,${item!.itemNo},王小明,3,赵局长 局长,接访内容,交有关单位办理`,
      ]);
      expect(await lines('OVERDUE')).toEqual([]);
      store.clock.set('2026-03-19T09:00:00+08:00');
      const overdue = await lines('OVERDUE');
      expect(overdue).toHaveLength(5);
      expect(overdue.find((line) => line.includes('省里的件'))).toMatch(
        /转送、交办期限,2026-03-17,2,已登记$/,
      );
      expect(overdue.find((line) => line.includes('普通件'))).toMatch(/受理告知期限,2026-03-17,2,办理中$/);
      const plain = await store.appoint(officer('shandong', 'STATISTICIAN'));
      expect(
        linesOf(await (await download(await linkOf(plain, REGISTER, { register: 'SIMPLE' }))).text()),
      ).toEqual(['1,2026-03-02,李*,,涉法涉诉信,3,,转送,省法院,']);
      store.clock.set('2026-03-02T09:00:00+08:00');
    },
  );

  it('needs an officer, and for registers a statistician; row-level security keeps the log to its account', async () => {
    const codes = async (by: Principal, document: string, variables: object) =>
      (await ask(by, document, variables)).errors?.map(({ extensions }) => extensions?.code);
    expect(await codes(officer('lixia', 'HANDLER'), REGISTER, { register: 'LETTER' })).toEqual(['FORBIDDEN']);
    expect(
      await codes({ ...sender, roles: ['directory:ORG_ADMIN'] }, EXPORT, { filter: {}, format: 'CSV' }),
    ).toEqual(['FORBIDDEN']);
    const seen = (by: Principal) => store.readAs(by, (tx) => tx.query('SELECT account_id FROM export_log'));
    expect(await seen(officer('shinan', ['HANDLER', 'ADMIN']))).toEqual([]);
    expect((await seen(officer('lixia', 'HANDLER'))).length).toBeGreaterThan(0);
    await expect(
      store.as(officer('lixia', 'HANDLER'), (tx) => tx.query('DELETE FROM export_log')),
    ).rejects.toThrow(/permission denied/);
  });

  it('streams page by page, and stops when the receiver goes away', async () => {
    const by = await store.appoint(officer('shinan', ['LETTER_REGISTRAR', 'HANDLER']));
    const one = await registered(store, { problemRegionCode: '370202001000' }, by);
    await store.adminQuery(
      `INSERT INTO case_item SELECT (jsonb_populate_record(c, jsonb_build_object('id', uuidv7(), 'item_no', 'X-' || lpad(n::text, 6, '0'), 'query_code_index', 'x' || n))).*
       FROM case_item c, generate_series(1, 12000) n WHERE c.id = $1`,
      [one.id],
    );
    await store.adminQuery(
      `INSERT INTO case_sight SELECT organisation_id, id, 'REGISTERED', registered_at, registered_at FROM case_item WHERE item_no LIKE 'X-%'`,
    );
    await store.adminQuery('ANALYZE');
    const lines = await csv(by, {});
    expect(lines).toHaveLength(12_001);
    expect(new Set(lines.map((line) => line.split(',')[1])).size).toBe(12_001);
    expect(lines.at(-1)).toMatch(/^12001,/);

    const url = await linkOf(by, EXPORT, { filter: {}, format: 'CSV' });
    const answer = await download(url);
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(await lastEnd()).toMatchObject({ stage: 'BROKEN_OFF' });
  });
});
