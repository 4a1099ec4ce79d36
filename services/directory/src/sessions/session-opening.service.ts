import { isRefusal, type Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Account } from '../accounts/accounts.service';
import { organisationFacts } from '../accounts/organisation-facts.service';
import { type ActingAppointment, appointmentsForSignIn } from '../appointments/appointments.service';
import type { Channel, Module, Realm } from '../sign-in/modules.rules';
import type { SignInSettings } from '../sign-in/settings';
import { accountDisabled, noAppointment } from '../sign-in/sign-in-refusals.rules';
import { endSession } from './revocation.service';
import { insertSession, issueRefreshToken, type Session, sessionsInPlace } from './session.store';
import { checkSlot, hasSingleSlot, isIdle } from './session-slot.rules';

/** A session that was opened or went on, before its access token is signed. */
export interface OpenedSession {
  account: Account;
  session: Session;
  /** Null for a citizen. */
  appointment: ActingAppointment | null;
  appointments: ActingAppointment[];
  refreshToken: string;
  at: Date;
}

export interface SessionWish {
  realm: Realm;
  module: Module;
  channel: Channel;
  keepSignedIn: boolean;
  operatorName: string | null;
  ip: string;
}

interface Moment {
  settings: SignInSettings;
  today: string;
  now: Date;
}

/**
 * Opens a session for an account whose password was right, acting for its primary appointment; a citizen acts
 * for nobody but themselves. Returns it, or the refusal ACCOUNT_DISABLED, NO_APPOINTMENT or SESSION_IN_USE (DI-SES-01). The account must be locked, so
 * that two logins cannot take one place.
 */
export async function openSession(
  tx: ScopedTransaction,
  account: Account,
  { realm, module, channel, keepSignedIn, operatorName, ip }: SessionWish,
  { settings, today, now }: Moment,
): Promise<OpenedSession | Refusal> {
  if (account.status === 'DISABLED') return accountDisabled();
  const { kind } = account;
  const appointments = kind === 'CITIZEN' ? [] : await appointmentsForSignIn(tx, account.id, today);
  const appointment = appointments[0] ?? null;
  if (appointment === null && kind !== 'CITIZEN') return noAppointment();
  const hasExtranet =
    kind !== 'CITIZEN' && (await organisationFacts(tx, account.organisationId, today)).hasExtranet;
  const slot = { channel, module, hasExtranet };
  const taken = await endIdleOnes(tx, await sessionsInPlace(tx, account.id), settings, now);
  try {
    checkSlot(slot, taken);
  } catch (refused) {
    if (isRefusal(refused)) return refused;
    throw refused;
  }
  const hours = keepSignedIn ? settings.keptSessionHours : settings.sessionHours;
  const expiresAt = new Date(now.getTime() + hours * 3_600_000);
  const session = await insertSession(tx, {
    accountId: account.id,
    appointmentId: appointment?.id ?? null,
    realm,
    module,
    channel,
    singleSlot: hasSingleSlot(slot),
    kept: keepSignedIn,
    operatorName,
    ip,
    startedAt: now,
    expiresAt,
  });
  const refreshToken = await issueRefreshToken(tx, session.id, now, expiresAt);
  return { account, session, appointment, appointments, refreshToken, at: now };
}

/** An idle session must not keep the place until the scheduler comes by. Returns how many hold it still. */
async function endIdleOnes(
  tx: ScopedTransaction,
  sessions: readonly Session[],
  settings: SignInSettings,
  now: Date,
): Promise<number> {
  let open = 0;
  for (const session of sessions) {
    const expired = session.expiresAt <= now;
    if (!expired && !isIdle(session, settings.vpnIdleMinutes, now)) open += 1;
    else await endSession(tx, session, expired ? 'EXPIRED' : 'IDLE', () => now);
  }
  return open;
}
