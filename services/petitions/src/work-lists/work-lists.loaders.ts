import type { ScopedTransaction } from '@junxian/persistence';
import type DataLoader from 'dataloader';
import { manyBy } from '../cases/case-reads.service';
import { type ReturnRequest, returnRequestsOfTasks } from './returns.service';

export interface WorkListLoaders {
  returnRequestsOfTask: DataLoader<string, ReturnRequest[]>;
}

/** The loaders of this room, for one request. */
export function workListLoaders(read: () => Promise<ScopedTransaction>): WorkListLoaders {
  return { returnRequestsOfTask: manyBy(read, ({ taskId }) => taskId, returnRequestsOfTasks) };
}
