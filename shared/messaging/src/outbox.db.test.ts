import { scopeOf, serviceScope } from '@junxian/identity';
import { principals, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { InvalidEvent, recordEvent, recordEvents } from './outbox';
import { changeThing, migrations, SERVICE, ThingChanged } from './testing/thing-events';

describe('the outbox', () => {
  let store: TestDatabase;
  beforeAll(async () => {
    store = await testDatabase({ service: SERVICE, migrations });
  });
  afterEach(() => store.adminQuery('TRUNCATE outbox, thing'));
  afterAll(() => store.close());

  const officer = principals.officer({ regionCode: '140215000000', regionLevel: 'COUNTY' });
  const rows = () =>
    store.adminQuery<{
      position: string;
      topic: string;
      key: string;
      envelope: string;
      published_at: Date | null;
    }>('SELECT * FROM outbox ORDER BY position');
  const facts = (version = 1, thing = 'a') => ({
    aggregateId: thing,
    aggregateVersion: version,
    regionCode: '140215000000',
    occurredAt: new Date('2026-01-01T00:00:00Z'),
    data: { thing, version },
  });

  it('keeps an event that was committed, as an envelope ready to be sent, with who did it', async () => {
    const id = await store.database.write(scopeOf(officer), (tx) => recordEvent(tx, ThingChanged, facts()));
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ topic: 'junxian.messaging-test.thing.v1', key: 'a', published_at: null });
    expect(JSON.parse(row!.envelope)).toMatchObject({
      id,
      type: 'junxian.messaging-test.thing.changed.v1',
      subject: 'a',
      actor: officer.accountId,
      regioncode: '140215000000',
      aggregateversion: 1,
      data: { thing: 'a', version: 1 },
    });
  });

  it('names nobody when the service itself acts', async () => {
    await store.database.write(serviceScope('test'), (tx) => recordEvent(tx, ThingChanged, facts()));
    expect(JSON.parse((await rows())[0]!.envelope)).not.toHaveProperty('actor');
  });

  it('carries on the trace that the transaction is part of, and none where there is none', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await store.database.write(scopeOf(officer), (tx) => recordEvent(tx, ThingChanged, facts()), traceparent);
    const session = store.database.session(scopeOf(officer), traceparent);
    await session.write((tx) => recordEvent(tx, ThingChanged, facts(2)));
    await session.close();
    await store.database.write(scopeOf(officer), (tx) => recordEvent(tx, ThingChanged, facts(3)));
    const envelopes = (await rows()).map(({ envelope }) => JSON.parse(envelope));
    expect(envelopes.map((envelope) => envelope.traceparent)).toEqual([traceparent, traceparent, undefined]);
  });

  it('keeps nothing of a transaction that was rolled back', async () => {
    const failing = store.database.write(scopeOf(officer), async (tx) => {
      await changeThing(tx, 'a');
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await rows()).toEqual([]);
    expect(await store.adminQuery('SELECT * FROM thing')).toEqual([]);
  });

  it('keeps several in the order given', async () => {
    const list = Array.from({ length: 500 }, (_, n) => facts(n + 1, `thing-${n % 3}`));
    const ids = await store.database.write(scopeOf(officer), (tx) => recordEvents(tx, ThingChanged, list));
    expect((await rows()).map(({ envelope }) => JSON.parse(envelope).id)).toEqual(ids);
    expect(await store.database.write(scopeOf(officer), (tx) => recordEvents(tx, ThingChanged, []))).toEqual(
      [],
    );
  });

  it.each<[string, object]>([
    ['/version', { data: { thing: 'a', version: 'one' } }],
    ['additional properties (phone)', { data: { thing: 'a', version: 1, phone: 'x' } }],
    ['thing looks like a citizen number', { data: { thing: 'the 110101199003077758', version: 1 } }],
    ['thing looks like', { data: { thing: '13912345678', version: 1 } }],
    ['aggregateId looks like', { aggregateId: '110101199003077758' }],
    ['no aggregate id', { aggregateId: '' }],
    ['is no integer', { aggregateVersion: 1.5 }],
    ['larger than', { data: { thing: 'a', version: 1, filler: '长'.repeat(100_000) } }],
  ])('refuses an event: %s; and the change with it', async (reason, change) => {
    const attempt = store.database.write(scopeOf(officer), async (tx) => {
      await tx.query(`INSERT INTO thing VALUES ('b', 1)`);
      await recordEvent(tx, ThingChanged, { ...facts(), ...change } as ReturnType<typeof facts>);
    });
    const error = await attempt.catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(InvalidEvent);
    expect((error as Error).message).toContain(reason);
    expect((error as Error).message).not.toMatch(/\d{11}/);
    expect(await store.adminQuery('SELECT * FROM thing')).toEqual([]);
  });

  it('can be written by a caller but not read, marked or emptied; without a scope not even found', async () => {
    await store.database.write(scopeOf(officer), (tx) => recordEvent(tx, ThingChanged, facts()));
    for (const scope of [scopeOf(officer), scopeOf(principals.anonymous())]) {
      await store.database.write(scope, async (tx) => {
        expect(await tx.query('SELECT * FROM outbox')).toEqual([]);
        expect(await tx.query('UPDATE outbox SET published_at = now() RETURNING 1')).toEqual([]);
        expect(await tx.query('DELETE FROM outbox RETURNING 1')).toEqual([]);
      });
    }
    const bare = await store.appClient();
    expect((await bare.query('SELECT * FROM outbox')).rows).toEqual([]);
    await bare.end();
    expect(
      await store.database.read(serviceScope('test'), (tx) => tx.query('SELECT * FROM outbox')),
    ).toHaveLength(1);
  });

  it('cannot be given an event as already published', async () => {
    const cheating = store.database.write(scopeOf(officer), (tx) =>
      tx.query(`INSERT INTO outbox (topic, key, envelope, published_at) VALUES ('t', 'k', '{}', now())`),
    );
    await expect(cheating).rejects.toThrow(/row-level security/);
  });

  it.each(['inbox', 'inbox_version', 'dead_letter', 'relay_state', 'relay_acknowledged'])(
    'its companion %s is closed to callers',
    async (table) => {
      await store.database.write(scopeOf(officer), async (tx) => {
        expect(await tx.query(`SELECT * FROM ${table}`)).toEqual([]);
      });
      const [policy] = await store.adminQuery(
        'SELECT relrowsecurity AS enabled, relforcerowsecurity AS forced FROM pg_class WHERE relname = $1',
        [table],
      );
      expect(policy).toEqual({ enabled: true, forced: true });
    },
  );

  it('reads what waits from an index of what waits, however much is kept', async () => {
    await store.adminQuery(`
      INSERT INTO outbox (topic, key, envelope, published_at)
      SELECT 't', 'k', repeat('x', 100), CASE WHEN n % 1000 = 0 THEN NULL ELSE now() END FROM generate_series(1, 50000) n`);
    await store.adminQuery('ANALYZE outbox');
    const client = await store.appClient();
    await client.query(`SELECT set_config('junxian.actor', 'SERVICE', false)`);
    const { rows: plan } = await client.query(
      `EXPLAIN SELECT position FROM outbox WHERE published_at IS NULL AND position <> ALL ('{1,2,3}'::bigint[])
       ORDER BY position LIMIT 1000`,
    );
    await client.end();
    expect(JSON.stringify(plan)).toContain('outbox_waiting');
  });
});
