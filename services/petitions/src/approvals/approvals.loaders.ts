import type { ScopedTransaction } from '@junxian/persistence';
import type DataLoader from 'dataloader';
import { manyBy, oneById } from '../cases/case-reads.service';
import { type ApprovalRequest, approvalsByIds, approvalsOfItems } from './approvals.service';

export interface ApprovalLoaders {
  approval: DataLoader<string, ApprovalRequest | null>;
  approvalsOfCase: DataLoader<string, ApprovalRequest[]>;
}

/** The loaders of this room, for one request. */
export function approvalLoaders(read: () => Promise<ScopedTransaction>): ApprovalLoaders {
  return {
    approval: oneById(read, approvalsByIds),
    approvalsOfCase: manyBy(read, ({ caseItemId }) => caseItemId, approvalsOfItems),
  };
}
