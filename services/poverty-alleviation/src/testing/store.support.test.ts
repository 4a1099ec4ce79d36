import type { RegionLevel } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { LinkSigner } from '@junxian/documents';
import { type Principal, scopeOf } from '@junxian/identity';
import { principals, type TestDatabase, testDatabase, testKeys } from '@junxian/test-kit';
import type { IdentificationInput } from '../households/identification.input';
import { migrations } from '../migrations';
import { createServices, type ServiceParts, type Services } from '../service';
import { scopes } from '../service-scopes';
import { type HouseholdYear, recountHouseholds } from '../statistics/recounts.service';

/** Real villages of the national file: two of one township, one of the next, one of the next county, one of Shandong. */
export const VILLAGES = {
  yunzhou1: '140215100001',
  yunzhou2: '140215100002',
  yunzhouOther: '140215102200',
  yungang: '140214001002',
  shandong: '370102001008',
} as const;

export interface TestStore extends TestDatabase {
  clock: ManualClock;
  services: Services;
  /** Identifies a household as an officer of its village's county, through the service; returns its id. */
  identify(input: IdentificationInput, principal?: Principal): Promise<string>;
  /** Takes the outbox for delivered: recounts every household there is, as the consumer of household.identified would. */
  deliver(): Promise<void>;
  /** Empties every table but what each year and region begins with; far faster than TRUNCATE of so many. Checks as `close` does. */
  clear(): Promise<void>;
  /** Closes the store. Throws Error when whatever the test did left a record whose file status is not what its file says. */
  close(): Promise<void>;
}

/** Parts of the service that are not the usual ones of tests, or what makes them of the usual ones. */
export type StoreParts =
  | Partial<ServiceParts>
  | ((usual: Required<Pick<ServiceParts, 'clock' | 'database' | 'links'>>) => Partial<ServiceParts>);

/** A fresh database with this service's tables, and its use cases on top. */
export async function openStore(parts: StoreParts = {}): Promise<TestStore> {
  const store = await testDatabase({ service: 'poverty-alleviation', migrations });
  const clock = new ManualClock('2017-11-20T09:00:00+08:00');
  const usual = { clock, database: store.database, links: new LinkSigner(Buffer.alloc(32, 7), clock) };
  const more = typeof parts === 'function' ? parts(usual) : parts;
  const services = createServices({
    ...usual,
    publicUrl: 'https://junxian.example/',
    keys: {
      cipher: testKeys.fieldCipher,
      blindIndexKey: testKeys.blindIndexKey,
      citizenIdKey: testKeys.citizenIdKey,
    },
    ...more,
  });
  return {
    ...store,
    clock,
    services,
    identify: (input, principal = operatorOf(input.villageCode)) =>
      store.database.write(scopeOf(principal), (tx) => services.identification.identify(tx, input)),
    clear: async () => {
      await checkFileStatuses(store);
      await clearTables(store);
    },
    close: async () => {
      try {
        await checkFileStatuses(store);
      } finally {
        await store.close();
      }
    },
    deliver: async () => {
      const keys = await store.adminQuery<HouseholdYear>(
        'SELECT household_id AS "householdId", year FROM household_year_record',
      );
      await store.database.write(scopes.followRegionChanges(), (tx) => recountHouseholds(tx, keys));
    },
  };
}

/** An officer with roles of this service. */
export function officer(regionCode: string, regionLevel: RegionLevel, ...roles: string[]): Principal {
  const held = roles.length === 0 ? ['OPERATOR'] : roles;
  return principals.officer({
    regionCode,
    regionLevel,
    roles: held.map((role) => `poverty-alleviation:${role}`),
  });
}

/** An operator of the county a village lies in. */
export function operatorOf(villageCode: string): Principal {
  return officer(`${villageCode.slice(0, 6)}000000`, 'COUNTY');
}

/**
 * The status of a household's file is kept in each of its yearly records, as it was at the end of that year: one that was closed
 * later was on file then; one that nobody was left of in an earlier year (8.9) is closed in that year's record only.
 */
async function checkFileStatuses({ adminQuery }: TestDatabase): Promise<void> {
  const wrong = await adminQuery<object>(
    `SELECT r.household_no, r.year, r.file_status, r.closure_year, h.file_status AS of_file, h.closed_year
     FROM household_year_record r JOIN household h ON h.id = r.household_id
     WHERE r.file_status <> CASE WHEN r.closure_year <= r.year THEN 'CLOSED' WHEN h.closed_year > r.year THEN 'ACTIVE' ELSE h.file_status END`,
  );
  if (wrong.length > 0)
    throw new Error(`Records do not know the status of their file: ${JSON.stringify(wrong)}`);
}

/** What a store begins with, and what is known of regions. */
const KEPT_TABLES = ['schema_migration', 'survey_year', 'region_change'];

async function clearTables({ adminQuery }: TestDatabase): Promise<void> {
  const tables = await adminQuery<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  const emptied = tables.filter(({ name }) => !KEPT_TABLES.includes(name));
  await adminQuery(
    // Neither foreign keys nor triggers matter when everything goes.
    `SET session_replication_role = replica; ${emptied.map(({ name }) => `DELETE FROM ${name}`).join('; ')}; RESET session_replication_role`,
  );
}
