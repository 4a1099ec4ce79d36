import { type EventsDatabase, eventsDatabase } from './testing/events-database';
import { messagingContract } from './testing/messaging.contract';

let events: EventsDatabase;
afterAll(() => events.close());

messagingContract('postgres', async () => {
  events = await eventsDatabase(process.env.TEST_POSTGRES_URL);
  return {
    transport: { kind: 'postgres', url: events.url },
    wipe: async () => {
      await events.query('DROP SCHEMA event_log CASCADE');
    },
  };
});
