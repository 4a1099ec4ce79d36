import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, dateInShanghai } from '@junxian/calendar';
import { blindIndex, citizenIdOf, FieldCipher } from '@junxian/identity';
import { PasswordHasher } from '../../../services/directory/src/accounts/password-hasher';
import { bureauId, type County, type Places, unitId } from '../../../services/petitions/bench/places';
import {
  type SeedingClient,
  seedDirectoryOrganisations,
  seedOrganisations,
} from '../../../services/petitions/bench/seed-organisations';
import { citizenNumber, demoPassword } from '../../support/demo';
import type { System } from '../../support/system';
import type { Sender } from './http';

/** Somebody who is signed in, and where they sit. */
export interface Person {
  accountId: string;
  token: string;
  address: string;
}

/** Those who work on the petitions of one county: the bureau of its province, and a responsible unit with its leader. */
export interface Desk {
  county: County;
  unitId: string;
  registrar: Person;
  handler: Person;
  leader: Person;
}

const SINCE = '2020-01-01';

export class People {
  private readonly secrets: (name: string) => string;
  private captchas: string[] = [];
  /** A content category without parts, as registrars choose it. */
  category = '';
  readonly today = dateInShanghai(new Date());
  readonly resultDueAt = addDays(this.today, 60);

  constructor(
    private readonly system: System,
    private readonly sender: Sender,
    readonly places: Places,
  ) {
    this.secrets = (name) => readFileSync(join(system.dataDir, 'secrets', name), 'utf8').trim();
  }

  private client(service: string): SeedingClient {
    return { adminQuery: (sql, parameters = []) => this.system.adminQuery(service, sql, [...parameters]) };
  }

  /** Organisations of the whole country, officers for one county of each province, and citizens; all by SQL. */
  async seed(citizens: number): Promise<void> {
    const [directory, petitions] = [this.client('directory'), this.client('petitions')];
    await seedDirectoryOrganisations(directory, this.places);
    await seedOrganisations(petitions, this.places);
    const hash = await cheapHash();
    for (const { provinceCode, code } of this.desks()) {
      await this.officer(
        hash,
        `registrar-${provinceCode}`,
        bureauId(`'${provinceCode}'`),
        provinceCode,
        'PROVINCE',
        ['ONLINE_REGISTRAR', 'HANDLER', 'RECEIVER', 'STATISTICIAN'],
      );
      await this.officer(hash, `handler-${provinceCode}`, unitId(`'${code}'`), code, 'COUNTY', [
        'HANDLER',
        'RECEIVER',
      ]);
      await this.officer(hash, `leader-${provinceCode}`, unitId(`'${code}'`), code, 'COUNTY', ['LEADER']);
    }
    await this.officer(hash, 'nation', bureauId(`'000000000000'`), '000000000000', 'NATION', [
      'STATISTICIAN',
      'SUPERVISOR',
    ]);
    await this.citizens(hash, citizens);
    await this.prepare();
  }

  /** Looks up what lifecycles refer to. */
  async prepare(): Promise<void> {
    const [category] = await this.client('petitions').adminQuery<{ code: string }>(
      'SELECT code FROM content_category c WHERE NOT EXISTS (SELECT FROM content_category p WHERE p.parent_code = c.code) ORDER BY code LIMIT 1',
    );
    this.category = category!.code;
  }

  private desks(): County[] {
    const first = new Map<string, County>();
    for (const county of this.places.counties)
      if (!first.has(county.provinceCode)) first.set(county.provinceCode, county);
    return [...first.values()];
  }

  private async officer(
    hash: string,
    name: string,
    organisation: string,
    region: string,
    level: string,
    roles: string[],
  ) {
    const codes = roles.map((role) => `petitions:${role}`);
    const [ids, appointment] = [accountId(`'${name}'`), `md5('bench appointment ${name}')::uuid`];
    await this.system.adminQuery(
      'directory',
      `WITH a AS (INSERT INTO account (id, kind, login_name, organisation_id, region_code, real_name, realms, status, password_hash,
           must_change_password, is_extra, created_at, activated_at)
         VALUES (${ids}, 'ADMIN', $1, ${organisation}, $2, '压测', '{PETITIONS}', 'ACTIVE', $3, false, true, now(), now())),
       p AS (INSERT INTO appointment (id, account_id, organisation_id, region_code, region_level, post, is_primary, valid_from)
         VALUES (${appointment}, ${ids}, ${organisation}, $2, $4, '压测', true, '${SINCE}'))
       INSERT INTO role_grant (appointment_id, role, valid_from) SELECT ${appointment}, role, '${SINCE}' FROM unnest($5::text[]) role`,
      [loginName(name), region, hash, level, codes],
    );
    await this.system.adminQuery(
      'petitions',
      `INSERT INTO officer_appointment (id, account_id, organisation_id, region_code, region_level, roles, valid_from)
       VALUES (${appointment}, ${ids}, ${organisation}, $1, $2, $3, '${SINCE}')`,
      [region, level, codes],
    );
  }

  private async citizens(hash: string, count: number): Promise<void> {
    const directoryCipher = FieldCipher.fromText(this.secrets('directory_field_keys'));
    const directoryIndex = Buffer.from(this.secrets('directory_blind_index_key'), 'base64');
    const cipher = FieldCipher.fromText(this.secrets('petitions_field_keys'));
    const index = Buffer.from(this.secrets('petitions_blind_index_key'), 'base64');
    const citizenKey = Buffer.from(this.secrets('citizen_id_key'), 'base64');
    const numbers = Array.from({ length: count }, (_, n) =>
      citizenNumber(n % 1000, `19${50 + (Math.floor(n / 1000) % 40)}0101`, '140215'),
    );
    const names = numbers.map((_, n) => `citizen-${n}`);
    const phones = numbers.map((_, n) => `139${String(n).padStart(8, '0')}`);
    const citizenIds = numbers.map((number) => citizenIdOf(number, citizenKey));
    await this.system.adminQuery(
      'directory',
      `INSERT INTO account (id, kind, login_name, phone_sealed, phone_index, citizen_id, realms, status, password_hash,
         must_change_password, created_at, activated_at)
       SELECT ${accountId('name')}, 'CITIZEN', login, sealed, index, citizen, '{PUBLIC}', 'ACTIVE', $6, false, now(), now()
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS given(name, login, sealed, index, citizen)`,
      [
        names,
        names.map(loginName),
        phones.map((phone) => directoryCipher.seal(phone, 'account.phone')),
        phones.map((phone) => blindIndex(directoryIndex, 'phone', phone)),
        citizenIds,
        hash,
      ],
    );
    await this.system.adminQuery(
      'petitions',
      `INSERT INTO public_account (id, account_id, username, anonymous, name, sex, id_type, id_number_sealed, id_number_index, citizen_id,
         usual_address, mobile_sealed, terms_accepted_at, activated_at, created_at, updated_at)
       SELECT ${accountId('name')}, ${accountId('name')}, login, false, '压测' || login, 'MALE', 'RESIDENT_ID', sealed, index, citizen,
         '示例路' || login || '号', mobile, now(), now(), now(), now()
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS given(name, login, sealed, index, citizen, mobile)`,
      [
        names,
        names.map(loginName),
        numbers.map((number) => cipher.seal(number, 'public_account.id_number')),
        numbers.map((number) => blindIndex(index, 'idNumber', number)),
        citizenIds,
        phones.map((phone) => cipher.seal(phone, 'public_account.mobile')),
      ],
    );
  }

  /** Signs the officers of every province in. */
  async signInDesks(): Promise<Desk[]> {
    const desks: Desk[] = [];
    for (const [place, county] of this.desks().entries()) {
      const { provinceCode } = county;
      const officer = (kind: string, host: number) =>
        this.signIn(`${kind}-${provinceCode}`, 'PETITIONS', `10.${host}.0.${place}`);
      const [unit] = await this.system.adminQuery<{ id: string }>(
        'petitions',
        `SELECT ${unitId('$1::text')} AS id`,
        [county.code],
      );
      desks.push({
        county,
        unitId: unit!.id,
        registrar: await officer('registrar', 1),
        handler: await officer('handler', 2),
        leader: await officer('leader', 3),
      });
    }
    return desks;
  }

  signInNation(): Promise<Person> {
    return this.signIn('nation', 'PETITIONS', '10.4.0.1');
  }

  /** Signs citizens in, several at once. */
  async signInCitizens(from: number, to: number): Promise<Person[]> {
    const people: Person[] = [];
    let next = from;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (next < to) {
          const n = next++;
          people[n - from] = await this.signIn(`citizen-${n}`, 'PUBLIC', `10.9.${n >> 8}.${n & 255}`);
        }
      }),
    );
    return people;
  }

  private async signIn(name: string, realm: 'PETITIONS' | 'PUBLIC', address: string): Promise<Person> {
    const answer = await this.sender.send(
      SIGN_IN,
      {
        realm,
        module: realm === 'PUBLIC' ? 'PUBLIC_PETITIONS' : 'PETITIONS',
        name: loginName(name),
        password: demoPassword,
      },
      { address },
    );
    if (!answer.data?.login) throw new Error(`${name} could not sign in: ${JSON.stringify(answer)}`);
    const { accessToken, account } = answer.data.login;
    return { accountId: account.id, token: accessToken, address };
  }

  /** Puts captchas whose solution is known into the directory; each serves one submission. */
  async layInCaptchas(count: number): Promise<void> {
    const key = Buffer.from(this.secrets('directory_blind_index_key'), 'base64');
    const rows = await this.system.adminQuery<{ id: string }>(
      'directory',
      `INSERT INTO captcha (solution_index, expires_at) SELECT $1, now() + interval '1 hour' FROM generate_series(1, $2) RETURNING id`,
      [blindIndex(key, 'captcha', CAPTCHA_TEXT), count],
    );
    this.captchas = rows.map(({ id }) => id);
  }

  captcha(): { id: string; text: string } {
    const id = this.captchas.pop();
    if (id === undefined) throw new Error('no captcha is left; lay in more');
    return { id, text: CAPTCHA_TEXT };
  }
}

const CAPTCHA_TEXT = 'bench';
const accountId = (name: string) => `md5('bench account ' || ${name})::uuid`;
const loginName = (name: string) => `bench${name.replace('-', '')}`;

/** argon2id at its cheapest, so that signing thousands in does not take minutes. */
const cheapHash = () => new PasswordHasher({ memoryCost: 8, timeCost: 1, parallelism: 1 }).hash(demoPassword);

const SIGN_IN = `mutation SignIn($realm: Realm!, $module: LoginModule!, $name: String!, $password: String!) {
  login(realm: $realm, module: $module, channel: INTERNET, loginName: $name, password: $password) { accessToken account { id } }
}`;
