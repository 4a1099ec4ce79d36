import type { CloudEvent } from '@junxian/messaging';
import { scopes } from '../service-scopes';
import type { TestStore } from '../testing/store.support.test';
import { statisticConsumers } from './statistics.consumers';
import { continueYearCounts } from './year-counts.service';

/**
 * Hands what the use cases recorded since the last time to the consumers of the statistics, in batches as messaging
 * does, and counts the years they ordered; the returned function goes on from where it stopped.
 */
export function delivery(store: TestStore): () => Promise<void> {
  let position = 0;
  const consumers = statisticConsumers();
  return async () => {
    const rows = await store.adminQuery<{ position: number; envelope: string }>(
      'SELECT position::int, envelope FROM outbox WHERE position > $1 ORDER BY position',
      [position],
    );
    position = rows.at(-1)?.position ?? position;
    const events = rows.map(({ envelope }) => JSON.parse(envelope) as CloudEvent);
    for (const { definitions, batchSize, apply } of consumers) {
      const mine = events.filter(({ type }) => definitions.has(type));
      for (let at = 0; at < mine.length; at += batchSize) {
        await store.database.write(scopes.rebuildCounters(), (tx) =>
          apply(tx, mine.slice(at, at + batchSize)),
        );
      }
    }
    await continueYearCounts(store.database);
  };
}
