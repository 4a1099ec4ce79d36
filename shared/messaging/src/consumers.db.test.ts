import { randomUUID } from 'node:crypto';
import { Refusal } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import { Registry } from '@junxian/observability';
import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import { type Consumer, defineConsumer } from './consumer';
import { envelopeOf } from './envelope';
import type { CloudEvent } from './event-definition';
import { type RunningMessaging, startMessaging } from './start-messaging';
import { DirectTransport } from './testing/direct-transport';
import { eventually } from './testing/eventually';
import { migrations, noteEffect, SERVICE, ThingChanged, type ThingEvent } from './testing/thing-events';

const NAME = 'messaging-test.note-things';
const QUICK = { maxAttempts: 3, backoff: { initialMilliseconds: 5, maxMilliseconds: 20 } };

const event = (thing: string, version: number): ThingEvent =>
  envelopeOf(
    ThingChanged,
    { aggregateId: thing, aggregateVersion: version, occurredAt: new Date(0), data: { thing, version } },
    { actor: null, traceparent: undefined },
  );
const text = (changed: Partial<Record<keyof CloudEvent, unknown>>) =>
  JSON.stringify({ ...event('a', 1), ...changed });

describe('a consumer', () => {
  let store: TestDatabase;
  let transport: DirectTransport;
  let registry: Registry;
  let running: RunningMessaging | undefined;
  beforeAll(async () => {
    store = await testDatabase({ service: SERVICE, migrations });
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await store.adminQuery('TRUNCATE outbox, inbox, inbox_version, dead_letter, effect, total, relay_state');
  });
  afterAll(() => store.close());

  const start = async (...consumers: Consumer[]) => {
    transport = new DirectTransport();
    registry = new Registry();
    running = await startMessaging({
      database: store.database,
      transport,
      consumers,
      service: SERVICE,
      metrics: registry,
    });
  };
  const noting = (
    options: { dropStale?: boolean; before?: (event: ThingEvent) => void | Promise<void> } = {},
    name = NAME,
  ) =>
    defineConsumer({
      name,
      events: [ThingChanged],
      dropStale: options.dropStale ?? false,
      retry: QUICK,
      handle: async (tx, given) => {
        await noteEffect(tx, name, given);
        await options.before?.(given);
      },
    });
  const counting = (before: (events: readonly ThingEvent[]) => void = () => undefined) =>
    defineConsumer({
      name: NAME,
      events: [ThingChanged],
      batchSize: 10,
      retry: QUICK,
      handleBatch: async (tx, events) => {
        for (const given of events) await noteEffect(tx, NAME, given);
        before(events);
        await tx.query(
          `INSERT INTO total VALUES ($1, $2) ON CONFLICT (consumer) DO UPDATE SET events = total.events + $2`,
          [NAME, events.length],
        );
      },
    });
  const effects = async (consumer = NAME) =>
    (
      await store.adminQuery<{ effect: string }>(
        `SELECT thing || '/' || version AS effect FROM effect WHERE consumer = $1 ORDER BY place`,
        [consumer],
      )
    ).map((row) => row.effect);
  const letters = () => store.adminQuery('SELECT * FROM dead_letter ORDER BY id');
  const consumed = async (outcome: string) => {
    const figures = await registry.getSingleMetricAsString('junxian_events_consumed_total');
    return Number(new RegExp(`outcome="${outcome}"\\} (\\d+)`).exec(figures)?.[1] ?? 0);
  };

  it('that is in no hurry asks the transport to let events gather; no other waits', async () => {
    const patient = defineConsumer({
      name: `${NAME}-at-leisure`,
      events: [ThingChanged],
      gatherMilliseconds: 500,
      handleBatch: async () => undefined,
    });
    const patientSingly = defineConsumer({
      name: `${NAME}-singly-at-leisure`,
      events: [ThingChanged],
      gatherMilliseconds: 400,
      handle: async () => undefined,
    });
    const prompt = defineConsumer({
      name: `${NAME}-in-batches`,
      events: [ThingChanged],
      handleBatch: async () => undefined,
    });
    await start(patient, patientSingly, noting(), prompt);
    const asked = [...transport.subscriptions].map(([group, { gatherMilliseconds }]) => [
      group,
      gatherMilliseconds,
    ]);
    expect(asked).toEqual([
      [`${NAME}-at-leisure`, 500],
      [`${NAME}-singly-at-leisure`, 400],
      [NAME, 0],
      [`${NAME}-in-batches`, 0],
    ]);
  });

  it('applies each event once, in order, and reports it done', async () => {
    await start(noting());
    const [a, b, c] = [event('a', 1), event('b', 1), event('a', 2)];
    const records = transport.records([a, b, c]);
    await transport.deliver(NAME, records);
    expect(await effects()).toEqual(['a/1', 'b/1', 'a/2']);
    expect(transport.done).toEqual(records.map(({ offset }) => offset));
    await transport.deliver(NAME, transport.records([c, a, b, c]));
    expect(await effects()).toEqual(['a/1', 'b/1', 'a/2']);
    expect(await consumed('applied')).toBe(3);
    expect(await consumed('duplicate')).toBe(4);
  });

  it('works on in the trace of the event', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    let seen: string | undefined;
    const following = defineConsumer({
      name: NAME,
      events: [ThingChanged],
      handle: async (tx) => {
        seen = tx.traceparent;
      },
    });
    await start(following);
    await transport.deliver(NAME, transport.records([{ ...event('a', 1), traceparent }]));
    expect(seen).toBe(traceparent);
  });

  it('applies an event once though it is delivered to two processes at the same moment', async () => {
    await start(noting({ before: () => new Promise((resolve) => setTimeout(resolve, 30)) }));
    const given = [event('a', 1), event('b', 1)];
    await Promise.all(Array.from({ length: 6 }, () => transport.deliver(NAME, transport.records(given))));
    expect((await effects()).sort()).toEqual(['a/1', 'b/1']);
  });

  it('has an inbox of its own: another consumer takes the same event too', async () => {
    const other = 'messaging-test.other';
    await start(noting(), noting({}, other));
    const given = event('a', 1);
    await transport.deliver(NAME, transport.records([given]));
    await transport.deliver(other, transport.records([given]));
    expect(await effects()).toEqual(['a/1']);
    expect(await effects(other)).toEqual(['a/1']);
  });

  it('leaves nothing of a failed try, inbox mark included, and tries again', async () => {
    let failures = 2;
    await start(
      noting({
        before: () => {
          failures -= 1;
          if (failures >= 0) throw new Error('not yet');
        },
      }),
    );
    await transport.deliver(NAME, transport.records([event('a', 1)]));
    expect(await effects()).toEqual(['a/1']);
    expect(await letters()).toEqual([]);
    expect(await registry.getSingleMetricAsString('junxian_event_retries_total')).toContain('} 2');
  });

  it('passes by events of its topics that it did not ask for, though they be malformed inside', async () => {
    await start(noting());
    await transport.deliver(
      NAME,
      transport.records([text({ type: 'junxian.messaging-test.thing.removed.v1', data: 7 }), event('a', 1)]),
    );
    expect(await effects()).toEqual(['a/1']);
    expect(await letters()).toEqual([]);
    expect(transport.done).toHaveLength(2);
  });

  it('takes an event to which a newer publisher added a property', async () => {
    await start(noting());
    await transport.deliver(
      NAME,
      transport.records([text({ data: { thing: 'a', version: 1, colour: 'red' } })]),
    );
    expect(await effects()).toEqual(['a/1']);
  });

  describe('that drops stale events', () => {
    it('applies only what is newer than what it has seen of the aggregate', async () => {
      await start(noting({ dropStale: true }));
      await transport.deliver(
        NAME,
        transport.records([event('a', 2), event('a', 1), event('b', 1), event('a', 3)]),
      );
      await transport.deliver(NAME, transport.records([event('a', 3), event('a', 2), event('a', 4)]));
      expect(await effects()).toEqual(['a/2', 'b/1', 'a/3', 'a/4']);
      expect(await consumed('stale')).toBe(3);
    });

    it('judges within a batch and across batches alike, and lets through what has no version', async () => {
      const batch = defineConsumer({
        name: NAME,
        events: [ThingChanged],
        dropStale: true,
        handleBatch: async (tx, events) => {
          for (const given of events) await noteEffect(tx, NAME, given);
        },
      });
      await start(batch);
      const { aggregateversion: _none, ...unversioned } = event('a', 1);
      await transport.deliver(
        NAME,
        transport.records([event('a', 1), event('a', 3), event('a', 2), event('b', 5), unversioned]),
      );
      await transport.deliver(NAME, transport.records([event('a', 3), event('b', 4), event('b', 6)]));
      expect(await effects()).toEqual(['a/1', 'a/3', 'b/5', 'a/1', 'b/6']);
    });

    it('does not remember the version of an event whose effect failed', async () => {
      let isFailing = true;
      await start(
        noting({
          dropStale: true,
          before: () => {
            if (isFailing) throw new Error('no');
          },
        }),
      );
      await transport.deliver(NAME, transport.records([event('a', 5)]));
      isFailing = false;
      await transport.deliver(NAME, transport.records([event('a', 4)]));
      expect(await effects()).toEqual(['a/4']);
    });
  });

  describe('that takes events in batches', () => {
    it('takes up to its number in one transaction, each event once', async () => {
      const sizes: number[] = [];
      await start(counting((events) => void sizes.push(events.length)));
      const given = Array.from({ length: 25 }, (_, n) => event(`t${n}`, 1));
      await transport.deliver(NAME, transport.records([...given, ...given.slice(0, 5)]));
      expect(sizes).toEqual([10, 10, 5]);
      expect(await store.adminQuery('SELECT events FROM total')).toEqual([{ events: 25 }]);
    });

    it('finds the one event to blame, puts it aside and applies the others once', async () => {
      await start(
        counting((events) => {
          if (events.some((given) => given.data.thing === 't3')) throw new TypeError('poison');
        }),
      );
      await transport.deliver(
        NAME,
        transport.records(Array.from({ length: 10 }, (_, n) => event(`t${n}`, 1))),
      );
      expect(await store.adminQuery('SELECT events FROM total')).toEqual([{ events: 9 }]);
      expect(await effects()).toHaveLength(9);
      expect(await letters()).toEqual([expect.objectContaining({ error_code: 'TypeError', attempts: 3 })]);
    });
  });

  describe('with an event that keeps failing', () => {
    const poisoned = (code?: string) =>
      noting({
        before: (given) => {
          if (given.data.thing !== 'poison') return;
          if (code === undefined) throw new Error('a person named 110101199003077758');
          throw new Refusal(code, { zh: '', en: '' });
        },
      });

    it('puts it aside with its code after bounded tries, tells of it, and goes on', async () => {
      await start(poisoned('NO_SUCH_HOUSEHOLD'));
      const poison = event('poison', 1);
      const records = transport.records([event('a', 1), poison, event('a', 2)]);
      await transport.deliver(NAME, records);
      expect(await effects()).toEqual(['a/1', 'a/2']);
      expect(transport.done).toEqual(records.map(({ offset }) => offset));
      expect(await letters()).toEqual([
        expect.objectContaining({
          consumer: NAME,
          event_id: poison.id,
          event_type: poison.type,
          topic: records[1]!.topic,
          log_offset: String(records[1]!.offset),
          envelope: JSON.stringify(poison),
          error_code: 'NO_SUCH_HOUSEHOLD',
          attempts: 3,
          settled_at: null,
        }),
      ]);
      const [told] = await store.adminQuery<{ topic: string; envelope: string }>(
        'SELECT topic, envelope FROM outbox',
      );
      expect(told!.topic).toBe('junxian.messaging-test.dead-letter.v1');
      expect(JSON.parse(told!.envelope)).toMatchObject({
        type: 'junxian.messaging-test.dead-letter.recorded.v1',
        subject: poison.id,
        data: {
          consumer: NAME,
          eventId: poison.id,
          errorCode: 'NO_SUCH_HOUSEHOLD',
          attempts: 3,
          event: poison,
        },
      });
      expect(await consumed('dead')).toBe(1);
      await transport.deliver(NAME, transport.records([poison]));
      expect(await letters()).toHaveLength(1);
    });

    it('keeps no message of the failure, which may quote personal data', async () => {
      await start(poisoned());
      await transport.deliver(NAME, transport.records([event('poison', 1)]));
      expect(JSON.stringify([await letters(), await store.adminQuery('SELECT * FROM outbox')])).not.toContain(
        '110101',
      );
    });

    it.each<[string, string, string | null]>([
      ['UNREADABLE_EVENT', 'no JSON, of 13912345678', null],
      ['UNREADABLE_EVENT', text({ specversion: '0.3' }), null],
      ['INVALID_EVENT', text({ data: { thing: 'a' } }), 'kept'],
      ['INVALID_EVENT', text({ data: { thing: 'a', version: '110101199003077758' } }), null],
    ])('puts aside at once what can never be handled: %s', async (code, value, envelope) => {
      await start(noting());
      await transport.deliver(NAME, transport.records([value, event('a', 1)]));
      expect(await letters()).toEqual([
        expect.objectContaining({
          error_code: code,
          attempts: 1,
          envelope: envelope === null ? null : value,
        }),
      ]);
      const [told] = await store.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox');
      expect(JSON.parse(told!.envelope).data).not.toHaveProperty('event');
      expect(told!.envelope).not.toMatch(/13912345678|110101199003077758/);
      expect(await effects()).toEqual(['a/1']);
    });

    it('can be tried again once the cause is gone, with one effect however often it is asked', async () => {
      let isRepaired = false;
      await start(
        noting({
          before: () => {
            if (!isRepaired) throw new Error('broken');
          },
        }),
      );
      await transport.deliver(NAME, transport.records([event('a', 1)]));
      const [letter] = (await letters()) as { id: string }[];
      await expect(running!.redrive(letter!.id)).rejects.toThrow('broken');
      expect(await letters()).toEqual([
        expect.objectContaining({ attempts: 4, settled_at: null, error_code: 'Error' }),
      ]);
      isRepaired = true;
      const outcomes = await Promise.all([1, 2, 3].map(() => running!.redrive(letter!.id)));
      expect(outcomes.sort()).toEqual(['ALREADY_SETTLED', 'ALREADY_SETTLED', 'APPLIED']);
      expect(await effects()).toEqual(['a/1']);
      expect(await letters()).toEqual([
        expect.objectContaining({ outcome: 'APPLIED', settled_at: expect.any(Date) }),
      ]);
      expect(await running!.redrive(randomUUID())).toBe('NOT_FOUND');
    });

    it('is not applied by a second attempt that comes after a newer version', async () => {
      let isFailing = true;
      await start(
        noting({
          dropStale: true,
          before: () => {
            if (isFailing) throw new Error('broken');
          },
        }),
      );
      await transport.deliver(NAME, transport.records([event('a', 1)]));
      isFailing = false;
      await transport.deliver(NAME, transport.records([event('a', 2)]));
      const [letter] = (await letters()) as { id: string }[];
      expect(await running!.redrive(letter!.id)).toBe('STALE');
      expect(await effects()).toEqual(['a/2']);
    });

    it('what cannot be read cannot be tried again', async () => {
      await start(noting());
      await transport.deliver(NAME, transport.records(['no JSON']));
      const [letter] = (await letters()) as { id: string }[];
      expect(await running!.redrive(letter!.id)).toBe('NOT_READABLE');
    });
  });

  describe('while its database fails', () => {
    it('tries for as long as it takes and puts nothing aside', async () => {
      let failures = 0;
      await start(
        noting({
          before: () => {
            failures += 1;
            if (failures <= 12) throw Object.assign(new Error('shutting down'), { code: '57P01' });
          },
        }),
      );
      await transport.deliver(NAME, transport.records([event('a', 1)]));
      expect(failures).toBe(13);
      expect(await effects()).toEqual(['a/1']);
      expect(await letters()).toEqual([]);
    });

    it('survives that its connections are cut under way', async () => {
      let cuts = 0;
      let attempts = 0;
      await start(
        noting({
          before: async () => {
            attempts += 1;
            if (attempts > 3) return;
            // A transaction of which nothing was sent yet is not there to be cut.
            const cut = await store.adminQuery(
              `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = $1 AND state <> 'idle'`,
              [SERVICE],
            );
            cuts += cut.length;
          },
        }),
      );
      await transport.deliver(NAME, transport.records([event('a', 1)]));
      expect(cuts).toBeGreaterThan(0);
      expect(attempts).toBeGreaterThan(1);
      expect(await effects()).toEqual(['a/1']);
      expect(await letters()).toEqual([]);
    });

    it('stops when told to, with the event neither applied nor reported done', async () => {
      await start(
        noting({
          before: () => {
            throw Object.assign(new Error('down'), { code: '57P03' });
          },
        }),
      );
      const stop = new AbortController();
      const delivering = transport.deliver(NAME, transport.records([event('a', 1)]), stop.signal);
      await new Promise((resolve) => setTimeout(resolve, 50));
      stop.abort();
      await delivering;
      expect(transport.done).toEqual([]);
      expect(await effects()).toEqual([]);
      expect(await letters()).toEqual([]);
    });
  });

  it('acts as the service, and says for what', async () => {
    let scope: unknown;
    await start(
      defineConsumer({
        name: NAME,
        events: [ThingChanged],
        handle: async (tx) => {
          scope = tx.scope;
        },
      }),
    );
    await transport.deliver(NAME, transport.records([event('a', 1)]));
    expect(scope).toEqual(serviceScope(NAME));
  });

  it('stops twice without harm, and gives up its subscription', async () => {
    await start(noting());
    await eventually(() => running!.health().relay.isLeader);
    expect(running!.health().consumers).toEqual([NAME]);
    await Promise.all([running!.stop(), running!.stop()]);
    await expect(transport.deliver(NAME, [])).rejects.toThrow();
    expect(running!.health().relay.isLeader).toBe(false);
  });

  it.each(['note-things', 'Service.Note', 'a.b.c', ''])('may not be named %p', (name) => {
    expect(() => defineConsumer({ name, events: [ThingChanged], handle: async () => undefined })).toThrow(
      /name it/,
    );
  });

  it('must consume something, under a name of its own', async () => {
    expect(() => defineConsumer({ name: NAME, events: [], handle: async () => undefined })).toThrow(
      /nothing/,
    );
    await expect(start(noting(), noting())).rejects.toThrow(/one name/);
  });
});
