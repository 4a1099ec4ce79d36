import type { ScopedTransaction } from '@junxian/persistence';
import type DataLoader from 'dataloader';
import { manyBy } from '../cases/case-reads.service';
import { type Escalation, escalationsOf } from './reminders.store';
import { type WarningLoaders, warningLoaders } from './warnings.service';

/** The loaders of supervision. */
export interface SupervisionLoaders extends WarningLoaders {
  escalationsOfReminder: DataLoader<string, Escalation[]>;
}

/** Makes the loaders of one request. */
export function supervisionLoaders(read: () => Promise<ScopedTransaction>): SupervisionLoaders {
  return {
    ...warningLoaders(read),
    escalationsOfReminder: manyBy(read, ({ reminderId }) => reminderId, escalationsOf),
  };
}
