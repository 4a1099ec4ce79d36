import { randomUUID } from 'node:crypto';
import { isRefusal, type Refusal } from '@junxian/errors';
import type { Messenger } from '@junxian/messenger';
import type { ScopedTransaction } from '@junxian/persistence';
import type { CredentialsService } from '../accounts/credentials.service';
import type { RandomInt } from '../accounts/password.rules';
import { recordAudit } from '../audit/audit.service';
import { endSessionsOfAccount } from '../sessions/revocation.service';
import { actorAs } from './login.service';

/** What sends codes to those who forgot their password. */
export interface CodeSender {
  messenger: Messenger;
  /** Told when a message could not be sent; never given its content. */
  onSendFailure: (error: unknown) => void;
}

/** A fresh code: six digits. */
export const newResetCode = (randomInt: RandomInt): string => String(randomInt(1_000_000)).padStart(6, '0');

/** Sends a code by text message; for after the commit, not waited for: how long it takes must not tell that there is an account. Never throws. */
export async function sendResetCode(
  { messenger, onSendFailure }: CodeSender,
  message: { mobile: string; text: string; purpose: string },
): Promise<void> {
  try {
    await messenger.send({ ...message, idempotencyKey: randomUUID() });
  } catch (error) {
    onSendFailure(error);
  }
}

/**
 * Sets the password of a locked account whose right code was given: the code is used up and all sessions end. Returns the refusal of a password that
 * the policy does not take, which leaves everything as it was; null when it is set.
 */
export async function setPasswordByCode(
  tx: ScopedTransaction,
  credentials: CredentialsService,
  account: Parameters<CredentialsService['setOwn']>[1] & Parameters<typeof actorAs>[0],
  newPassword: string,
  { ip, now, useUpCode }: { ip: string; now: Date; useUpCode: () => Promise<unknown> },
): Promise<Refusal | null> {
  try {
    await credentials.setOwn(tx, account, newPassword);
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
  await useUpCode();
  await endSessionsOfAccount(tx, account.id, 'PASSWORD_CHANGED', () => now);
  await recordAudit(tx, {
    action: 'PASSWORD_CHANGED',
    targetType: 'account',
    targetId: account.id,
    after: { byCode: true },
    outcome: 'OK',
    actor: actorAs(account, null, ip),
    at: now,
  });
  return null;
}
