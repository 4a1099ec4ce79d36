import { createHash } from 'node:crypto';
import type { Clock } from '@junxian/calendar';
import { serviceScope } from '@junxian/identity';
import { OrganisationRegistered, recordEvent } from '@junxian/messaging';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { PasswordHasher } from '../accounts/password-hasher';
import type { PersonalData } from '../accounts/personal-data';
import { createPrimaryAppointment, insertAppointment } from '../appointments/appointments.service';
import { SERVICE_SCOPES } from '../service-scopes';
import {
  DEMO_PASSWORD,
  type DemoAccount,
  type DemoOrganisation,
  demoAccounts,
  demoOrganisations,
} from './demo-accounts';
import { type DemoCitizen, demoCitizens } from './demo-petitions';

const SINCE = '2020-01-01';
const REALMS = ['RETIRED_CADRE', 'PARTY', 'PROF_TECH', 'POVERTY_ALLEVIATION', 'PETITIONS'];
const LOCKED_UNTIL = '2999-12-31T00:00:00Z';
const HASHED_AT_ONCE = 4;

/**
 * Brings the demonstration organisations and accounts into the database, those that are not there yet;
 * the rest stays as people left it. Ids are derived from the names, so every installation has the same.
 * Runs under a lock: two processes that start at once do it once. Needs the regions.
 */
export async function loadDemoData(
  database: Database,
  hasher: PasswordHasher,
  personalData: PersonalData,
  clock: Clock,
): Promise<void> {
  await database.write(serviceScope(SERVICE_SCOPES.demoData), async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('demo data', 0))`);
    for (const organisation of demoOrganisations) await insertOrganisation(tx, organisation, clock.now());
    const hashes = await passwordHashes(hasher, await missingNames(tx));
    for (const account of demoAccounts) {
      const passwordHash = hashes.get(account.loginName);
      if (passwordHash === undefined) continue;
      await insertAccount(tx, account, passwordHash, clock.now());
      await appoint(tx, account);
      if (account.isLocked) await lock(tx, account, clock.now());
    }
    for (const citizen of demoCitizens) {
      const passwordHash = hashes.get(citizen.loginName);
      if (passwordHash !== undefined)
        await insertCitizen(tx, citizen, personalData, passwordHash, clock.now());
    }
  });
}

/** The hash of the one password for each of these login names, with a salt of its own; a few at a time, as each takes a processor. */
async function passwordHashes(
  hasher: PasswordHasher,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  const left = [...names];
  const hashOne = async (name: string) => hashes.set(name, await hasher.hash(DEMO_PASSWORD));
  while (left.length > 0) await Promise.all(left.splice(0, HASHED_AT_ONCE).map(hashOne));
  return hashes;
}

/** The id of a demonstration row: the same for the same name, everywhere. */
export function demoId(kind: 'organisation' | 'account', key: string): string {
  const hex = createHash('sha256').update(`junxian demo ${kind} ${key}`).digest('hex');
  // Version 8 of RFC 9562: an id made by a rule of one's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Login names of the demonstration that have no account yet; one that somebody else took meanwhile is left to them. */
async function missingNames(tx: ScopedTransaction): Promise<Set<string>> {
  const names = [...demoAccounts, ...demoCitizens].map(({ loginName }) => loginName);
  const rows = await tx.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[], $2::uuid[]) AS given(name, id)
     WHERE NOT EXISTS (SELECT FROM account a WHERE a.id = given.id OR a.login_name = given.name)`,
    [names, names.map((name) => demoId('account', name))],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Announced like any other: services that keep a copy of the tree learn of it by the event. */
async function insertOrganisation(
  tx: ScopedTransaction,
  { key, kind, sealName, regionCode, superior }: DemoOrganisation,
  at: Date,
): Promise<void> {
  const id = demoId('organisation', key);
  const superiorId = superior === null ? null : demoId('organisation', superior);
  const [inserted] = await tx.query<{ version: number }>(
    `INSERT INTO organisation (id, kind, seal_name, region_code, superior_id, headcount, has_extranet, registered, valid_from)
     VALUES ($1, $2, $3, $4, $5, 120, true, true, $6) ON CONFLICT (id) DO NOTHING RETURNING version`,
    [id, kind, sealName, regionCode, superiorId, SINCE],
  );
  if (inserted === undefined) return;
  await recordEvent(tx, OrganisationRegistered, {
    aggregateId: id,
    aggregateVersion: inserted.version,
    regionCode,
    data: { organisationId: id, sealName, kind, regionCode, superiorId },
    occurredAt: at,
  });
}

async function insertCitizen(
  tx: ScopedTransaction,
  { loginName, mobile, idNumber }: DemoCitizen,
  personalData: PersonalData,
  passwordHash: string,
  at: Date,
): Promise<void> {
  const phone = personalData.seal('phone', mobile);
  await tx.query(
    `INSERT INTO account (id, kind, login_name, phone_sealed, phone_index, citizen_id, realms, status, password_hash,
                          must_change_password, created_at, activated_at)
     VALUES ($1, 'CITIZEN', $2, $3, $4, $5, '{PUBLIC}', 'ACTIVE', $6, false, $7, $7)`,
    [
      demoId('account', loginName),
      loginName,
      phone.sealed,
      phone.index,
      idNumber === null ? null : personalData.citizenId(idNumber),
      passwordHash,
      at,
    ],
  );
}

async function insertAccount(
  tx: ScopedTransaction,
  account: DemoAccount,
  passwordHash: string,
  at: Date,
): Promise<void> {
  const home = homeOf(account);
  await tx.query(
    `INSERT INTO account (id, kind, login_name, organisation_id, region_code, real_name, realms, status, password_hash,
                          must_change_password, is_extra, created_at, activated_at)
     VALUES ($1, 'ADMIN', $2, $3, $4, $5, $6, 'ACTIVE', $7, false, $8, $9, $9)`,
    [
      demoId('account', account.loginName),
      account.loginName,
      demoId('organisation', home.key),
      home.regionCode,
      account.realName,
      REALMS,
      passwordHash,
      !isAdministrator(account),
      at,
    ],
  );
}

async function appoint(tx: ScopedTransaction, account: DemoAccount): Promise<void> {
  for (const [index, { organisation, post, roles }] of account.appointments.entries()) {
    const { regionCode, regionLevel } = organisationOf(organisation);
    const appointment = {
      accountId: demoId('account', account.loginName),
      organisationId: demoId('organisation', organisation),
      regionCode,
      regionLevel,
      post,
      roles,
      grantedBy: null,
      validFrom: SINCE,
    };
    if (index === 0) await createPrimaryAppointment(tx, appointment);
    else await insertAppointment(tx, appointment, false);
  }
}

async function lock(tx: ScopedTransaction, account: DemoAccount, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO login_state (account_id, realm, failed_count, locked_at, locked_until)
     SELECT $1, realm, 5, $3, $4 FROM unnest($2::text[]) AS realm ON CONFLICT DO NOTHING`,
    [demoId('account', account.loginName), REALMS, at, LOCKED_UNTIL],
  );
}

/** The account that stands for its organisation's one administrator (DI-ACC-01); the others are extra ones. */
function isAdministrator(account: DemoAccount): boolean {
  return demoAccounts.find((other) => homeOf(other).key === homeOf(account).key) === account;
}

function homeOf(account: DemoAccount): DemoOrganisation {
  return organisationOf(account.appointments[0]?.organisation);
}

function organisationOf(key: string | undefined): DemoOrganisation {
  const organisation = demoOrganisations.find((candidate) => candidate.key === key);
  if (organisation === undefined) throw new Error(`no demonstration organisation ${key}`);
  return organisation;
}
