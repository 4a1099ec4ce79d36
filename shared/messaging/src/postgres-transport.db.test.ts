import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { partitionOf } from './postgres-transport/event-log';
import { postgresTransport } from './postgres-transport/postgres-transport';
import { eventsDatabase } from './testing/events-database';
import { eventually } from './testing/eventually';
import { transportContract } from './testing/transport.contract';
import type { LogRecord, Transport } from './transport';
import { aborted as abortion } from './waiting';

const databases: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(databases.map((database) => database.close())));

const newDatabase = async () => {
  const database = await eventsDatabase(process.env.TEST_POSTGRES_URL);
  databases.push(database);
  return database;
};

transportContract('postgres', async () => {
  const { url, query } = await newDatabase();
  return {
    open: async () => postgresTransport({ kind: 'postgres', url }),
    // The groups' positions stay: each must notice that it lies beyond the end.
    wipe: async (topics) => {
      await query('DELETE FROM event_log.record WHERE topic = ANY ($1)', [topics]);
      await query('DELETE FROM event_log.log_end WHERE topic = ANY ($1)', [topics]);
    },
  };
});

describe('the log in PostgreSQL', () => {
  const topic = 'junxian.test.thing.v1';
  const opened: Transport[] = [];
  // Subscriptions of a test that failed as well: they would keep the process.
  afterEach(() => Promise.all(opened.splice(0).map((transport) => transport.close())));
  const open = (url: string, more: { retentionMilliseconds?: number } = {}) => {
    const transport = postgresTransport({ kind: 'postgres', url, ...more });
    opened.push(transport);
    return transport;
  };

  it('is made anew, as another cluster, when the whole database is emptied under its clients', async () => {
    const { url, query } = await newDatabase();
    const transport = open(url);
    const values: string[] = [];
    await transport.subscribe({
      group: 'g',
      topics: [topic],
      onBatch: async (records, control) => {
        for (const record of records) values.push(record.value);
        await control.done(records.at(-1)!);
      },
    });
    await transport.publish([{ topic, key: 'a', value: 'before' }]);
    await eventually(() => values.length === 1);
    const before = await transport.clusterId();
    await query('DROP SCHEMA event_log CASCADE');
    expect(await transport.topicIsEmpty(topic)).toBe(true);
    expect(await transport.clusterId()).not.toBe(before);
    await transport.publish([{ topic, key: 'a', value: 'after' }]);
    await eventually(
      () => values.includes('after'),
      () => values,
    );
  });

  it('never shows an offset before a smaller one: concurrent publishers, a reader that never looks back', async () => {
    const { url } = await newDatabase();
    const publishers = Array.from({ length: 4 }, () => open(url));
    const seen: LogRecord[] = [];
    const subscription = await publishers[0]!.subscribe({
      group: 'g',
      topics: [topic],
      onBatch: async (records, control) => {
        seen.push(...records);
        await control.done(records.at(-1)!);
      },
    });
    await Promise.all(
      publishers.map(async (publisher, index) => {
        for (let round = 0; round < 30; round += 1) {
          await publisher.publish(
            Array.from({ length: 10 }, (_, n) => ({ topic, key: `k${n}`, value: `${index}/${round}/${n}` })),
          );
        }
      }),
    );
    await eventually(
      () => seen.length >= 1200,
      () => seen.length,
    );
    await subscription.stop();
    expect(new Set(seen.map((record) => record.value)).size).toBe(1200);
    for (const partition of new Set(seen.map((record) => record.partition))) {
      const offsets = seen
        .filter((record) => record.partition === partition)
        .map((record) => Number(record.offset));
      expect(offsets).toEqual(offsets.map((_, index) => index));
    }
  });

  it('hands records over at once, and to a group that lets them gather no oftener than that', async () => {
    const { url } = await newDatabase();
    const transport = open(url);
    const GATHERING = 200;
    const reading = async (group: string, gatherMilliseconds?: number) => {
      const batches: string[][] = [];
      await transport.subscribe({
        group,
        topics: [topic],
        gatherMilliseconds,
        onBatch: async (records, control) => {
          batches.push(records.map(({ value }) => value));
          await control.done(records.at(-1)!);
        },
      });
      return batches;
    };
    const prompt = await reading('prompt');
    const gathering = await reading('gathering', GATHERING);
    const values = Array.from({ length: 40 }, (_, index) => String(index));
    const began = performance.now();
    for (const value of values) {
      await transport.publish([{ topic, key: 'a', value }]);
      await eventually(() => prompt.at(-1)?.at(-1) === value);
    }
    await eventually(() => gathering.at(-1)?.at(-1) === values.at(-1));
    const elapsed = performance.now() - began;
    expect(prompt).toEqual(values.map((value) => [value]));
    expect(gathering.flat()).toEqual(values);
    expect(gathering.length).toBeLessThanOrEqual(elapsed / GATHERING + 2);
  });

  it('gives the lease to the next process when the connection of its holder dies', async () => {
    const { url, query } = await newDatabase();
    const first = open(url);
    const second = open(url);
    const aborted: boolean[] = [];
    let working = false;
    const bySecond: string[] = [];
    await first.subscribe({
      group: 'g',
      topics: [topic],
      // A holder that hangs: it is told that the lease is lost, and still does not come back to ask for it again.
      onBatch: async (_records, { signal }) => {
        working = true;
        await abortion(signal);
        aborted.push(signal.aborted);
        await eventually(() => bySecond.length > 0);
      },
    });
    await first.publish([{ topic, key: 'a', value: '1' }]);
    await eventually(() => working);
    await second.subscribe({
      group: 'g',
      topics: [topic],
      onBatch: async (records, control) => {
        for (const record of records) bySecond.push(record.value);
        await control.done(records.at(-1)!);
      },
    });
    const holders = await query<{ pid: number }>(
      `SELECT DISTINCT pid FROM pg_locks JOIN pg_database d ON d.oid = database
       WHERE locktype = 'advisory' AND granted AND datname = current_database()`,
    );
    for (const { pid } of holders) await query('SELECT pg_terminate_backend($1)', [pid]);
    await eventually(() => bySecond.length > 0);
    expect(bySecond).toContain('1');
    expect(aborted).toContain(true);
  });

  it('deletes what is older than the retention, and keeps offsets and positions', async () => {
    const { url, query } = await newDatabase();
    const transport = open(url, { retentionMilliseconds: 300 });
    await transport.publish([{ topic, key: 'a', value: 'old' }]);
    await eventually(async () => (await query('SELECT FROM event_log.record')).length === 0);
    expect(await transport.topicIsEmpty(topic)).toBe(false);
    const [next] = await transport.publish([{ topic, key: 'a', value: 'new' }]);
    expect(next).toEqual({ topic, partition: partitionOf('a'), firstOffset: 1n });
  });

  it('waits for a server that is away, and says what is wrong', async () => {
    const url = `postgres://nobody:${randomBytes(4).toString('hex')}@127.0.0.1:1/none`;
    const transport = open(url);
    await expect(transport.publish([{ topic, key: 'a', value: '1' }])).rejects.toThrow(/ECONNREFUSED/);
    await transport.subscribe({ group: 'g', topics: [topic], onBatch: async () => undefined });
  });
});

it('is a client of its own database only', async () => {
  const { url } = await newDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  await client.end();
  expect(rows).toEqual([{ rolsuper: false }]);
});
