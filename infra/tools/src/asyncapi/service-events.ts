import { join } from 'node:path';
import type { Consumer, EventDefinition } from '@junxian/messaging';
import { root } from '../workspace';

type Consumed = Pick<Consumer, 'definitions'>;

interface EventsModule {
  published?: readonly EventDefinition[];
  /** Consumers are made with the services they call; only which events they name is read here. */
  consumers?: ((services: unknown) => readonly Consumed[]) | readonly Consumed[];
}

/** Stands for every service a consumer is made with: any property of it, called or not, is again such a stand-in. */
const anything: unknown = new Proxy(() => anything, {
  get: (_target, name) => (name === 'then' ? undefined : anything),
});

/** What a service publishes and consumes, each consumed event once, from its events module. */
export function eventsOf({ published = [], consumers = [] }: EventsModule) {
  const made = typeof consumers === 'function' ? consumers(anything) : consumers;
  return { published, consumed: [...new Set(made.flatMap((it) => [...it.definitions.values()]))] };
}

/** Loads `services/<name>/src/events.ts`. */
export function serviceEvents(name: string) {
  return eventsOf(require(join(root, 'services', name, 'src', 'events.ts')) as EventsModule);
}
