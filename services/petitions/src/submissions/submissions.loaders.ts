import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { profilesOf } from '../public-accounts/profiles.service';
import type { PublicAccount } from '../public-accounts/public-account.types';
import { attachmentLoader, attachmentsLoader } from './attachments.service';
import type { Attachment } from './submission.types';

export interface SubmissionLoaders {
  /** Attachments in sight, by `attachmentKey(ownerType, ownerId)`. */
  attachments: DataLoader<string, Attachment[]>;
  /** Attachments in sight by id, those taken off a draft included, or null. */
  attachment: DataLoader<string, Attachment | null>;
  /** Profiles in sight by account, or null. */
  publicProfile: DataLoader<string, PublicAccount | null>;
}

/** Makes the loaders of one request. */
export function submissionLoaders(read: () => Promise<ScopedTransaction>): SubmissionLoaders {
  return {
    attachments: attachmentsLoader(read),
    attachment: attachmentLoader(read),
    publicProfile: new DataLoader(async (accountIds) => {
      const rows = await profilesOf(await read(), accountIds);
      const found = new Map(rows.map((row) => [row.accountId, row]));
      return accountIds.map((id) => found.get(id) ?? null);
    }),
  };
}
