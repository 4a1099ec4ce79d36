import { randomUUID } from 'node:crypto';
import {
  type BatchControl,
  type LogRecord,
  OtherCluster,
  type OutgoingRecord,
  type SubscriptionOptions,
  type Transport,
} from '../transport';
import { aborted } from '../waiting';
import { eventually } from './eventually';

export interface TransportUnderTest {
  /** A new client of the same broker, as another process would have it. The suite closes it. */
  open(): Promise<Transport>;
  /** Empties the broker's logs of these topics, as a lost disk would. */
  wipe(topics: readonly string[]): Promise<void>;
}

/** What every transport does; run by the test file of each. */
export function transportContract(name: string, setUp: () => Promise<TransportUnderTest>): void {
  describe(`${name} transport`, () => {
    let broker: TransportUnderTest;
    const opened: Transport[] = [];
    beforeAll(async () => {
      broker = await setUp();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((transport) => transport.close()));
    });
    const open = async () => {
      const transport = await broker.open();
      opened.push(transport);
      return transport;
    };
    const newTopic = () => `junxian.contract.${randomUUID()}.v1`;
    const newGroup = () => `contract-${randomUUID()}`;
    const numbered = (topic: string, from: number, to: number, keys = 7): OutgoingRecord[] =>
      Array.from({ length: to - from + 1 }, (_, index) => ({
        topic,
        key: `key-${(from + index) % keys}`,
        value: String(from + index),
      }));

    /** Subscribes and collects every record, done at once. */
    const collect = async (transport: Transport, topics: string[], group = newGroup()) => {
      const records: LogRecord[] = [];
      const errors: unknown[] = [];
      const subscription = await transport.subscribe({
        group,
        topics,
        onError: (error) => errors.push(error),
        onBatch: async (batch, control) => {
          for (const record of batch) {
            records.push(record);
            await control.done(record);
          }
        },
      });
      const values = () => records.map((record) => Number(record.value));
      return { records, errors, subscription, values, distinct: () => new Set(values()).size };
    };
    /** The first delivery of each record: a transport may deliver again, which the inbox drops. */
    const firstDeliveries = (records: readonly LogRecord[]) => {
      const seen = new Set<string>();
      return records.filter(
        ({ topic, value }) => !seen.has(`${topic}/${value}`) && seen.add(`${topic}/${value}`),
      );
    };
    const expectOrderPerKey = (records: readonly LogRecord[]) => {
      const last = new Map<string, number>();
      for (const { key, value } of firstDeliveries(records)) {
        expect(Number(value)).toBeGreaterThan(last.get(key) ?? -1);
        last.set(key, Number(value));
      }
    };

    it('delivers what was published before and after subscribing, in order per key, to each group', async () => {
      const transport = await open();
      const topic = newTopic();
      await transport.publish(numbered(topic, 0, 99));
      const one = await collect(transport, [topic]);
      const two = await collect(await open(), [topic]);
      await eventually(() => one.distinct() >= 100 && two.distinct() >= 100, one.values);
      for (let from = 100; from < 500; from += 100) await transport.publish(numbered(topic, from, from + 99));
      await eventually(() => one.distinct() >= 500 && two.distinct() >= 500, one.values);
      for (const { records } of [one, two]) {
        expect(firstDeliveries(records)).toHaveLength(500);
        expectOrderPerKey(records);
      }
      const partitions = new Map(one.records.map(({ key, partition }) => [key, partition]));
      for (const { key, partition } of one.records) expect(partition).toBe(partitions.get(key));
      expect(new Set(partitions.values()).size).toBeGreaterThan(1);
    });

    it('acknowledges with offsets that rise, and hands out the offsets that it acknowledged', async () => {
      const transport = await open();
      const topic = newTopic();
      const first = await transport.publish([{ topic, key: 'a', value: '1' }]);
      const second = await transport.publish([
        { topic, key: 'a', value: '2' },
        { topic, key: 'a', value: '3' },
      ]);
      const third = await transport.publish([{ topic, key: 'a', value: '4' }]);
      expect(first).toHaveLength(1);
      expect(first[0]!.topic).toBe(topic);
      expect([first, second, third].map(([ack]) => ack!.firstOffset - first[0]!.firstOffset)).toEqual([
        0n,
        1n,
        3n,
      ]);
      const { records } = await collect(transport, [topic]);
      await eventually(() => records.length === 4);
      expect(records[3]!.offset).toBe(third[0]!.firstOffset);
      expect(records[3]!.partition).toBe(third[0]!.partition);
      expect(records[3]).toMatchObject({ topic, key: 'a', value: '4' });
    });

    it('reads several topics with one subscription, and publishes to several at once', async () => {
      const transport = await open();
      const topics = [newTopic(), newTopic(), newTopic()];
      const { records } = await collect(transport, topics);
      await transport.publish(topics.flatMap((topic) => numbered(topic, 0, 19)));
      await eventually(
        () => records.length >= 60,
        () => records.length,
      );
      for (const topic of topics) expectOrderPerKey(records.filter((record) => record.topic === topic));
    });

    it('carries any text', async () => {
      const transport = await open();
      const topic = newTopic();
      const value = JSON.stringify({ text: '郡县 "quoted" \\ \u0007 𠀀', long: '长'.repeat(60_000) });
      const { records } = await collect(transport, [topic]);
      await transport.publish([{ topic, key: '机构', value }]);
      await eventually(() => records.length === 1);
      expect(records[0]).toMatchObject({ key: '机构', value });
    });

    it('delivers a record again when the handler throws or leaves it undone, and the ones after it after it', async () => {
      const transport = await open();
      const topic = newTopic();
      const seen: string[] = [];
      let refusals = 0;
      const onBatch = async (batch: readonly LogRecord[], control: BatchControl) => {
        for (const record of batch) {
          if (record.value === '5' && refusals < 2) {
            refusals += 1;
            if (refusals === 1) throw new Error('not now');
            return;
          }
          seen.push(record.value);
          await control.done(record);
        }
      };
      const errors: unknown[] = [];
      await transport.subscribe({
        group: newGroup(),
        topics: [topic],
        onBatch,
        onError: (error) => errors.push(error),
      });
      await transport.publish(numbered(topic, 0, 9, 1));
      await eventually(
        () => seen.length >= 10,
        () => seen,
      );
      expect(refusals).toBe(2);
      expect(errors).toContainEqual(new Error('not now'));
      expect(seen).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
    });

    it('goes on for a group where its last member stopped', async () => {
      const topic = newTopic();
      const group = newGroup();
      const publisher = await open();
      const before = await collect(await open(), [topic], group);
      await publisher.publish(numbered(topic, 0, 49));
      await eventually(() => before.distinct() === 50, before.values);
      await before.subscription.stop();
      await publisher.publish(numbered(topic, 50, 79));
      const after = await collect(await open(), [topic], group);
      await eventually(() => after.distinct() >= 30, after.values);
      expect(before.distinct()).toBe(50);
      // Nothing of what the first had done comes back.
      expect([...new Set(after.values())].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 30 }, (_, n) => n + 50),
      );
    });

    it('gives a member of a group the partitions of one that leaves', async () => {
      const topic = newTopic();
      const group = newGroup();
      const publisher = await open();
      const members = [
        await collect(await open(), [topic], group),
        await collect(await open(), [topic], group),
      ];
      const count = () => members[0]!.records.length + members[1]!.records.length;
      const distinct = () => new Set(members.flatMap((member) => member.values())).size;
      await publisher.publish(numbered(topic, 0, 199, 40));
      await eventually(() => distinct() === 200, count);
      await members[0]!.subscription.stop();
      const taken = new Set(members[1]!.values());
      await publisher.publish(numbered(topic, 200, 399, 40));
      await eventually(() => distinct() === 400, count, 25_000);
      const later = members[1]!.values().filter((value) => value >= 200);
      expect(taken.has(200)).toBe(false);
      expect(new Set(later).size).toBe(200);
    }, 60_000);

    it('tells the handler by its signal that it must stop, and waits for it', async () => {
      const transport = await open();
      const topic = newTopic();
      let state = 'idle';
      const onBatch: SubscriptionOptions['onBatch'] = async (_records, { signal }) => {
        state = 'working';
        await aborted(signal);
        await new Promise((resolve) => setTimeout(resolve, 50));
        state = 'finished';
      };
      const subscription = await transport.subscribe({ group: newGroup(), topics: [topic], onBatch });
      await transport.publish([{ topic, key: 'a', value: '1' }]);
      await eventually(
        () => state === 'working',
        () => state,
      );
      await subscription.stop();
      expect(state).toBe('finished');
    });

    it('says which broker it is, the same to everybody', async () => {
      const ids = await Promise.all([open(), open()].map(async (transport) => (await transport).clusterId()));
      expect(ids[0]).toMatch(/\S+/);
      expect(ids[1]).toBe(ids[0]);
    });

    it('writes to the broker that is meant, and nothing to another', async () => {
      const transport = await open();
      const topic = newTopic();
      await transport.publish(numbered(topic, 0, 0), await transport.clusterId());
      const wrong = transport.publish(numbered(topic, 1, 1), '00000000-0000-0000-0000-000000000000');
      await expect(wrong).rejects.toBeInstanceOf(OtherCluster);
      await transport.publish(numbered(topic, 2, 2));
      const { values } = await collect(transport, [topic]);
      await eventually(() => values().length >= 2, values);
      expect(new Set(values())).toEqual(new Set([0, 2]));
    });

    it('knows whether a topic is empty, and finds it empty again after a wipe', async () => {
      const transport = await open();
      const topic = newTopic();
      expect(await transport.topicIsEmpty(topic)).toBe(true);
      await transport.publish([{ topic, key: 'a', value: '1' }]);
      expect(await transport.topicIsEmpty(topic)).toBe(false);
      await broker.wipe([topic]);
      await eventually(() => transport.topicIsEmpty(topic));
    });

    it('starts anew after a wipe: a group whose position lies beyond the end reads from the start', async () => {
      const publisher = await open();
      const topic = newTopic();
      const group = newGroup();
      const running = await collect(await open(), [topic], group);
      const before = await publisher.publish(numbered(topic, 0, 99, 1));
      await eventually(() => running.distinct() === 100, running.values);
      await broker.wipe([topic]);
      let again: Awaited<ReturnType<Transport['publish']>> = [];
      // A client may need a moment to notice that the topic is gone.
      await eventually(() =>
        publisher.publish(numbered(topic, 1000, 1009, 1)).then(
          (acknowledged) => {
            again = acknowledged;
            return true;
          },
          () => false,
        ),
      );
      expect(again[0]!.firstOffset <= before[0]!.firstOffset).toBe(true);
      await eventually(
        () => running.values().filter((value) => value >= 1000).length >= 10,
        running.values,
        60_000,
      );
      const fresh = await collect(await open(), [topic]);
      await eventually(() => fresh.records.length >= 10, fresh.values);
      expect(fresh.distinct()).toBe(10);
    }, 120_000);
  });
}
