import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ManualClock } from '@junxian/calendar';
import { serviceScope } from '@junxian/identity';
import { SmsDelivered, SmsFailed } from '@junxian/messaging';
import { httpMessageReports, type Message, messageNotSent } from '@junxian/messenger';
import { type Json, rule, type ScriptedServer, startScriptedServer } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { consumers } from '../events';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { askForReports } from './asked-reports.service';
import { QueryCodeMessages, sendWaitingQueryCodes } from './query-code-messages.service';
import { queueQueryCode } from './query-codes.service';
import { codesOf, LETTERS, letter, ok } from './registration.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(async () => {
  stage.store.clock.set('2026-03-02T09:00:00+08:00');
  await stage.store.adminQuery('DELETE FROM query_code_delivery');
});
afterAll(() => stage?.close());

/** A provider that keeps messages by their key, and refuses the first so many. */
function provider(refusals = 0) {
  const sent = new Map<string, Message>();
  let left = refusals;
  let asked = 0;
  return {
    sent,
    asked: () => asked,
    send: async (message: Message) => {
      asked += 1;
      if (left > 0) {
        left -= 1;
        throw messageNotSent('TIMEOUT');
      }
      sent.set(message.idempotencyKey, message);
      return { messageId: message.idempotencyKey };
    },
  };
}
const queued = (caseItemId: string, mobile: string | null = null, by = LETTERS) =>
  stage.store.as(by, (tx) =>
    queueQueryCode(
      tx,
      stage.store.services.personal,
      { caseItemId, mobile },
      officerOf(by),
      stage.store.clock.now(),
    ),
  );
const show = (id: string, by = LETTERS) =>
  stage.as(by, 'mutation ($id: ID!) { showQueryCode(caseItemId: $id) }', { id });
const deliveries = (id: string) =>
  stage.store.adminQuery<Json>(
    'SELECT means, sms_status AS status, attempts, next_attempt_at AS next, by_account AS by FROM query_code_delivery WHERE case_item_id = $1 ORDER BY id',
    [id],
  );
const journal = (id: string) =>
  stage.store.adminQuery<Json>(
    `SELECT action, account_id AS account, details FROM case_journal WHERE case_item_id = $1 AND action LIKE 'QUERY_CODE%' ORDER BY id`,
    [id],
  );

describe('a query code reaches the petitioner', () => {
  rule('PT-REG-06', 'printed or sent by SMS, each delivery is logged, the number sealed', async () => {
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    const code = ok(await show(item.id)).showQueryCode;
    const PRINT =
      'mutation ($id: ID!) { printQueryCode(caseItemId: $id) { queryCode delivery { means by { id } smsStatus mobile } } }';
    expect(ok(await stage.as(LETTERS, PRINT, { id: item.id })).printQueryCode).toEqual({
      queryCode: code,
      delivery: { means: 'PRINT', by: { id: LETTERS.accountId }, smsStatus: null, mobile: null },
    });
    const messenger = provider();
    const { personal, clock } = stage.store.services;
    const delivery = await queued(item.id);
    expect(messenger.sent.size).toBe(0);
    const sent = await new QueryCodeMessages(personal, messenger, clock).sendNow(delivery.id, (work) =>
      stage.store.as(LETTERS, work),
    );
    expect(sent).toMatchObject({ smsStatus: 'SENT', attempts: 1, means: 'SMS' });
    const [message] = [...messenger.sent.values()];
    expect(message).toMatchObject({ mobile: '13812345678', purpose: 'petitions.query-code' });
    expect(message!.text).toContain(code);
    expect(message!.text).toContain(item.itemNo);
    expect(await deliveries(item.id)).toMatchObject([
      { means: 'PRINT', by: LETTERS.accountId },
      { means: 'SMS', status: 'SENT' },
    ]);
    const SEEN = `{ caseItem(id: "${item.id}") { queryCodeDeliveries { means mobile smsStatus } } }`;
    expect(ok(await stage.as(LETTERS, SEEN)).caseItem.queryCodeDeliveries[1]).toEqual({
      means: 'SMS',
      mobile: '138****5678',
      smsStatus: 'SENT',
    });
    expect(ok(await stage.as(officer('nation', 'HANDLER'), SEEN)).caseItem.queryCodeDeliveries).toEqual([]);
    const notes = await journal(item.id);
    expect(notes.map(({ action }) => action)).toEqual([
      'QUERY_CODE_SHOWN',
      'QUERY_CODE_PRINTED',
      'QUERY_CODE_SENT',
    ]);
    expect(JSON.stringify(notes)).not.toContain(code);
    const stored = await stage.store.adminQuery('SELECT * FROM query_code_delivery WHERE case_item_id = $1', [
      item.id,
    ]);
    expect(JSON.stringify(stored)).not.toContain('13812345678');
    expect(JSON.stringify(await stage.store.adminQuery('SELECT envelope FROM outbox'))).not.toContain(code);
  });

  it('a message that fails is tried again after 1, 5, 15 and 60 minutes, then has failed', async () => {
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    await queued(item.id);
    const clock = new ManualClock('2026-03-02T09:00:00+08:00');
    const messenger = provider(100);
    const { personal } = stage.store.services;
    const run = () => sendWaitingQueryCodes(stage.store.database, { personal, messenger, clock });
    for (const [attempts, minutes] of [
      [1, 1],
      [2, 5],
      [3, 15],
      [4, 60],
    ] as const) {
      expect(await run()).toBe(0);
      expect(await run()).toBe(0);
      expect(messenger.asked()).toBe(attempts);
      expect(await deliveries(item.id)).toMatchObject([{ status: 'PENDING', attempts }]);
      clock.set(new Date(clock.now().getTime() + minutes * 60_000).toISOString());
    }
    expect(await run()).toBe(0);
    expect(await deliveries(item.id)).toMatchObject([{ status: 'FAILED', attempts: 5, next: null }]);
    clock.set(new Date(clock.now().getTime() + 86_400_000).toISOString());
    await run();
    expect(messenger.asked()).toBe(5);
  });

  it('two schedulers at once and a crash between sending and marking still make one message', async () => {
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    await queued(item.id);
    const messenger = provider();
    const { personal, clock } = stage.store.services;
    const run = () => sendWaitingQueryCodes(stage.store.database, { personal, messenger, clock });
    await Promise.all([run(), run()]);
    await stage.store.adminQuery(
      `UPDATE query_code_delivery SET sms_status = 'PENDING', next_attempt_at = at, sent_at = NULL WHERE case_item_id = $1`,
      [item.id],
    );
    await run();
    expect(messenger.sent.size).toBe(1);
    expect(await deliveries(item.id)).toMatchObject([{ status: 'SENT' }]);
  });

  it('one that breaks does not hold up the others, and is reported', async () => {
    const items = [await letter(stage), await letter(stage)];
    for (const item of items) await queued(item.id, '13900000000');
    await stage.store.adminQuery(
      `UPDATE query_code_delivery SET mobile_sealed = 'broken' WHERE case_item_id = $1`,
      [items[0]!.id],
    );
    const messenger = provider();
    const { personal, clock } = stage.store.services;
    await expect(sendWaitingQueryCodes(stage.store.database, { personal, messenger, clock })).rejects.toThrow(
      AggregateError,
    );
    expect(await deliveries(items[0]!.id)).toMatchObject([{ status: 'PENDING', attempts: 1 }]);
    expect(await deliveries(items[1]!.id)).toMatchObject([{ status: 'SENT' }]);
  });

  it('to a number the petitioner named, or refused with what to do', async () => {
    const item = await letter(stage);
    await expect(queued(item.id)).rejects.toMatchObject({ code: 'MOBILE_REQUIRED' });
    await expect(queued(item.id, '12')).rejects.toMatchObject({ code: 'INVALID_PHONE' });
    for (let time = 0; time < 5; time += 1) await queued(item.id, '139 0000 0000');
    await expect(queued(item.id, '13900000000')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});

describe('what the gateway reports of a message', () => {
  const report = (happened: 'delivered' | 'failed', messageId: string, purpose = 'petitions.query-code') => {
    const consumer = consumers({ clock: stage.store.clock, regionChangeReceived: () => undefined }).find(
      ({ name }) => name === 'petitions.follow-messages',
    )!;
    const type = (happened === 'delivered' ? SmsDelivered : SmsFailed).type;
    const event = { id: randomUUID(), type, time: '2026-03-02T01:00:05.000Z', data: { messageId, purpose } };
    return stage.store.database.write(serviceScope('test'), (tx) => consumer.apply(tx, [event as never]));
  };
  const send = async (caseItemId: string) => {
    const { personal, clock } = stage.store.services;
    const delivery = await queued(caseItemId);
    const sent = await new QueryCodeMessages(personal, provider(), clock).sendNow(delivery.id, (work) =>
      stage.store.as(LETTERS, work),
    );
    return { id: delivery.id, messageId: `petitions.query-code.${delivery.id}`, sent };
  };
  const statuses = async (caseItemId: string) => (await deliveries(caseItemId)).map(({ status }) => status);

  rule('PT-REG-06', 'moves a delivery on, told however often and in whatever order', async () => {
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    const [first, second] = [await send(item.id), await send(item.id)];
    expect(await statuses(item.id)).toEqual(['SENT', 'SENT']);
    await report('failed', first.messageId, 'directory.reset-code');
    await report('failed', 'of somebody else');
    expect(await statuses(item.id)).toEqual(['SENT', 'SENT']);
    for (let time = 0; time < 2; time += 1) await report('failed', second.messageId);
    expect(await statuses(item.id)).toEqual(['SENT', 'FAILED']);
    await report('delivered', first.messageId);
    await report('delivered', second.messageId);
    await report('failed', first.messageId);
    expect(await statuses(item.id)).toEqual(['DELIVERED', 'DELIVERED']);
    const SEEN = `{ caseItem(id: "${item.id}") { queryCodeDeliveries { smsStatus reportedAt } } }`;
    expect(ok(await stage.as(LETTERS, SEEN)).caseItem.queryCodeDeliveries[0]).toEqual({
      smsStatus: 'DELIVERED',
      reportedAt: '2026-03-02T01:00:05.000Z',
    });
  });

  it('counts also when it comes before the answer to the sending, and is nobody else’s to read', async () => {
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    const delivery = await queued(item.id);
    const messageId = `petitions.query-code.${delivery.id}`;
    await report('failed', messageId);
    await report('delivered', messageId);
    await report('failed', messageId);
    const reports = (by = LETTERS) =>
      stage.store.readAs(by, (tx) =>
        tx.query('SELECT FROM message_report WHERE message_id = $1', [messageId]),
      );
    expect(await reports()).toEqual([]);
    const { personal, clock } = stage.store.services;
    expect(
      await new QueryCodeMessages(personal, provider(), clock).sendNow(delivery.id, (work) =>
        stage.store.as(LETTERS, work),
      ),
    ).toMatchObject({ smsStatus: 'DELIVERED', attempts: 1 });
    expect([(await reports()).length, (await reports(officer('qingdao', 'HANDLER'))).length]).toEqual([1, 0]);
  });
});

describe('a provider that is asked for reports', () => {
  let gateway: ScriptedServer;
  beforeAll(async () => {
    gateway = await startScriptedServer();
  });
  afterAll(() => gateway.stop());

  rule('PT-REG-06', 'is asked over HTTP while it may know, and moves a delivery on', async () => {
    const { database, clock, services } = stage.store;
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    for (let time = 0; time < 3; time += 1) await queued(item.id);
    // Ids of the provider's own, in the form of a mobile number.
    const ids = ['13800000001', '13800000002', '13800000003'];
    let given = 0;
    const messenger = { send: async () => ({ messageId: ids[given++]! }) };
    await sendWaitingQueryCodes(database, { personal: services.personal, messenger, clock });
    const messageReports = httpMessageReports({
      url: gateway.origin,
      token: 'token',
      pauseMs: 1,
      retries: 1,
    });
    const ask = () => askForReports({ database, messageReports, clock });
    const statuses = async () => (await deliveries(item.id)).map(({ status }) => status).sort();
    const at = '2026-03-02T01:00:00.500Z';
    const says =
      (...reports: Json[]) =>
      (response: ServerResponse) =>
        response.end(JSON.stringify({ reports }));
    gateway.answers = [
      (response) => response.writeHead(503).end(),
      says(
        { messageId: ids[0], status: 'DELIVERED', at },
        { messageId: ids[1], status: 'FAILED', at: '2030-01-01T00:00:00Z' },
      ),
      says(),
    ];
    clock.advance(1_000);
    expect(await ask()).toBe(2);
    expect(JSON.parse(gateway.asked[1]!.body).messageIds.sort()).toEqual(ids);
    const told = await stage.store.adminQuery(
      'SELECT message_id AS id, sms_status AS status, reported_at AS at FROM query_code_delivery WHERE reported_at IS NOT NULL ORDER BY 1',
    );
    expect(told).toEqual([
      { id: ids[0], status: 'DELIVERED', at: new Date(at) },
      { id: ids[1], status: 'FAILED', at: clock.now() },
    ]);
    expect(await statuses()).toEqual(['DELIVERED', 'FAILED', 'SENT']);

    // Not again at once; after five minutes about the one that is left, and after three days about none.
    expect([await ask(), gateway.asked.length]).toEqual([0, 2]);
    clock.advance(5 * 60_000);
    expect([await ask(), JSON.parse(gateway.asked[2]!.body)]).toEqual([0, { messageIds: [ids[2]] }]);
    clock.advance(3 * 86_400_000);
    expect([await ask(), gateway.asked.length]).toEqual([0, 3]);
  });

  it('that does not answer is asked again later, by whoever comes first', async () => {
    const { database, clock, services } = stage.store;
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    await queued(item.id);
    await sendWaitingQueryCodes(database, { personal: services.personal, messenger: provider(), clock });
    gateway.asked.length = 0;
    gateway.answers = [(response) => response.writeHead(500).end()];
    const messageReports = httpMessageReports({
      url: gateway.origin,
      token: 'token',
      pauseMs: 1,
      retries: 1,
    });
    const ask = () => askForReports({ database, messageReports, clock });
    const both = await Promise.allSettled([ask(), ask()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(gateway.asked).toHaveLength(2);
    clock.advance(5 * 60_000);
    await expect(ask()).rejects.toMatchObject({ reason: 'HTTP_500' });
  });
});

describe('who may know it', () => {
  it('the registering organisation, and nobody the item is passed on to', async () => {
    const item = await letter(stage, { petitioner: { mobile: '13812345678' } });
    const colleague = officer('shandong', 'HANDLER', 'colleague');
    expect(ok(await show(item.id, colleague)).showQueryCode).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
    expect(codesOf(await show(item.id, officer('nation', 'HANDLER')))).toEqual(['QUERY_CODE_NOT_YOURS']);
    expect(codesOf(await show(item.id, officer('qingdao', 'LETTER_REGISTRAR')))).toEqual(['NOT_FOUND']);
    expect(codesOf(await show(item.id, officer('shandong', 'LEADER')))).toEqual(['FORBIDDEN']);
    const FORWARD = `mutation ($id: ID!, $to: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to, opinion: "x" }) { record { id } } }`;
    ok(await stage.as(LETTERS, FORWARD, { id: item.id, to: ORGANISATIONS.jinan.id }));
    const jinan = officer('jinan', 'HANDLER');
    expect(codesOf(await show(item.id, officer('jinan', 'LETTER_REGISTRAR')))).toEqual([
      'QUERY_CODE_NOT_YOURS',
    ]);
    expect(codesOf(await show(item.id, jinan))).toEqual(['QUERY_CODE_NOT_YOURS']);
    expect(codesOf(await show(item.id, LETTERS))).toEqual([]);
  });
});
