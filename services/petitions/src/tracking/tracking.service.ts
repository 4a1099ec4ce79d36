import type { Clock } from '@junxian/calendar';
import type { LinkSigner } from '@junxian/documents';
import { isRefusal, Refusal, refuse } from '@junxian/errors';
import type { Database } from '@junxian/persistence';
import { caseById } from '../cases/case-changes.service';
import type { PersonalData } from '../cases/personal-data.service';
import { RATE_LIMITS } from '../public-accounts/rate-limit.rules';
import type { RateLimiter } from '../public-accounts/rate-limit.service';
import { normaliseQueryCode } from '../registration/numbers.rules';
import { codeHolderScope, scopes } from '../service-scopes';
import { type PublicPetition, publicPetitions } from './public-petitions.service';
import { plainName, secondsLocked, TRACKING_LOCK } from './tracking.rules';

const PURPOSE = 'petitions.tracking';
const TOKEN_MINUTES = 15;
const LONGEST_NAME = 100;

/** What name and query code are answered with: good for one item, for a quarter of an hour. */
export interface TrackingToken {
  token: string;
  expiresAt: Date;
}

/** Whoever shows name and query code 查询码 follows an item of any channel without signing in (PT-PUB-17). */
export class Tracking {
  constructor(
    private readonly database: Database,
    private readonly personal: PersonalData,
    private readonly limiter: RateLimiter,
    private readonly links: LinkSigner,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes name and query code; returns a token for the item. Throws one and the same TRACKING_FAILED for a wrong name, a
   * wrong code and an anonymous item; after five failures of an address in 15 minutes TRACKING_LOCKED for 30, right or
   * wrong (PT-PUB-18); RATE_LIMITED.
   */
  async track(name: string, queryCode: string, clientIp: string): Promise<TrackingToken> {
    const now = this.clock.now();
    await this.limiter.admit([{ key: `track:${clientIp}`, limit: RATE_LIMITS.trackPerAddress }], now);
    const caseItemId = await this.found(name, queryCode, clientIp, now);
    return this.links.signedLink({ purpose: PURPOSE, payload: { caseItemId } }, TOKEN_MINUTES * 60);
  }

  /** The item a token was given for. Throws TRACKING_EXPIRED for a token that is wrong or too old. */
  async caseOfTrackingToken(token: string): Promise<string> {
    try {
      const { caseItemId } = await this.links.verify(token, PURPOSE);
      return String(caseItemId);
    } catch (error) {
      throw isRefusal(error) ? trackingExpired() : error;
    }
  }

  /** The public view of the item a token was given for, read as the holder of its code. Throws TRACKING_EXPIRED. */
  async petition(token: string): Promise<PublicPetition> {
    const id = await this.caseOfTrackingToken(token);
    return this.database.read(codeHolderScope(id), async (tx) => {
      const item = await caseById(tx, id);
      // Since the token was given the item may have become one that is not followed by code.
      if (item === undefined || item.anonymous) throw refuse.notFound();
      return (await publicPetitions(tx, [item]))[0]!;
    });
  }

  /** Failures of one address are counted one by one, also across processes. */
  private async found(name: string, queryCode: string, clientIp: string, now: Date): Promise<string> {
    const { limiter, personal } = this;
    const key = limiter.digest(`track-failure:${clientIp}`);
    const { windowSeconds, lockSeconds } = TRACKING_LOCK;
    const outcome = await this.database.write(scopes.publicAttempts(), async (tx) => {
      const failures = await limiter.lockedAttempts(tx, [key], windowSeconds + lockSeconds, now);
      const locked = secondsLocked(failures.get(key)!, now);
      if (locked > 0) return trackingLocked(locked);
      const [row] = await tx.query<{ id: string | null }>('SELECT pt_pub_17_case_of_code($1, $2) AS id', [
        personal.index('queryCode', normaliseQueryCode(queryCode)),
        plainName(name.slice(0, LONGEST_NAME)),
      ]);
      if (row?.id) return row.id;
      await limiter.count(tx, [key], now);
      return trackingFailed();
    });
    if (outcome instanceof Refusal) throw outcome;
    return outcome;
  }
}

const trackingFailed = () =>
  new Refusal(
    'TRACKING_FAILED',
    {
      zh: '姓名或查询码不正确，请对照查询码单核对后重新输入；匿名件请登录账号查看',
      en: 'Name or query code is not right; compare them with your slip and try again. Anonymous petitions are followed by signing in',
    },
    { httpStatus: 404 },
  );

const trackingLocked = (retryAfterSeconds: number) =>
  new Refusal(
    'TRACKING_LOCKED',
    {
      zh: `查询失败次数过多，请在 ${Math.ceil(retryAfterSeconds / 60)} 分钟后再试`,
      en: `Too many failed queries; try again in ${Math.ceil(retryAfterSeconds / 60)} minutes`,
    },
    { details: { retryAfterSeconds }, httpStatus: 429 },
  );

const trackingExpired = () =>
  new Refusal(
    'TRACKING_EXPIRED',
    {
      zh: '查询已过期，请重新输入姓名和查询码',
      en: 'This query has expired; enter your name and query code again',
    },
    { httpStatus: 401 },
  );
