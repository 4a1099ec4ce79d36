// A process of its own for the fault tests: it starts messaging and kills itself, as by kill -9, at the worst moment.
// Its one argument is a Doom as JSON.
import { openDatabase } from '@junxian/persistence';
import { defineConsumer } from '../consumer';
import { openTransport, type TransportOptions } from '../open-transport';
import { startMessaging } from '../start-messaging';
import { noteEffect, SERVICE, ThingChanged } from './thing-events';

export interface Doom {
  /** URL of the application role. */
  database: string;
  transport: TransportOptions;
  /**
   * `after-send`: the relay dies when the broker has acknowledged and nothing is marked.
   * `before-commit`: the consumer dies with its effect written and not committed.
   * `after-commit`: the consumer dies when its effect is committed and its position is not.
   */
  dies: 'after-send' | 'before-commit' | 'after-commit';
  consumer: string;
  /** Things of other tests, whose names do not begin so, are left alone. */
  things: string;
}

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise<never>(() => undefined);
};

async function main({ database: url, transport: options, dies, consumer, things }: Doom): Promise<void> {
  const database = await openDatabase({ name: SERVICE, url, entities: [] });
  const transport = await openTransport(options);
  if (dies === 'after-send') {
    const publish = transport.publish.bind(transport);
    transport.publish = async (records) => {
      await publish(records);
      return die();
    };
  }
  const doomed = defineConsumer({
    name: consumer,
    events: [ThingChanged],
    handle: async (tx, event) => {
      if (!event.subject.startsWith(things)) return;
      await noteEffect(tx, consumer, event);
      if (dies === 'before-commit' && event.data.version === 3) await die();
      if (dies === 'after-commit' && event.data.version === 3) tx.afterCommit(() => void die());
    },
  });
  await startMessaging({
    database,
    transport,
    service: SERVICE,
    consumers: dies === 'after-send' ? [] : [doomed],
  });
}

void main(JSON.parse(process.argv[2]!));
