import { randomUUID } from 'node:crypto';
import { levelOfCode, type RegionLevel } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { type Principal, scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { principals, type TestDatabase, testDatabase, testKeys } from '@junxian/test-kit';
import { migrations } from '../migrations';
import { createServices, type Services } from '../service';

/**
 * Organisations every test may use: bureaus of the nation, Shandong, Jinan (3701), its district Lixia (370102), a
 * subdistrict there, Qingdao (3702) and its district Shinan (370202), and responsible units in Lixia and Shinan.
 */
export const ORGANISATIONS = {
  nation: bureau(1, '000000000000'),
  shandong: bureau(2, '370000000000'),
  jinan: bureau(3, '370100000000'),
  lixia: bureau(4, '370102000000'),
  lixiaStreet: bureau(5, '370102001000'),
  qingdao: bureau(6, '370200000000'),
  shinan: bureau(7, '370202000000'),
  lixiaUnit: unit(8, '370102000000', 4),
  lixiaOtherUnit: unit(9, '370102000000', 4),
  shinanUnit: unit(10, '370202000000', 7),
  shandongUnit: unit(11, '370000000000', 2),
} as const;
export type OrganisationKey = keyof typeof ORGANISATIONS;

interface TestOrganisation {
  id: string;
  regionCode: string;
  isBureau: boolean;
  sealName: string;
  superiorId: string | null;
}

function id(serial: number): string {
  return `00000000-0000-7000-8000-${String(serial).padStart(12, '0')}`;
}
function bureau(serial: number, regionCode: string): TestOrganisation {
  return { id: id(serial), regionCode, isBureau: true, sealName: `${regionCode}信访局`, superiorId: null };
}
function unit(serial: number, regionCode: string, superior: number): TestOrganisation {
  return {
    id: id(serial),
    regionCode,
    isBureau: false,
    sealName: `${regionCode}单位${serial}`,
    superiorId: id(superior),
  };
}

/** Officers of an organisation in a role or several, always the same account for the same words. */
export function officer(
  organisation: OrganisationKey,
  roles: string | readonly string[],
  name = '',
): Principal {
  const held = typeof roles === 'string' ? [roles] : roles;
  const { id: organisationId, regionCode } = ORGANISATIONS[organisation];
  const level = levelOfCode(regionCode) as RegionLevel;
  return principals.officer({
    accountId: accountOf(`${organisation}:${[...held].sort().join('+')}:${name}`),
    appointmentId: accountOf(`appointment:${organisation}:${[...held].sort().join('+')}:${name}`),
    organisationId,
    regionCode,
    regionLevel: level,
    roles: held.map((role) => `petitions:${role}`),
  });
}

/** A citizen who has signed in, always the same account for the same name. */
export function citizen(name = 'citizen', citizenId: string | null = null): Principal {
  return {
    kind: 'CITIZEN',
    accountId: accountOf(`citizen:${name}`),
    sessionId: randomUUID(),
    appointmentId: null,
    organisationId: null,
    regionCode: null,
    regionLevel: null,
    roles: ['public:CITIZEN'],
    operatorName: null,
    pending: false,
    citizenId,
  };
}

const accounts = new Map<string, string>();
function accountOf(words: string): string {
  const known = accounts.get(words) ?? randomUUID();
  accounts.set(words, known);
  return known;
}

export interface TestStore extends TestDatabase {
  clock: ManualClock;
  services: Services;
  /** One writing transaction as somebody. */
  as<T>(principal: Principal, work: (tx: ScopedTransaction) => Promise<T>): Promise<T>;
  /** One reading transaction as somebody. */
  readAs<T>(principal: Principal, work: (tx: ScopedTransaction) => Promise<T>): Promise<T>;
  /** Lets the service know an officer's appointment, as the directory's event would (for colleagues, leaders, interviewers). */
  appoint(principal: Principal): Promise<Principal>;
}

/** A fresh database with this service's tables, the organisations above, a clock at 2026-03-02 09:00, and the use cases on top. */
export async function openStore(): Promise<TestStore> {
  const store = await testDatabase({ service: 'petitions', migrations, prepared: true });
  const clock = new ManualClock('2026-03-02T09:00:00+08:00');
  const services = createServices({
    clock,
    keys: {
      cipher: testKeys.fieldCipher,
      blindIndexKey: testKeys.blindIndexKey,
      citizenIdKey: testKeys.citizenIdKey,
    },
  });
  for (const { id: organisationId, regionCode, isBureau, sealName, superiorId } of Object.values(
    ORGANISATIONS,
  )) {
    await store.adminQuery(
      `INSERT INTO organisation (id, seal_name, kind, region_code, region_level, superior_id, is_bureau)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        organisationId,
        sealName,
        isBureau ? 'BUREAU' : 'DEPARTMENT',
        regionCode,
        levelOfCode(regionCode),
        superiorId,
        isBureau,
      ],
    );
  }
  return {
    ...store,
    clock,
    services,
    as: (principal, work) => store.database.write(scopeOf(principal), work),
    readAs: (principal, work) => store.database.read(scopeOf(principal), work),
    appoint: async (principal) => {
      await store.adminQuery(
        `INSERT INTO officer_appointment (id, account_id, organisation_id, region_code, region_level, roles, valid_from)
         VALUES ($1, $2, $3, $4, $5, $6, '2020-01-01') ON CONFLICT (id) DO UPDATE SET roles = EXCLUDED.roles, ended_on = NULL`,
        [
          principal.appointmentId,
          principal.accountId,
          principal.organisationId,
          principal.regionCode,
          principal.regionLevel,
          principal.roles,
        ],
      );
      return principal;
    },
  };
}
