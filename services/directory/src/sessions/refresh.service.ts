import type { Clock } from '@junxian/calendar';
import { isRefusal, Refusal, refuse } from '@junxian/errors';
import { type Principal, serviceScope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { accountById, lockAccount } from '../accounts/accounts.service';
import { appointmentsForSignIn } from '../appointments/appointments.service';
import { recordAudit } from '../audit/audit.service';
import { SERVICE_SCOPES } from '../service-scopes';
import { actorAs, type LoginService, type SignedIn } from '../sign-in/login.service';
import type { SignInSettings } from '../sign-in/settings';
import { noAppointment } from '../sign-in/sign-in-refusals.rules';
import { synchroniseAtFirstEntry } from '../sign-in/synchronisation.service';
import { decideRefresh } from './refresh.rules';
import { endSession } from './revocation.service';
import {
  issueRefreshToken,
  refreshTokenHash,
  type Session,
  sessionById,
  touchSession,
  useUpRefreshTokens,
} from './session.store';
import type { OpenedSession } from './session-opening.service';
import { isIdle } from './session-slot.rules';

interface StoredToken {
  id: string;
  sessionId: string;
  usedAt: Date | null;
  expiresAt: Date;
}

/** How a session goes on: its next token, or the same person acting for another appointment. */
export class RefreshService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly login: LoginService,
    private readonly settings: SignInSettings,
  ) {}

  /**
   * Exchanges a refresh token for its successor and an access token with the roles of now. Presenting a
   * used token after the grace ends the session (refresh.rules.ts). Throws REFRESH_INVALID, REFRESH_REUSED,
   * NO_APPOINTMENT.
   */
  async refresh(refreshToken: string, ip: string): Promise<SignedIn> {
    const hash = refreshTokenHash(refreshToken);
    return this.settle(async (tx) => {
      const [holder] = await tx.query<{ accountId: string }>(
        `SELECT s.account_id AS "accountId" FROM refresh_token t JOIN session s ON s.id = t.session_id WHERE t.token_hash = $1`,
        [hash],
      );
      if (holder === undefined) return refreshInvalid();
      await lockAccount(tx, holder.accountId);
      const now = this.clock.now();
      const [token] = await tx.query<StoredToken>(
        `SELECT id, session_id AS "sessionId", used_at AS "usedAt", expires_at AS "expiresAt"
         FROM refresh_token WHERE token_hash = $1 FOR UPDATE`,
        [hash],
      );
      const session = token && (await sessionById(tx, token.sessionId));
      if (token === undefined || session === undefined) return refreshInvalid();
      if (session.endedAt === null && isIdle(session, this.settings.vpnIdleMinutes, now)) {
        await endSession(tx, session, 'IDLE', () => now);
        return refreshInvalid();
      }
      switch (decideRefresh({ ...token, session }, this.settings.refreshGraceSeconds, now)) {
        case 'INVALID':
          return refreshInvalid();
        case 'REUSED':
          return this.endReused(tx, session, ip, now);
        case 'ROTATE':
          // The first use counts: presenting the token again within the grace does not prolong the grace.
          await tx.query('UPDATE refresh_token SET used_at = coalesce(used_at, $2) WHERE id = $1', [
            token.id,
            now,
          ]);
          return this.goOn(tx, session, session.appointmentId, ip, now);
      }
    });
  }

  /**
   * Lets the caller's session act for another of the account's appointments; gives new tokens, and the
   * refresh tokens given before are used up. Throws UNAUTHENTICATED when the session has ended, NOT_FOUND for an
   * appointment that is not the account's or not valid today.
   */
  async switchAppointment(principal: Principal, appointmentId: string, ip: string): Promise<SignedIn> {
    const { accountId, sessionId } = principal;
    if (accountId === null || sessionId === null) throw refuse.unauthenticated();
    return this.settle(async (tx) => {
      await lockAccount(tx, accountId);
      const now = this.clock.now();
      const session = await sessionById(tx, sessionId);
      if (
        session === undefined ||
        session.accountId !== accountId ||
        session.endedAt !== null ||
        session.expiresAt <= now
      ) {
        return refuse.unauthenticated();
      }
      const mine = await appointmentsForSignIn(tx, accountId, this.clock.today());
      if (!mine.some(({ id }) => id === appointmentId)) return refuse.notFound('appointmentId');
      await useUpRefreshTokens(tx, sessionId, now);
      const opened = await this.goOn(tx, session, appointmentId, ip, now);
      if (isRefusal(opened)) return opened;
      await recordAudit(tx, {
        action: 'APPOINTMENT_SWITCHED',
        targetType: 'appointment',
        targetId: appointmentId,
        before: { appointmentId: session.appointmentId },
        after: { appointmentId },
        outcome: 'OK',
        actor: actorAs(opened.account, session.operatorName, ip),
        at: now,
      });
      return opened;
    });
  }

  private async settle(work: (tx: ScopedTransaction) => Promise<OpenedSession | Refusal>): Promise<SignedIn> {
    const outcome = await this.database.write(serviceScope(SERVICE_SCOPES.signIn), work);
    if (isRefusal(outcome)) throw outcome;
    return this.login.withToken(outcome);
  }

  /** With the appointment asked for, or, when it has ended, the account's first one. */
  private async goOn(
    tx: ScopedTransaction,
    session: Session,
    appointmentId: string | null,
    ip: string,
    now: Date,
  ): Promise<OpenedSession | Refusal> {
    const account = await accountById(tx, session.accountId);
    const isCitizen = account.kind === 'CITIZEN';
    const appointments = isCitizen ? [] : await appointmentsForSignIn(tx, account.id, this.clock.today());
    const appointment = appointments.find(({ id }) => id === appointmentId) ?? appointments[0] ?? null;
    if (appointment === null && !isCitizen) {
      await endSession(tx, session, 'NO_APPOINTMENT', () => now);
      return noAppointment();
    }
    await touchSession(tx, session.id, appointment?.id ?? null, now);
    await synchroniseAtFirstEntry(
      tx,
      account,
      session.module,
      actorAs(account, session.operatorName, ip),
      now,
    );
    const refreshToken = await issueRefreshToken(tx, session.id, now, session.expiresAt);
    return { account, session, appointment, appointments, refreshToken, at: now };
  }

  private async endReused(tx: ScopedTransaction, session: Session, ip: string, now: Date): Promise<Refusal> {
    await endSession(tx, session, 'REFRESH_REUSED', () => now);
    const account = await accountById(tx, session.accountId);
    await recordAudit(tx, {
      action: 'REFRESH_REUSED',
      targetType: 'session',
      targetId: session.id,
      outcome: 'REFUSED',
      actor: actorAs(account, session.operatorName, ip),
      at: now,
    });
    return new Refusal(
      'REFRESH_REUSED',
      {
        zh: '登录凭据被重复使用，为安全起见会话已终止，请重新登录并修改密码',
        en: 'The sign-in was used twice, so the session was ended for safety; sign in again and change the password',
      },
      { httpStatus: 401 },
    );
  }
}

const refreshInvalid = () =>
  new Refusal(
    'REFRESH_INVALID',
    { zh: '登录已失效，请重新登录', en: 'The sign-in is no longer valid; sign in again' },
    { field: 'refreshToken', httpStatus: 401 },
  );
