import type { RegionLevel } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { type Principal, scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { principals, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { systemActor } from '../audit/audit.service';
import { parseAuditKeys, useAuditKeys } from '../audit/audit-keys';
import { migrations } from '../migrations';
import { loadReferenceRegions } from './reference-load';
import type { RegionChangeOrder } from './region-change';
import { type ChangeContext, scheduleRegionChange } from './region-changes.service';
import { regionAt } from './regions.service';

/** A directory database with the real regions of Shanxi (14) and Guangdong (44). */
export async function regionDatabase(): Promise<TestDatabase> {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 3).toString('base64')));
  return testDatabase({
    service: 'directory',
    migrations,
    filled: {
      name: 'regions of 14 and 44',
      by: ({ migratorUrl }) => loadReferenceRegions({ url: migratorUrl, provinces: ['14', '44'] }),
    },
  });
}

export const DOCUMENT = '国函〔2018〕16号';

export function officer(regionCode: string, regionLevel: RegionLevel, roles: string[] = []): Principal {
  return principals.officer({ regionCode, regionLevel, roles: roles.map((role) => `directory:${role}`) });
}

export const maintainer = officer('000000000000', 'NATION', ['REGION_MAINTAINER']);

/** What the tests of this room do again and again, on one database with one clock. */
export class RegionStage {
  constructor(
    readonly test: TestDatabase,
    readonly clock: ManualClock,
  ) {}

  readonly context = (principal: Principal = maintainer): ChangeContext => ({
    actor: { ...systemActor(principal.regionCode), accountId: principal.accountId },
    clock: this.clock,
  });

  write<T>(principal: Principal, work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.test.database.write(scopeOf(principal), work);
  }

  read<T>(principal: Principal, work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.test.database.read(scopeOf(principal), work);
  }

  /** Records a change; what the order leaves out is empty. */
  schedule(
    order: Partial<RegionChangeOrder> & Pick<RegionChangeOrder, 'kind' | 'effectiveDate'>,
    principal = maintainer,
  ) {
    return this.write(principal, (tx) =>
      scheduleRegionChange(
        tx,
        { from: [], to: [], mapping: [], basisDocument: DOCUMENT, ...order },
        this.context(principal),
      ),
    );
  }

  /** Name and parent of what is valid under a code on a day, or null. */
  async at(code: string, asOf: string): Promise<[name: string, parent: string | null] | null> {
    const region = await this.read(maintainer, (tx) => regionAt(tx, code, asOf));
    return region && [region.name, region.parentCode];
  }

  /** Puts an organisation with an administrator's account and a primary appointment in place. */
  async place(sealName: string, regionCode: string, level: RegionLevel) {
    const { adminQuery } = this.test;
    const [organisation] = await adminQuery<{ id: string }>(
      `INSERT INTO organisation (kind, seal_name, region_code, has_extranet, registered, valid_from)
       VALUES ('UNIT', $1, $2, true, true, '2000-01-01') RETURNING id`,
      [sealName, regionCode],
    );
    const [account] = await adminQuery<{ id: string }>(
      `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash,
                            must_change_password, created_at)
       VALUES ('ADMIN', 'a' || $1::uuid, $1::uuid, $2, '{PARTY}', 'ACTIVE', 'x', false, now()) RETURNING id`,
      [organisation!.id, regionCode],
    );
    const [appointment] = await adminQuery<{ id: string }>(
      `INSERT INTO appointment (account_id, organisation_id, region_code, region_level, post, is_primary, valid_from)
       VALUES ($1, $2, $3, $4, '管理员', true, '2000-01-01') RETURNING id`,
      [account!.id, organisation!.id, regionCode, level],
    );
    return { organisationId: organisation!.id, accountId: account!.id, appointmentId: appointment!.id };
  }

  /** The events of a type recorded so far, by their short type, oldest first. */
  async events(type: string): Promise<Record<string, unknown>[]> {
    const rows = await this.test.adminQuery<{ envelope: string }>(
      'SELECT envelope FROM outbox ORDER BY position',
    );
    return rows
      .map(({ envelope }) => JSON.parse(envelope) as { type: string; data: Record<string, unknown> })
      .filter((event) => event.type === `junxian.directory.${type}.v1`)
      .map(({ data }) => data);
  }

  async audited(action: string): Promise<{ target_id: string }[]> {
    return this.test.adminQuery<{ target_id: string }>(
      'SELECT target_id FROM audit_entry WHERE action = $1 ORDER BY sequence',
      [action],
    );
  }
}
