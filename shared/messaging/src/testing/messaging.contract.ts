import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { serviceScope } from '@junxian/identity';
import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import { type Consumer, defineConsumer } from '../consumer';
import type { CloudEvent } from '../event-definition';
import { openTransport, type TransportOptions } from '../open-transport';
import { recordEvents } from '../outbox';
import type { RelaySettings } from '../relay-settings';
import { type RunningMessaging, startMessaging } from '../start-messaging';
import type { Transport } from '../transport';
import type { Doom } from './doomed-process';
import { eventually } from './eventually';
import { changeThing, changeThings, migrations, noteEffect, SERVICE, ThingChanged } from './thing-events';

export interface BrokerUnderTest {
  transport: TransportOptions;
  /** Loses all data, as when the broker is replaced. */
  wipe(): Promise<void>;
}

const RELAY: Partial<RelaySettings> = {
  pollMilliseconds: 50,
  checkBrokerMilliseconds: 500,
  standbyMilliseconds: 200,
};
const REGISTER = join(__dirname, '../../../../infra/tools/register.cjs');
const DOOMED = join(__dirname, 'doomed-process.ts');

/** From write to effect, with everything that can go wrong on the way; run against every transport. */
export function messagingContract(name: string, setUp: () => Promise<BrokerUnderTest>): void {
  describe(`from write to effect over ${name}`, () => {
    let broker: BrokerUnderTest;
    let store: TestDatabase;
    let run = 0;
    const started: { messaging: RunningMessaging; transport: Transport }[] = [];
    beforeAll(async () => {
      broker = await setUp();
    }, 120_000);
    beforeEach(async () => {
      run += 1;
      store = await testDatabase({ service: SERVICE, migrations });
    });
    afterEach(async () => {
      for (const { messaging, transport } of started.splice(0)) {
        await messaging.stop();
        await transport.close();
      }
      await store.close();
    }, 60_000);

    /** The tests share the broker's topic, so each has groups of its own and takes its own things only. */
    const consumerName = (what: string) => `messaging-test.${what}-${name}-${run}`;
    const thing = (n: number | string) => `run-${run}-${n}`;
    const isOwn = (event: CloudEvent) => event.subject.startsWith(`run-${run}-`);
    const noting = (
      consumer: string,
      options: { before?: (event: CloudEvent) => Promise<void> | void } = {},
    ) =>
      defineConsumer({
        name: consumer,
        events: [ThingChanged],
        retry: { maxAttempts: 3, backoff: { initialMilliseconds: 20, maxMilliseconds: 200 } },
        handle: async (tx, event) => {
          if (!isOwn(event)) return;
          await options.before?.(event);
          await noteEffect(tx, consumer, event);
        },
      });
    const start = async (consumers: readonly Consumer[]) => {
      const transport = await openTransport(broker.transport);
      const messaging = await startMessaging({
        database: store.database,
        transport,
        consumers,
        service: SERVICE,
        relay: RELAY,
      });
      started.push({ messaging, transport });
      return { messaging, transport };
    };
    const effects = (consumer: string) =>
      store.adminQuery<{ thing: string; version: number; event_id: string }>(
        'SELECT thing, version, event_id FROM effect WHERE consumer = $1 ORDER BY place',
        [consumer],
      );
    const count = async (consumer: string) =>
      (
        await store.adminQuery<{ n: number }>('SELECT count(*)::int AS n FROM effect WHERE consumer = $1', [
          consumer,
        ])
      )[0]!.n;
    const arrived = (consumer: string, events: number, milliseconds = 60_000) =>
      eventually(async () => (await count(consumer)) >= events, undefined, milliseconds);
    /** Every committed event exactly once in effect, each thing in the order of its versions, and nothing else. */
    const expectExactlyOnce = async (consumer: string) => {
      const recorded = await store.adminQuery<{ id: string }>(
        `SELECT envelope::json ->> 'id' AS id FROM outbox WHERE topic = $1`,
        [ThingChanged.topic],
      );
      const found = await effects(consumer);
      expect(found.map((row) => row.event_id).sort()).toEqual(recorded.map((row) => row.id).sort());
      const last = new Map<string, number>();
      for (const { thing: of, version } of found) {
        expect(version).toBe((last.get(of) ?? 0) + 1);
        last.set(of, version);
      }
    };
    const doomed = (doom: Pick<Doom, 'dies' | 'consumer'>) =>
      new Promise<string | null>((resolve, reject) => {
        const argument: Doom = {
          database: store.appUrl,
          transport: broker.transport,
          things: `run-${run}-`,
          ...doom,
        };
        const child = spawn(process.execPath, ['-r', REGISTER, DOOMED, JSON.stringify(argument)], {
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        const tooLong = setTimeout(() => child.kill('SIGTERM'), 60_000);
        child.once('error', reject);
        child.once('exit', (_code, signal) => {
          clearTimeout(tooLong);
          resolve(signal);
        });
      });

    it('has every committed change arrive exactly once in effect at each consumer, in order, and nothing of what was rolled back', async () => {
      const [one, two] = [consumerName('one'), consumerName('two')];
      await start([noting(one), noting(two)]);
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          for (let round = 0; round < 10; round += 1) {
            await store.database
              .write(serviceScope('test'), async (tx) => {
                for (const n of [...new Set([writer % 3, (writer + round) % 5])].sort())
                  await changeThing(tx, thing(n));
                if (round % 4 === 3) throw new Error('rolled back');
              })
              .catch(() => undefined);
          }
        }),
      );
      const [{ n }] = (await store.adminQuery<{ n: number }>('SELECT count(*)::int AS n FROM outbox')) as [
        { n: number },
      ];
      expect(n).toBeGreaterThan(60);
      await arrived(one, n);
      await arrived(two, n);
      await expectExactlyOnce(one);
      await expectExactlyOnce(two);
    }, 120_000);

    it('drops what is delivered twice, and what a broker delivers late where the consumer wants only the newest', async () => {
      const [all, newest] = [consumerName('all'), consumerName('newest')];
      const noteNewest = defineConsumer({
        name: newest,
        events: [ThingChanged],
        dropStale: true,
        handle: async (tx, event) => {
          if (isOwn(event)) await noteEffect(tx, newest, event);
        },
      });
      await changeThings(store.database, [thing(1), thing(1), thing(1)]);
      const values = (
        await store.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox ORDER BY position')
      ).map((row) => row.envelope);
      const transport = await openTransport(broker.transport);
      // As a broker or a relay in trouble would: the third first, then everything, twice.
      for (const value of [values[2]!, ...values, ...values]) {
        await transport.publish([{ topic: ThingChanged.topic, key: thing(1), value }]);
      }
      await transport.close();
      await start([noting(all), noteNewest]);
      await arrived(all, 3);
      await arrived(newest, 1);
      await changeThings(store.database, [thing(1)]);
      await arrived(all, 4);
      await arrived(newest, 2);
      expect((await effects(all)).map((row) => row.version).sort()).toEqual([1, 2, 3, 4]);
      expect((await effects(newest)).map((row) => row.version)).toEqual([3, 4]);
    }, 120_000);

    it('does not stop at a poison event: it is put aside, told of on its topic, and can be driven again', async () => {
      const [consumer, reader] = [consumerName('poisoned'), `dead-letters-${name}-${run}`];
      let isRepaired = false;
      const { messaging, transport } = await start([
        noting(consumer, {
          before: (event) => {
            if (event.subject === thing('poison') && !isRepaired) throw new TypeError('poison');
          },
        }),
      ]);
      const told: string[] = [];
      await transport.subscribe({
        group: reader,
        topics: [`junxian.${SERVICE}.dead-letter.v1`],
        onBatch: async (records, control) => {
          for (const record of records) told.push(record.value);
          await control.done(records.at(-1)!);
        },
      });
      // Every partition gets some before the poison and after it.
      const others = Array.from({ length: 20 }, (_, n) => thing(n));
      await changeThings(store.database, [...others, thing('poison'), ...others]);
      await arrived(consumer, 40);
      await eventually(
        () => told.some((text) => text.includes(thing('poison'))),
        () => told.length,
        60_000,
      );
      const [letter] = await store.adminQuery<{ id: string; error_code: string }>(
        'SELECT id, error_code FROM dead_letter',
      );
      expect(letter!.error_code).toBe('TypeError');
      isRepaired = true;
      expect(await messaging.redrive(letter!.id)).toBe('APPLIED');
      await expectExactlyOnce(consumer);
    }, 120_000);

    it('survives kill -9 of the relay between send and mark: sent again, effective once', async () => {
      const consumer = consumerName('after-relay');
      await changeThings(
        store.database,
        Array.from({ length: 30 }, (_, n) => thing(n % 3)),
      );
      expect(await doomed({ dies: 'after-send', consumer })).toBe('SIGKILL');
      const [marked] = await store.adminQuery<{ n: number }>(
        'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NOT NULL',
      );
      expect(marked!.n).toBe(0);
      await start([noting(consumer)]);
      await arrived(consumer, 30);
      await changeThings(store.database, [thing(0), thing(1)]);
      await arrived(consumer, 32);
      await expectExactlyOnce(consumer);
    }, 120_000);

    it.each(['before-commit', 'after-commit'] as const)(
      'survives kill -9 of the consumer %s of the effect',
      async (dies) => {
        const consumer = consumerName(dies);
        await changeThings(
          store.database,
          Array.from({ length: 12 }, (_, n) => thing(n % 3)),
        );
        expect(await doomed({ dies, consumer })).toBe('SIGKILL');
        const before = await count(consumer);
        expect(before).toBeLessThan(12);
        if (dies === 'after-commit') expect(before).toBeGreaterThan(0);
        await start([noting(consumer)]);
        await arrived(consumer, 12, 90_000);
        await expectExactlyOnce(consumer);
      },
      150_000,
    );

    it('fills a broker that lost everything: running consumers see each event once, a new one sees all', async () => {
      const consumer = consumerName('running');
      await start([noting(consumer)]);
      await changeThings(
        store.database,
        Array.from({ length: 20 }, (_, n) => thing(n % 4)),
      );
      await arrived(consumer, 20);
      await broker.wipe();
      await changeThings(
        store.database,
        Array.from({ length: 20 }, (_, n) => thing(n % 4)),
      );
      await arrived(consumer, 40, 120_000);
      const late = consumerName('late');
      await start([noting(late)]);
      await arrived(late, 40, 120_000);
      await changeThings(store.database, [thing(0)]);
      await arrived(consumer, 41);
      await arrived(late, 41);
      await expectExactlyOnce(consumer);
      await expectExactlyOnce(late);
    }, 300_000);

    // Last, since every later group would have to read them.
    it('delivers 10,000 events that were waiting while the relay was stopped, each counted once', async () => {
      const counter = consumerName('counter');
      const counting = defineConsumer({
        name: counter,
        events: [ThingChanged],
        batchSize: 200,
        handleBatch: async (tx, events) => {
          const own = events.filter(isOwn);
          if (own.length === 0) return;
          await tx.query(
            `INSERT INTO effect (consumer, thing, version, event_id)
             SELECT $1, * FROM unnest($2::text[], $3::int[], $4::text[])`,
            [
              counter,
              own.map((event) => event.data.thing),
              own.map((event) => event.data.version),
              own.map((event) => event.id),
            ],
          );
          await tx.query(
            `INSERT INTO total VALUES ($1, $2) ON CONFLICT (consumer) DO UPDATE SET events = total.events + $2`,
            [counter, own.length],
          );
        },
      });
      await store.database.write(serviceScope('test'), (tx) =>
        recordEvents(
          tx,
          ThingChanged,
          Array.from({ length: 10_000 }, (_, n) => ({
            aggregateId: thing(n % 20),
            occurredAt: new Date(0),
            data: { thing: thing(n % 20), version: Math.floor(n / 20) + 1 },
          })),
        ),
      );
      await start([counting]);
      await arrived(counter, 10_000, 100_000);
      expect(await store.adminQuery('SELECT events FROM total')).toEqual([{ events: 10_000 }]);
      await expectExactlyOnce(counter);
    }, 150_000);
  });
}
