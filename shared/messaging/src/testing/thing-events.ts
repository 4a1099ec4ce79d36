import { serviceScope } from '@junxian/identity';
import { type Database, JunxianFunctions1000000000001, type ScopedTransaction } from '@junxian/persistence';
import { Type } from '@sinclair/typebox';
import { defineEvent, type EventOf } from '../event-definition';
import { InboxMigration1000000000020 } from '../inbox-migration';
import { recordEvent } from '../outbox';
import { type MigrationRunner, OutboxMigration1000000000010 } from '../outbox-migration';

/** For tests: a service whose things count how often they were changed, and a table of effects a consumer may have. */
export const SERVICE = 'messaging-test';

export const ThingChanged = defineEvent({
  service: SERVICE,
  aggregate: 'thing',
  happened: 'changed',
  version: 1,
  description: { zh: '测试', en: 'A thing changed' },
  data: Type.Object({ thing: Type.String(), version: Type.Integer(), filler: Type.Optional(Type.String()) }),
});
export type ThingEvent = EventOf<typeof ThingChanged>;

class Things1000000000900 {
  readonly name = 'Things1000000000900';
  async up(runner: MigrationRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE thing (id text PRIMARY KEY, version integer NOT NULL DEFAULT 0);
      CREATE TABLE effect (place bigint GENERATED ALWAYS AS IDENTITY, consumer text NOT NULL, thing text NOT NULL,
                           version integer NOT NULL, event_id text NOT NULL);
      CREATE TABLE total (consumer text PRIMARY KEY, events integer NOT NULL);
    `);
  }
  async down(): Promise<void> {}
}

export const migrations = [
  JunxianFunctions1000000000001,
  OutboxMigration1000000000010,
  InboxMigration1000000000020,
  Things1000000000900,
];

/** Changes a thing and records it, in a transaction that the caller has open. */
export async function changeThing(tx: ScopedTransaction, thing: string, filler?: string): Promise<string> {
  const [row] = await tx.query<{ version: number }>(
    `INSERT INTO thing (id, version) VALUES ($1, 1)
     ON CONFLICT (id) DO UPDATE SET version = thing.version + 1 RETURNING version`,
    [thing],
  );
  return recordEvent(tx, ThingChanged, {
    aggregateId: thing,
    aggregateVersion: row!.version,
    occurredAt: new Date('2026-01-01T00:00:00Z'),
    data: { thing, version: row!.version, ...(filler === undefined ? {} : { filler }) },
  });
}

/** Changes things one after another, each in its own transaction. */
export async function changeThings(database: Database, things: readonly string[]): Promise<void> {
  for (const thing of things) await database.write(serviceScope('test'), (tx) => changeThing(tx, thing));
}

/** What a consumer of these tests does: it notes what it was given. */
export async function noteEffect(tx: ScopedTransaction, consumer: string, event: ThingEvent): Promise<void> {
  await tx.query('INSERT INTO effect (consumer, thing, version, event_id) VALUES ($1, $2, $3, $4)', [
    consumer,
    event.data.thing,
    event.data.version,
    event.id,
  ]);
}
