import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Consumer, Kafka, logLevel } from 'kafkajs';
import { eventually, root, type System } from '../support/system';

/** An event as it came out of the broker. */
export interface Observed {
  /** `case.forwarded` */
  name: string;
  key: string;
  data: Record<string, unknown>;
  text: string;
}

/** Every kind of event that petitions publishes, by the generated AsyncAPI document: `submission.created`, … */
export function publishedNames(): string[] {
  const document = JSON.parse(readFileSync(join(root, 'docs/events/asyncapi.json'), 'utf8'));
  return Object.keys(document.components.messages).flatMap((id) => {
    const [, name] = /^junxian_petitions_(.+)_v1$/.exec(id) ?? [];
    return name === undefined ? [] : [name.replace('_', '.')];
  });
}

const TOPICS = ['case', 'submission', 'review', 'simple-registration', 'identity'].map(
  (aggregate) => `junxian.petitions.${aggregate}.v1`,
);

const observed = (key: string, text: string): Observed => {
  const { type, data } = JSON.parse(text);
  const [, name] = /^junxian\.petitions\.(.+)\.v1$/.exec(type)!;
  return { name: name!, key, data, text };
};

/** What petitions published, as any other system would receive it: read from Kafka, or from the embedded log. */
export class EventWatch {
  private constructor(
    private readonly all: () => Promise<Observed[]>,
    readonly stop: () => Promise<void>,
  ) {}

  /** Starts to watch the broker of a system. */
  static async on(system: System, brokers: string | undefined): Promise<EventWatch> {
    return brokers === undefined ? EventWatch.onLog(system) : await EventWatch.onKafka(brokers);
  }

  /** The events of a name about something, in the order in which they came. */
  async of(name: string, about: string): Promise<Observed[]> {
    return (await this.all()).filter((event) => event.name === name && event.text.includes(about));
  }

  /** Waits for at least so many events of a name about something, and returns them. */
  see(name: string, about: string, count = 1): Promise<Observed[]> {
    return eventually(
      `${name} about ${about}`,
      () => this.of(name, about),
      (events) => events.length >= count,
      30_000,
    );
  }

  /** Every event about any of some things. */
  async about(things: readonly string[]): Promise<Observed[]> {
    return (await this.all()).filter(({ text }) => things.some((thing) => text.includes(thing)));
  }

  private static onLog(system: System): EventWatch {
    return new EventWatch(
      async () => {
        const rows = await system.adminQuery<{ key: string; value: string }>(
          'events',
          'SELECT key, value FROM event_log.record WHERE topic = ANY($1) ORDER BY topic, partition, log_offset',
          [TOPICS],
        );
        return rows.map(({ key, value }) => observed(key, value));
      },
      async () => undefined,
    );
  }

  /** Topics come into being with their first event; each is read from its beginning as soon as it is there. */
  private static async onKafka(brokers: string): Promise<EventWatch> {
    const kafka = new Kafka({
      clientId: 'petition-life',
      brokers: brokers.split(','),
      logLevel: logLevel.NOTHING,
    });
    const admin = kafka.admin();
    await admin.connect();
    const events: Observed[] = [];
    const consumers = new Map<string, Consumer>();
    const follow = async (topic: string) => {
      const consumer = kafka.consumer({ groupId: `petition-life-${randomUUID()}` });
      consumers.set(topic, consumer);
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          events.push(observed(message.key?.toString() ?? '', message.value!.toString()));
        },
      });
    };
    return new EventWatch(
      async () => {
        if (consumers.size < TOPICS.length) {
          const there = await admin.listTopics();
          for (const topic of TOPICS) if (there.includes(topic) && !consumers.has(topic)) await follow(topic);
        }
        return [...events];
      },
      async () => {
        await admin.disconnect();
        for (const consumer of consumers.values()) await consumer.disconnect();
      },
    );
  }
}
