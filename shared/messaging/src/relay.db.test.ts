import { serviceScope } from '@junxian/identity';
import { Registry } from '@junxian/observability';
import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import { messagingMetrics } from './messaging-metrics';
import { recordEvents } from './outbox';
import { Relay } from './relay';
import type { RelaySettings } from './relay-settings';
import { eventually } from './testing/eventually';
import { MemoryTransport } from './testing/memory-transport';
import { changeThing, changeThings, migrations, SERVICE, ThingChanged } from './testing/thing-events';

const FAST: Partial<RelaySettings> = {
  pollMilliseconds: 20,
  standbyMilliseconds: 50,
  checkBrokerMilliseconds: 100,
  backoff: { initialMilliseconds: 10, maxMilliseconds: 50 },
};

describe('the relay', () => {
  let store: TestDatabase;
  let broker: MemoryTransport;
  const relays: Relay[] = [];
  let registry: Registry;
  beforeAll(async () => {
    store = await testDatabase({ service: SERVICE, migrations });
  });
  beforeEach(() => {
    broker = new MemoryTransport();
    registry = new Registry();
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    await store.adminQuery('TRUNCATE outbox, thing, relay_state, relay_acknowledged, inbox');
  });
  afterAll(() => store.close());

  const start = (settings: Partial<RelaySettings> = {}) => {
    const relay = new Relay({
      url: store.appUrl,
      service: SERVICE,
      transport: broker,
      logger: undefined,
      metrics: messagingMetrics(registry),
      settings: { ...FAST, ...settings },
    });
    relays.push(relay);
    return relay;
  };
  const waiting = async () =>
    (
      await store.adminQuery<{ n: number }>(
        'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL',
      )
    )[0]!.n;
  const allPublished = () => eventually(async () => (await waiting()) === 0, waiting);
  const record = (count: number, filler?: string) =>
    store.database.write(serviceScope('test'), (tx) =>
      recordEvents(
        tx,
        ThingChanged,
        Array.from({ length: count }, (_, n) => ({
          aggregateId: `thing-${n % 5}`,
          occurredAt: new Date(0),
          data: { thing: `thing-${n % 5}`, version: n, ...(filler === undefined ? {} : { filler }) },
        })),
      ),
    );
  const expectOrder = (written: readonly string[]) => {
    const last = new Map<string, number>();
    const seen = new Set<string>();
    for (const entry of written) {
      if (seen.has(entry)) continue;
      seen.add(entry);
      const [thing, version] = entry.split('/') as [string, string];
      expect(Number(version)).toBeGreaterThan(last.get(thing) ?? -1);
      last.set(thing, Number(version));
    }
  };

  it('publishes what was committed before it started and after, marks it, and says so', async () => {
    await changeThings(store.database, ['a', 'b', 'a']);
    const relay = start();
    await eventually(
      () => broker.log.length === 3,
      () => broker.written(),
    );
    await changeThings(store.database, ['a', 'c']);
    await allPublished();
    expect(broker.written()).toEqual(['a/1', 'b/1', 'a/2', 'a/3', 'c/1']);
    const kept = await store.adminQuery<{ envelope: string; key: string }>(
      'SELECT key, envelope FROM outbox ORDER BY position',
    );
    expect(broker.log.map(({ key, value }) => ({ key, envelope: value }))).toEqual(kept);
    expect(relay.health()).toMatchObject({ isLeader: true, published: 5, isBrokerReachable: true });
    expect(await registry.getSingleMetricAsString('junxian_outbox_published_total')).toContain('total 5');
    expect(await registry.getSingleMetricAsString('junxian_relay_leader')).toContain('leader 1');
  });

  it('is told of commits of its own process at once, not only by its poll', async () => {
    start({ pollMilliseconds: 60_000, checkBrokerMilliseconds: 60_000 });
    await changeThings(store.database, ['a']);
    await eventually(() => broker.log.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = Date.now();
    await changeThings(store.database, ['b']);
    await eventually(() => broker.log.length === 2);
    expect(Date.now() - before).toBeLessThan(2000);
  });

  it('finds what another process committed by its poll', async () => {
    start();
    const client = await store.appClient();
    await client.query(
      `INSERT INTO outbox (topic, key, envelope) VALUES ('t', 'k', '{"data":{"thing":"x","version":1}}')`,
    );
    await client.end();
    await eventually(() => broker.log.length === 1);
    expect(broker.written()).toEqual(['x/1']);
  });

  it('loses nothing and keeps the order of each key while long transactions commit late', async () => {
    // Small batches and a slow broker, so that the next batch is read while one is on its way.
    broker.beforePublish = () => new Promise((resolve) => setTimeout(resolve, 4));
    start({ batchRows: 4 });
    let seed = 20261122;
    const random = () => {
      // Numerical Recipes' generator: the test plays the same interleavings again when it fails.
      seed = (seed * 1664525 + 1013904223) % 2 ** 32;
      return seed / 2 ** 32;
    };
    const plans = Array.from({ length: 12 }, () =>
      Array.from({ length: 15 }, () => ({
        // One thing, or two in a fixed order so that no two transactions wait for each other.
        things: [...new Set([Math.floor(random() * 4), Math.floor(random() * 4)])]
          .sort()
          .map((n) => `thing-${n}`),
        pauses: [random() * 15, random() * 15],
        isRolledBack: random() < 0.15,
      })),
    );
    const committed: string[] = [];
    await Promise.all(
      plans.map(async (plan) => {
        for (const { things, pauses, isRolledBack } of plan) {
          const changes: string[] = [];
          await store.database
            .write(serviceScope('test'), async (tx) => {
              // Takes its transaction id and a position early, and only then the rows of the aggregates.
              await changeThing(tx, `own-${random()}`);
              await new Promise((resolve) => setTimeout(resolve, pauses[0]));
              for (const thing of things) {
                await changeThing(tx, thing);
                const [row] = await tx.query<{ version: number }>('SELECT version FROM thing WHERE id = $1', [
                  thing,
                ]);
                changes.push(`${thing}/${row!.version}`);
              }
              await new Promise((resolve) => setTimeout(resolve, pauses[1]));
              if (isRolledBack) throw new Error('rolled back');
            })
            .then(
              () => committed.push(...changes),
              () => undefined,
            );
        }
      }),
    );
    await allPublished();
    const written = broker.written().filter((entry) => entry.startsWith('thing-'));
    expect(committed.length).toBeGreaterThan(100);
    expect([...written].sort()).toEqual([...committed].sort());
    expectOrder(written);
    expect(broker.mostAtOnce).toBe(1);
    // The interleaving was real: positions were committed out of their order.
    const [late] = await store.adminQuery<{ n: number }>(
      `SELECT count(*)::int AS n FROM outbox a JOIN outbox b ON b.position > a.position AND b.published_at < a.published_at`,
    );
    expect(late!.n).toBeGreaterThan(0);
  }, 60_000);

  it('publishes 10,000 events that were waiting, in order, in batches within the limits', async () => {
    await record(10_000);
    const sizes: number[] = [];
    broker.beforePublish = (records) => void sizes.push(records.length);
    start();
    await allPublished();
    expect(broker.log).toHaveLength(10_000);
    expectOrder(broker.written());
    expect(Math.max(...sizes)).toBe(1000);
    expect(sizes.length).toBeLessThan(30);
  });

  it('keeps a batch within the bytes that a broker takes', async () => {
    await record(40, 'x'.repeat(100_000));
    const sizes: number[] = [];
    broker.beforePublish = (records) =>
      void sizes.push(records.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0));
    start();
    await allPublished();
    expect(broker.log).toHaveLength(40);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(900_000);
    expect(Math.max(...sizes)).toBeGreaterThan(500_000);
  });

  it('never gives up on a broker that is away, and goes on in order where it was', async () => {
    const relay = start();
    await changeThings(store.database, ['a']);
    await allPublished();
    broker.isAway = true;
    await changeThings(store.database, ['a', 'a', 'b']);
    await eventually(() => !relay.health().isBrokerReachable);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await waiting()).toBe(3);
    broker.isAway = false;
    await allPublished();
    expect(broker.written()).toEqual(['a/1', 'a/2', 'a/3', 'b/1']);
    expect(relay.health().isBrokerReachable).toBe(true);
  });

  it('sends a batch again, whole and in order, when the broker took it but its answer was lost', async () => {
    await changeThings(store.database, ['a', 'a', 'b']);
    let isLost = true;
    const publish = broker.publish.bind(broker);
    broker.publish = async (records) => {
      const acknowledged = await publish(records);
      if (isLost) {
        isLost = false;
        throw new Error('the answer was lost');
      }
      return acknowledged;
    };
    start();
    await allPublished();
    expect(broker.written()).toEqual(['a/1', 'a/2', 'b/1', 'a/1', 'a/2', 'b/1']);
  });

  it('has one leader; another takes its place when it stops', async () => {
    const one = start();
    await eventually(() => one.health().isLeader);
    const two = start();
    await changeThings(store.database, ['a']);
    await allPublished();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(two.health().isLeader).toBe(false);
    await one.stop();
    await eventually(() => two.health().isLeader);
    await changeThings(store.database, ['a']);
    await allPublished();
    expect(broker.written()).toEqual(['a/1', 'a/2']);
    expect([one.health().published, two.health().published]).toEqual([1, 1]);
  });

  it('marks nothing after it lost its lead: what it sent last is sent again by the next', async () => {
    let isHeld = true;
    let release = () => {};
    broker.beforePublish = async () => {
      if (!isHeld) return;
      isHeld = false;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    const one = start();
    await eventually(() => one.health().isLeader);
    await changeThings(store.database, ['a', 'b']);
    await eventually(() => !isHeld);
    const two = start();
    await store.adminQuery(
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND datname = current_database() AND application_name = '${SERVICE}-relay'`,
    );
    await eventually(() => two.health().isLeader);
    await allPublished();
    expect(one.health()).toMatchObject({ published: 0 });
    release();
    await eventually(
      () => broker.log.length >= 3,
      () => broker.written(),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(one.health().published).toBe(0);
    expect(new Set(broker.written())).toEqual(new Set(['a/1', 'b/1']));
    expectOrder(broker.written());
  });

  describe('with a broker that lost its data', () => {
    it.each<[string, () => void]>([
      [
        'another broker took its place',
        () => {
          broker.log = [];
          broker.cluster = 'two';
        },
      ],
      [
        'its topics are empty though it is the same',
        () => {
          broker.log = [];
        },
      ],
    ])('publishes all again that is kept: %s', async (_name, lose) => {
      const relay = start();
      await changeThings(store.database, ['a', 'b', 'a']);
      await allPublished();
      lose();
      await eventually(
        () => broker.log.length === 3,
        () => broker.written(),
      );
      await allPublished();
      expect(broker.written()).toEqual(['a/1', 'b/1', 'a/2']);
      await changeThings(store.database, ['a']);
      await allPublished();
      expect(broker.written()).toEqual(['a/1', 'b/1', 'a/2', 'a/3']);
      expect(relay.health().published).toBe(7);
      expect(await registry.getSingleMetricAsString('junxian_relay_refills_total')).toContain('total 1');
    });

    it('sends a new event to another broker only after all that comes before it', async () => {
      start({ checkBrokerMilliseconds: 60_000 });
      await changeThings(store.database, ['a', 'b']);
      await allPublished();
      broker.log = [];
      broker.cluster = 'two';
      await changeThings(store.database, ['a']);
      await allPublished();
      expect(broker.written()).toEqual(['a/1', 'b/1', 'a/2']);
    });

    it('notices by the offsets when it was wiped and sent to before anybody asked', async () => {
      start({ checkBrokerMilliseconds: 60_000 });
      await changeThings(store.database, ['a', 'b']);
      await allPublished();
      broker.log = [];
      await changeThings(store.database, ['a']);
      await eventually(
        () => new Set(broker.written()).size === 3,
        () => broker.written(),
      );
      await allPublished();
      expect(broker.written().slice(-3)).toEqual(['a/1', 'b/1', 'a/2']);
    });

    it('notices it at its start too', async () => {
      const relay = start();
      await changeThings(store.database, ['a', 'b']);
      await allPublished();
      await relay.stop();
      broker.log = [];
      broker.cluster = 'two';
      start();
      await eventually(() => broker.log.length === 2);
      expect(broker.written()).toEqual(['a/1', 'b/1']);
    });

    it('is not confused by a topic whose events it no longer keeps', async () => {
      const relay = start();
      await changeThings(store.database, ['a']);
      await allPublished();
      await store.adminQuery('DELETE FROM outbox');
      broker.log = [];
      await eventually(async () => (await store.adminQuery('SELECT FROM relay_acknowledged')).length === 0);
      await changeThings(store.database, ['b']);
      await allPublished();
      expect(broker.written()).toEqual(['b/1']);
      expect(relay.health().published).toBe(2);
    });
  });

  it('deletes published events after their retention, never one that waits, and old inbox rows', async () => {
    await record(2500);
    await store.adminQuery(
      `UPDATE outbox SET published_at = now() - interval '1 hour' WHERE position % 2 = 0`,
    );
    await store.adminQuery(
      `INSERT INTO inbox SELECT 'c', n, now() - interval '2 hours' FROM generate_series(1, 1500) n`,
    );
    await store.adminQuery(`INSERT INTO inbox VALUES ('c', 'young', now())`);
    broker.isAway = true;
    start({ retentionMilliseconds: 1000, inboxRetentionMilliseconds: 3_600_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    broker.isAway = false;
    await eventually(
      async () => (await store.adminQuery('SELECT FROM outbox')).length === 0,
      undefined,
      25_000,
    );
    expect(new Set(broker.written()).size).toBe(1250);
    expect(await store.adminQuery('SELECT event_id FROM inbox')).toEqual([{ event_id: 'young' }]);
  });

  it('counts what waits, and how long', async () => {
    await record(30);
    await store.adminQuery(`UPDATE outbox SET recorded_at = now() - interval '90 seconds'`);
    let release = () => {};
    broker.beforePublish = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    const relay = start();
    await eventually(() => relay.health().waiting !== undefined);
    expect(relay.health().waiting).toBe(30);
    expect(relay.health().oldestWaitingSeconds).toBeGreaterThan(89);
    expect(await registry.getSingleMetricAsString('junxian_outbox_waiting')).toContain('waiting 30');
    broker.beforePublish = () => undefined;
    release();
    await allPublished();
  });

  it('comes back when its database was away', async () => {
    const relay = start();
    await eventually(() => relay.health().isLeader);
    await store.adminQuery(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '${SERVICE}-relay'`,
    );
    await changeThings(store.database, ['a']);
    await allPublished();
    expect(broker.written()).toEqual(['a/1']);
  });
});
