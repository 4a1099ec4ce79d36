import type { Clock } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { type AccountLock, locksOf } from '../sign-in/login-state.service';
import { type Account, accountsByIds } from './accounts.service';

export interface AccountLoaders {
  /** By id; null when there is none in the caller's scope. */
  account: DataLoader<string, Account | null>;
  /** By account id: the locks that hold now. */
  accountLocks: DataLoader<string, AccountLock[]>;
}

/** Batches what entities and lists ask for: one statement however many accounts. */
export function accountLoaders(read: () => Promise<ScopedTransaction>, clock: Clock): AccountLoaders {
  return {
    account: new DataLoader(async (ids) => {
      const found = new Map((await accountsByIds(await read(), ids)).map((account) => [account.id, account]));
      return ids.map((id) => found.get(id.toLowerCase()) ?? null);
    }),
    accountLocks: new DataLoader(async (ids) => {
      const locks = await locksOf(await read(), ids, clock.now());
      return ids.map((id) => locks.filter(({ accountId }) => accountId === id));
    }),
  };
}
