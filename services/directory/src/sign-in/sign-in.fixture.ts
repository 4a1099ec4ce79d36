import { ManualClock } from '@junxian/calendar';
import { isRefusal, type Refusal } from '@junxian/errors';
import { type Principal, scopeOf, serviceScope } from '@junxian/identity';
import type { Message } from '@junxian/messenger';
import type { ScopedTransaction } from '@junxian/persistence';
import { principals, type TestDatabase, testDatabase, testKeys } from '@junxian/test-kit';
import { decodeJwt } from 'jose';
import { PasswordHasher } from '../accounts/password-hasher';
import { createPrimaryAppointment } from '../appointments/appointments.service';
import { auditActorOf } from '../audit/audit.service';
import { parseAuditKeys, useAuditKeys } from '../audit/audit-keys';
import type { Caller } from '../caller';
import { migrations } from '../migrations';
import { createSignInRooms } from '../sign-in-rooms';
import type { LoginInput } from './login.service';
import type { SignInSettings } from './settings';

export const PASSWORD = 'Right-1234';
export const OWN_PASSWORD = 'Chosen-567';
const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 };
const IP = '192.0.2.7';

/** City committee above a county committee above two branches; a neighbouring county; units of retired cadres. */
const ORGANISATIONS = [
  ['committee', 'PARTY', '140200000000', null, { prefix: 'dts' }],
  ['county', 'PARTY', '140215000000', 'committee', {}],
  ['branch', 'PARTY', '140215100000', 'county', {}],
  ['otherBranch', 'PARTY', '140215100000', 'county', {}],
  ['neighbour', 'PARTY', '140214000000', 'committee', {}],
  ['bureau', 'BUREAU', '140215000000', null, {}],
  ['unit', 'UNIT', '140215000000', 'bureau', { headcount: 99 }],
  ['extranetUnit', 'UNIT', '140215000000', 'bureau', { extranet: true, headcount: 100 }],
] as const;
export type OrganisationName = (typeof ORGANISATIONS)[number][0];
const LEVELS = {
  '140200000000': 'CITY',
  '140214000000': 'COUNTY',
  '140215000000': 'COUNTY',
  '140215100000': 'TOWNSHIP',
} as const;
const DEPTH = { CITY: 2, COUNTY: 3, TOWNSHIP: 4 } as const;

export interface AccountOptions {
  name: string;
  organisation: OrganisationName;
  realms?: string[];
  status?: 'PENDING_ACTIVATION' | 'ACTIVE' | 'DISABLED';
  kind?: 'ADMIN' | 'PERSON';
  roles?: string[];
  isExtra?: boolean;
}

/** A directory with its tree, a clock that stands still, and what it takes to sign in. One for each test file. */
export async function signInStage(settings: Partial<SignInSettings> = {}) {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 7).toString('base64')));
  const test = await testDatabase({ service: 'directory', migrations });
  const clock = new ManualClock('2026-03-02T09:00:00+08:00');
  const messages: Message[] = [];
  const sendFailures: unknown[] = [];
  const rooms = createSignInRooms({
    database: test.database,
    clock,
    keys: testKeys,
    messenger: { send: async (message) => ({ messageId: String(messages.push(message)) }) },
    onSendFailure: (error) => sendFailures.push(error),
    argon2: CHEAP,
    captchaDrawer: { draw: () => ({ text: 'aB3dE', svg: '<svg/>' }) },
    settings: {
      loginRate: { attempts: 1_000, windowSeconds: 60 },
      addressRate: { attempts: 10_000, windowSeconds: 60 },
      ...settings,
    },
  });
  const organisations = await plantTree(test);
  const passwordHash = await new PasswordHasher(CHEAP).hash(PASSWORD);
  return new Stage(test, clock, rooms, organisations, passwordHash, messages, sendFailures);
}

async function plantTree(test: TestDatabase): Promise<Record<OrganisationName, string>> {
  for (const [code, level] of Object.entries(LEVELS)) {
    await test.adminQuery(
      `INSERT INTO region (code, level, name, parent_code, is_placeholder, initials, valid_from, grams)
       VALUES ($1, $2, $1, '140000000000', false, '', '1949-10-01', '{}')`,
      [code, DEPTH[level]],
    );
  }
  const ids = {} as Record<OrganisationName, string>;
  for (const [name, kind, region, superior, options] of ORGANISATIONS) {
    const {
      prefix = null,
      extranet = false,
      headcount = null,
    } = options as { prefix?: string; extranet?: boolean; headcount?: number };
    const [row] = await test.adminQuery<{ id: string }>(
      `INSERT INTO organisation (kind, seal_name, region_code, superior_id, has_extranet, registered, valid_from, admin_prefix, headcount)
       VALUES ($1, $2, $3, $4, $5, true, '2020-01-01', $6, $7) RETURNING id`,
      [kind, `示例${name}`, region, superior === null ? null : ids[superior], extranet, prefix, headcount],
    );
    ids[name] = row!.id;
  }
  return ids;
}

export class Stage {
  constructor(
    readonly test: TestDatabase,
    readonly clock: ManualClock,
    readonly rooms: ReturnType<typeof createSignInRooms>,
    readonly organisations: Record<OrganisationName, string>,
    private readonly passwordHash: string,
    readonly messages: Message[],
    readonly sendFailures: unknown[],
  ) {}

  get services() {
    return this.rooms.services;
  }

  /** Takes everything away but the tree, and sets the clock back. */
  async clear(): Promise<void> {
    this.clock.set('2026-03-02T09:00:00+08:00');
    this.messages.length = 0;
    await this.test.adminQuery(`ALTER TABLE audit_entry DISABLE TRIGGER append_only`);
    await this.test.adminQuery(
      `TRUNCATE extra_account_request, role_grant, appointment, login_state, session, refresh_token, captcha, login_attempt,
         password_reset_code, public_reset_code, public_account_opening, revocation, death_confirmation_task, account, outbox, audit_entry`,
    );
    await this.test.adminQuery(
      `UPDATE audit_head SET sequence = 0, hash = repeat('0', 64), key_version = 0, mac = ''`,
    );
    await this.test.adminQuery(`ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER append_only`);
  }

  /** An account whose password is {@link PASSWORD}, with its primary appointment; returns its id. */
  async account({
    name,
    organisation,
    realms = ['PARTY'],
    status = 'ACTIVE',
    kind = 'ADMIN',
    roles,
    isExtra = false,
  }: AccountOptions): Promise<string> {
    const personal = kind === 'PERSON' ? this.services.personalData.seal('loginName', name) : null;
    const [row] = await this.test.adminQuery<{ id: string; region_code: keyof typeof LEVELS }>(
      `INSERT INTO account (kind, login_name, personal_name_sealed, personal_name_index, organisation_id, region_code, real_name,
         realms, status, password_hash, must_change_password, is_extra, created_at, activated_at)
       SELECT $1, $2, $3, $4, o.id, o.region_code, '张伟', $6::text[], $7, $8, false, $9, $10, $10 FROM organisation o WHERE o.id = $5
       RETURNING id, region_code`,
      [
        kind,
        kind === 'ADMIN' ? name : null,
        personal?.sealed ?? null,
        personal?.index ?? null,
        this.organisations[organisation],
        realms,
        status,
        this.passwordHash,
        isExtra,
        this.clock.now(),
      ],
    );
    await this.inService((tx) =>
      createPrimaryAppointment(tx, {
        accountId: row!.id,
        organisationId: this.organisations[organisation],
        regionCode: row!.region_code,
        regionLevel: LEVELS[row!.region_code],
        post: '管理员',
        roles: roles ?? [kind === 'ADMIN' ? 'directory:ORG_ADMIN' : 'directory:PERSON'],
        grantedBy: null,
        validFrom: '2026-01-01',
      }),
    );
    return row!.id;
  }

  /** The principal of an account acting for its organisation. */
  principal(
    accountId: string,
    organisation: OrganisationName,
    roles: string[] = ['directory:ORG_ADMIN'],
  ): Principal {
    const regionCode = ORGANISATIONS.find(([name]) => name === organisation)![2];
    return principals.officer({
      accountId,
      organisationId: this.organisations[organisation],
      regionCode,
      regionLevel: LEVELS[regionCode],
      roles,
    });
  }

  /** An administrator of an organisation with an account, ready to act. */
  async admin(organisation: OrganisationName, realms?: string[]): Promise<Caller> {
    const name = `${organisation.toLowerCase()}admin`;
    const id = await this.account({ name, organisation, ...(realms ? { realms } : {}) });
    return this.caller(this.principal(id, organisation));
  }

  staff(): Caller {
    return this.caller(
      principals.officer({
        regionCode: '140000000000',
        regionLevel: 'PROVINCE',
        roles: ['directory:SYSTEM_STAFF'],
      }),
    );
  }

  caller(principal: Principal): Caller {
    return { principal, clock: this.clock, actor: auditActorOf({ principal, clientIp: IP }) };
  }

  /** Runs work in the caller's own scope, as a resolver would. */
  as<T>(by: Caller, work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.test.database.write(scopeOf(by.principal), work);
  }

  inService<T>(work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.test.database.write(serviceScope('test'), work);
  }

  login(input: Partial<LoginInput> & { loginName: string }, ip = IP) {
    return this.services.login.login(
      { realm: 'RETIRED_CADRE', module: 'FIVE_REGISTERS', channel: 'INTERNET', password: PASSWORD, ...input },
      ip,
    );
  }

  async audit(action?: string) {
    return this.test.adminQuery<{
      action: string;
      outcome: string;
      operator_name: string | null;
      account_id: string | null;
      after: Record<string, unknown> | null;
      target_id: string | null;
    }>(
      'SELECT action, outcome, operator_name, account_id, after, target_id FROM audit_entry WHERE $1::text IS NULL OR action = $1 ORDER BY sequence',
      [action ?? null],
    );
  }

  /** What was recorded to be published: of one kind, or of all with `%`. */
  async events(happened: string): Promise<RecordedEvent[]> {
    const rows = await this.test.adminQuery<{ envelope: string }>(
      `SELECT envelope FROM outbox WHERE envelope::jsonb ->> 'type' LIKE $1 ORDER BY position`,
      [`%.${happened}.v1`],
    );
    return rows.map(({ envelope }) => JSON.parse(envelope) as RecordedEvent);
  }

  close(): Promise<void> {
    return this.test.close();
  }
}

/** The refusal a promise ends with; fails when it does not. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (isRefusal(outcome)) return outcome;
  throw outcome ?? new Error('it was not refused');
}

export const codeOf = async (work: Promise<unknown>) => (await refusalOf(work)).code;

interface RecordedEvent {
  type: string;
  subject: string;
  aggregateversion?: number;
  data: Record<string, unknown>;
}

interface TokenClaims {
  sub: string;
  iat: number;
  exp: number;
  sid: string;
  apt: string;
  org: string;
  reg: string;
  lvl: Principal['regionLevel'];
  roles: string[];
  opn: string | null;
  knd: 'OFFICER' | 'CITIZEN';
  cit?: string | null;
  pnd: boolean;
}

/** The claims of an access token. */
export const claimsOf = (accessToken: string): TokenClaims =>
  decodeJwt<TokenClaims>(accessToken) as TokenClaims;
