import type { ScopedTransaction } from '@junxian/persistence';
import type DataLoader from 'dataloader';
import { manyBy } from '../cases/case-reads.service';
import { interviewsOf } from './interviews.service';
import type { Interview, LeaderReception } from './interviews.types';
import { receptionsOf } from './leader-receptions.service';

export interface InterviewLoaders {
  interviews: DataLoader<string, Interview[]>;
  leaderReceptions: DataLoader<string, LeaderReception[]>;
}

/** Makes the loaders of one request. */
export function interviewLoaders(read: () => Promise<ScopedTransaction>): InterviewLoaders {
  return {
    interviews: manyBy(read, ({ caseItemId }) => caseItemId, interviewsOf),
    leaderReceptions: manyBy(read, ({ caseItemId }) => caseItemId, receptionsOf),
  };
}
