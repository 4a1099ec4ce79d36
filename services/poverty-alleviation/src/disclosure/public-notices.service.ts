import { isRegionCode, levelOfCode, scopeRange } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import {
  type Database,
  keysetPage,
  type Page,
  RateLimiter,
  type ScopedTransaction,
} from '@junxian/persistence';
import type { PersonalData } from '../personal-data';
import { DISCLOSURE_KIND, type DisclosureKind } from '../project-code-lists';
import { scopes } from '../service-scopes';
import { type DisclosureView, disclosurePage } from './disclosures.service';

/** Pages of notices one address may read. A hall or a school shares an address. */
const PER_ADDRESS = { attempts: 120, windowSeconds: 60 } as const;

interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** A beneficiary as a notice lists it. */
export interface DisclosedBeneficiaryView {
  id: string;
  regionCode: string;
  maskedName: string;
  amount: string | null;
}

/** What everybody may read of notices, without signing in: those that are not withdrawn and in their period. */
export class PublicNotices {
  private readonly limiter: RateLimiter | null;

  /** `database` counts the readers of all processes together; without one nobody is counted. */
  constructor(
    database: Database | undefined,
    personal: PersonalData,
    private readonly clock: Clock,
  ) {
    this.limiter =
      database === undefined
        ? null
        : new RateLimiter({
            database,
            scope: scopes.publicAttempts,
            table: 'public_attempt',
            digest: (key) => personal.digest(key),
          });
  }

  /** Counts a reader by the address. Throws RATE_LIMITED. */
  async admit(clientIp: string): Promise<void> {
    await this.limiter?.admit([{ key: `notices:${clientIp}`, limit: PER_ADDRESS }], this.clock.now());
  }

  /**
   * One page of the notices shown now, of the whole country or of one region and what lies in it, the latest first
   * (PA-QY-12). Throws INVALID_INPUT for a region that is none or a bad cursor.
   */
  page(
    tx: ScopedTransaction,
    { region, kind, first, after }: PageArguments & { region?: string | null; kind?: DisclosureKind | null },
  ): Promise<Page<DisclosureView>> {
    const parameters: unknown[] = [this.clock.today()];
    const where = ['d.withdrawn_at IS NULL', 'd.end_at >= $1'];
    if (region) {
      if (!isRegionCode(region)) throw notARegion();
      const range = scopeRange(region, levelOfCode(region));
      where.push(
        `d.region_code >= $${parameters.push(range.low)} AND d.region_code < $${parameters.push(range.high)}`,
      );
    }
    if (kind) where.push(`d.kind = $${parameters.push(DISCLOSURE_KIND.code(kind))}`);
    return disclosurePage(tx, { where, parameters, first, after });
  }

  /** One page of the beneficiaries a notice lists, by village; none once it is withdrawn or over. */
  async beneficiaries(
    tx: ScopedTransaction,
    { disclosureId, first, after }: PageArguments & { disclosureId: string },
  ): Promise<Page<DisclosedBeneficiaryView>> {
    if (!isUuid(disclosureId)) return { nodes: [], endCursor: null, hasNextPage: false };
    return keysetPage<DisclosedBeneficiaryView>(tx, {
      select: 'b.id, b.region_code AS "regionCode", b.masked_name AS "maskedName", b.amount',
      from: 'disclosed_beneficiary b JOIN public_disclosure d ON d.id = b.disclosure_id',
      where: ['b.disclosure_id = $1', 'd.withdrawn_at IS NULL', 'd.end_at >= $2'],
      parameters: [disclosureId, this.clock.today()],
      order: [
        { column: 'b.region_code', key: 'regionCode' },
        { column: 'b.id', key: 'id', type: 'uuid' },
      ],
      first,
      after,
    });
  }
}

function notARegion() {
  return refuse.invalid('region', {
    zh: '区划代码应为 12 位数字，请重新选择区划',
    en: 'A region code has 12 digits; choose a region',
  });
}
