import type { Clock } from '@junxian/calendar';
import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import { recordAudit, systemActor } from '../audit/audit.service';
import { SERVICE_SCOPES } from '../service-scopes';
import type { SignInSettings } from '../sign-in/settings';
import { type EndReason, endSession } from './revocation.service';

/** Sessions dealt with in one transaction; the next follows at once while there are more. */
const BATCH = 100;
/** How long ended sessions are kept to be looked at. */
const KEEP_ENDED_DAYS = 180;

const ago = (now: Date, milliseconds: number) => new Date(now.getTime() - milliseconds);

/**
 * Ends VPN sessions that were idle too long, which frees their place (DI-SES-05), and sessions past their
 * longest life. For the scheduler; processes that run it at once share the work. Returns how many it ended.
 */
export async function endIdleSessions(
  database: Database,
  clock: Clock,
  settings: SignInSettings,
): Promise<number> {
  let total = 0;
  for (;;) {
    const ended = await endBatch(database, clock, settings);
    total += ended;
    if (ended < BATCH) return total;
  }
}

function endBatch(database: Database, clock: Clock, settings: SignInSettings): Promise<number> {
  return database.write(serviceScope(SERVICE_SCOPES.signInUpkeep), async (tx) => {
    const now = clock.now();
    const due = await tx.query<{
      id: string;
      accountId: string;
      regionCode: string | null;
      reason: EndReason;
    }>(
      `SELECT s.id, s.account_id AS "accountId", a.region_code AS "regionCode",
              CASE WHEN s.expires_at <= $1 THEN 'EXPIRED' ELSE 'IDLE' END AS reason
       FROM session s JOIN account a ON a.id = s.account_id
       WHERE s.ended_at IS NULL AND (s.expires_at <= $1 OR (s.channel = 'VPN' AND s.last_seen_at <= $2))
       ORDER BY s.account_id, s.id LIMIT ${BATCH}`,
      [now, ago(now, settings.vpnIdleMinutes * 60_000)],
    );
    for (const { id, accountId, regionCode, reason } of due) {
      // Another process, or the person, may have been faster.
      if (!(await endSession(tx, { id, accountId }, reason, () => now))) continue;
      await recordAudit(tx, {
        action: 'SESSION_ENDED',
        targetType: 'session',
        targetId: id,
        after: { accountId, reason },
        outcome: 'OK',
        actor: systemActor(regionCode),
        at: now,
      });
    }
    return due.length;
  });
}

/** Removes what has served its purpose: captchas, counted attempts, codes, feed entries no token can match, old sessions. */
export async function purgeSignInLeftovers(database: Database, clock: Clock): Promise<void> {
  await database.write(serviceScope(SERVICE_SCOPES.signInUpkeep), async (tx) => {
    const now = clock.now();
    await tx.query('DELETE FROM captcha WHERE expires_at <= $1', [now]);
    // A citizen's code is kept a while beyond its end, to tell one that came too late from a wrong one.
    await tx.query('DELETE FROM public_reset_code WHERE expires_at <= $1', [ago(now, 3_600_000)]);
    await tx.query('DELETE FROM password_reset_code WHERE expires_at <= $1', [now]);
    await tx.query('DELETE FROM revocation WHERE expires_at <= $1', [now]);
    await tx.query('DELETE FROM login_attempt WHERE at <= $1', [ago(now, 86_400_000)]);
    await tx.query('DELETE FROM session WHERE ended_at <= $1', [ago(now, KEEP_ENDED_DAYS * 86_400_000)]);
  });
}
