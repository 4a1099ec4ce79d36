import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@junxian/calendar';
import type { Principal } from '@junxian/identity';
import { principals, rule, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { parseAuditKeys, useAuditKeys } from '../audit/audit-keys';
import type { Loaders } from '../context';
import { migrations } from '../migrations';
import { graphOver } from '../testing/subgraph.support.test';
import { appointmentLoaders } from './appointment-views';
import { appointmentResolvers } from './appointments.resolvers';

const clock = new ManualClock('2026-03-02T09:00:00+08:00');
const ORG_ADMIN = 'directory:ORG_ADMIN';
const OPERATOR = 'poverty-alleviation:OPERATOR';
let test: TestDatabase;
const ids: Record<string, string> = {};

beforeAll(async () => {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 6).toString('base64')));
  test = await testDatabase({ service: 'directory', migrations });
  for (const [code, level] of [
    ['140200000000', 2],
    ['140214000000', 3],
    ['140215000000', 3],
  ])
    await test.adminQuery(
      `INSERT INTO region (code, level, name, parent_code, is_placeholder, initials, valid_from, grams)
       VALUES ($1, $2, $1, '140000000000', false, '', '1949-10-01', '{}')`,
      [code, level],
    );
  await place('city', '140200000000', 'CITY', null);
  await place('county', '140215000000', 'COUNTY', 'city');
  await place('neighbour', '140214000000', 'COUNTY', 'city');
});
const { ask } = graphOver<Loaders>(() => ({
  typeDefs: [readFileSync(join(__dirname, 'appointments.graphql'), 'utf8')],
  resolvers: [appointmentResolvers],
  loaders: (context) => appointmentLoaders(() => context.read()) as Loaders,
  database: test.database,
  clock,
}));
afterAll(() => test.close());

/** An organisation, an account in it, and the account's appointment. */
async function place(name: string, region: string, level: string, superior: string | null): Promise<void> {
  const one = async (key: string, sql: string, parameters: unknown[]) => {
    const [row] = await test.adminQuery<{ id: string }>(sql, parameters);
    ids[`${name} ${key}`] = row?.id as string;
    return row?.id as string;
  };
  const organisation = await one(
    'organisation',
    `INSERT INTO organisation (kind, seal_name, region_code, superior_id, has_extranet, registered, valid_from)
     VALUES ('BUREAU', $1, $2, $3, false, true, '2020-01-01') RETURNING id`,
    [`示例${name}`, region, superior === null ? null : ids[`${superior} organisation`]],
  );
  const account = await one(
    'account',
    `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash, must_change_password, created_at)
     VALUES ('ADMIN', $1, $2, $3, '{PARTY}', 'ACTIVE', '', false, now()) RETURNING id`,
    [`login${name}`, organisation, region],
  );
  await one(
    'appointment',
    `INSERT INTO appointment (account_id, organisation_id, region_code, region_level, post, is_primary, valid_from)
     VALUES ($1, $2, $3, $4, '科长', true, '2026-01-01') RETURNING id`,
    [account, organisation, region, level],
  );
}

const officer = (name: string, regionCode: string, regionLevel: 'CITY' | 'COUNTY', roles: string[]) =>
  principals.officer({
    regionCode,
    regionLevel,
    roles,
    accountId: ids[`${name} account`] as string,
    organisationId: ids[`${name} organisation`] as string,
    appointmentId: ids[`${name} appointment`] as string,
  });
const city = (roles = [ORG_ADMIN]) => officer('city', '140200000000', 'CITY', roles);
const county = (roles = [ORG_ADMIN]) => officer('county', '140215000000', 'COUNTY', roles);
const codeOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  answer.errors?.[0]?.extensions?.code;

const GRANT = `mutation ($id: ID!, $role: String!) {
  grantRole(appointmentId: $id, role: $role) { id version grants { id role version } } }`;
const ENTITIES = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Appointment { id post regionCode } } }`;

describe('appointments and roles, asked from outside', () => {
  it('grants to a subordinate and shows the grant in the answer', async () => {
    const { data, errors } = await ask(city(), GRANT, { id: ids['county appointment'], role: OPERATOR });
    expect(errors).toBeUndefined();
    expect(data?.grantRole).toMatchObject({ version: 2, grants: [{ role: OPERATOR, version: 1 }] });
    const revoked = await ask(
      city(),
      `mutation ($id: ID!) { revokeRole(grantId: $id, expectedVersion: 1) { grants { role } } }`,
      {
        id: data?.grantRole.grants[0].id,
      },
    );
    expect(revoked.data?.revokeRole.grants).toEqual([]);
  });

  rule('DI-AUD-01', 'a role grant writes one entry, a refused one as well', async () => {
    const entries = () =>
      test.adminQuery<{ action: string }>(
        `SELECT action, outcome, after->>'refusal' AS refusal FROM audit_entry WHERE target_id = $1 AND sequence > $2 ORDER BY sequence`,
        [ids['neighbour appointment'], before],
      );
    const [{ before } = { before: '0' }] = await test.adminQuery<{ before: string }>(
      'SELECT coalesce(max(sequence), 0) AS before FROM audit_entry',
    );
    expect(
      codeOf(await ask(city(), GRANT, { id: ids['neighbour appointment'], role: 'directory:AUDITOR' })),
    ).toBe('ROLE_BEYOND_OWN');
    expect(codeOf(await ask(county(), GRANT, { id: ids['neighbour appointment'], role: OPERATOR }))).toBe(
      'NOT_FOUND',
    );
    expect(
      codeOf(await ask(city(), GRANT, { id: ids['neighbour appointment'], role: OPERATOR })),
    ).toBeUndefined();
    expect(await entries()).toEqual([
      { action: 'ROLE_GRANTED', outcome: 'REFUSED', refusal: 'ROLE_BEYOND_OWN' },
      { action: 'ROLE_GRANTED', outcome: 'REFUSED', refusal: 'NOT_FOUND' },
      { action: 'ROLE_GRANTED', outcome: 'OK', refusal: null },
    ]);
  });

  rule(
    'DI-AUD-01',
    'an appointment is ended by a superior’s administrator alone, once; each try writes one entry',
    async () => {
      const GRANT_POST =
        'mutation ($input: GrantAppointmentInput!) { grantAppointment(input: $input) { id version } }';
      const input = {
        accountId: ids['county account'],
        organisationId: ids['county organisation'],
        post: '示例副科长',
        roles: [OPERATOR],
      };
      const { id, version } = (await ask(city(), GRANT_POST, { input })).data!.grantAppointment;
      const END = `mutation ($id: ID!, $on: Date, $version: Int!) { endAppointment(id: $id, on: $on, expectedVersion: $version) {
      id validTo isPrimary version grants { role validTo } } }`;
      const end = (by: Principal, changes: object = {}) => ask(by, END, { id, version, ...changes });
      const held = async () =>
        (
          await ask(city(), 'query ($id: ID!) { appointments(accountId: $id) { id validTo } }', {
            id: ids['county account'],
          })
        ).data?.appointments.find((appointment: { id: string }) => appointment.id === id);

      expect(codeOf(await end(city([OPERATOR])))).toBe('FORBIDDEN');
      const neighbour = officer('neighbour', '140214000000', 'COUNTY', [ORG_ADMIN]);
      expect(codeOf(await end(neighbour))).toBe('NOT_FOUND');
      expect(codeOf(await end(city(), { on: '2026-03-01' }))).toBe('INVALID_VALIDITY');
      expect(codeOf(await end(city(), { version: 9 }))).toBe('STALE_VERSION');
      expect(await held()).toEqual({ id, validTo: null });

      expect((await end(city())).data?.endAppointment).toMatchObject({
        id,
        validTo: '2026-03-02',
        isPrimary: false,
        version: version + 1,
        grants: [{ role: OPERATOR, validTo: '2026-03-02' }],
      });
      expect(await held()).toEqual({ id, validTo: '2026-03-02' });
      expect(codeOf(await end(city(), { version: version + 1 }))).toBe('NOT_FOUND');
      const told = await test.adminQuery<{ type: string; data: object }>(
        `SELECT envelope::jsonb ->> 'type' AS type, envelope::jsonb -> 'data' AS data FROM outbox WHERE key = $1 ORDER BY position`,
        [id],
      );
      expect(told.at(-1)).toMatchObject({
        type: 'junxian.directory.appointment.ended.v1',
        data: { appointmentId: id, accountId: ids['county account'], endedOn: '2026-03-02' },
      });
      const entries = await test.adminQuery(
        `SELECT outcome, after->>'refusal' AS refusal FROM audit_entry WHERE target_id = $1 AND action = 'APPOINTMENT_ENDED' ORDER BY sequence`,
        [id],
      );
      expect(entries).toEqual([
        ...['NOT_FOUND', 'INVALID_VALIDITY', 'STALE_VERSION'].map((refusal) => ({
          outcome: 'REFUSED',
          refusal,
        })),
        { outcome: 'OK', refusal: null },
        { outcome: 'REFUSED', refusal: 'NOT_FOUND' },
      ]);
    },
  );

  it('refuses whoever is no administrator, before anything is looked at', async () => {
    for (const principal of [city([OPERATOR]), principals.anonymous(), { ...city(), pending: true }]) {
      const answer = await ask(principal, GRANT, { id: ids['county appointment'], role: OPERATOR });
      expect(codeOf(answer)).toMatch(/^(FORBIDDEN|UNAUTHENTICATED|ACTIVATION_REQUIRED)$/);
    }
  });

  it('refuses a region argument outside the own area', async () => {
    const input = {
      accountId: ids['county account'],
      organisationId: ids['county organisation'],
      regionCode: '370000000000',
      post: '科员',
      roles: [],
    };
    const document = 'mutation ($input: GrantAppointmentInput!) { grantAppointment(input: $input) { id } }';
    expect(codeOf(await ask(city(), document, { input }))).toBe('OUT_OF_REGION');
    const { data } = await ask(city(), document, { input: { ...input, regionCode: '140215000000' } });
    expect(data?.grantAppointment.id).toBeDefined();
  });

  it('leaks nothing through lists and entities', async () => {
    const LIST = 'query ($id: ID!) { appointments(accountId: $id) { id } }';
    expect((await ask(county(), LIST, { id: ids['neighbour account'] })).data?.appointments).toEqual([]);
    expect((await ask(city(), LIST, { id: ids['neighbour account'] })).data?.appointments).toHaveLength(1);
    const representations = ['neighbour', 'county'].map((name) => ({
      __typename: 'Appointment',
      id: ids[`${name} appointment`],
    }));
    const { data } = await ask(county(), ENTITIES, { ids: representations });
    expect(data?._entities).toEqual([null, expect.objectContaining({ regionCode: '140215000000' })]);
    expect(
      (await ask(principals.anonymous(), ENTITIES, { ids: representations })).data?._entities ?? [null, null],
    ).toEqual([null, null]);
  });

  it('shows the own appointments and which of them acts', async () => {
    const { data } = await ask(county([]), '{ myAppointments { id isActing isPrimary } }');
    expect(data?.myAppointments[0]).toEqual({
      id: ids['county appointment'],
      isActing: true,
      isPrimary: true,
    });
    expect(codeOf(await ask(principals.anonymous(), '{ myAppointments { id } }'))).toBe('UNAUTHENTICATED');
  });

  it('lists the catalogue of one service', async () => {
    const { data } = await ask(county([]), '{ roles(service: "directory") { code grantableBy levels } }');
    expect(data?.roles).toContainEqual({
      code: 'directory:SUPERIOR_ADMIN',
      grantableBy: 'NOBODY',
      levels: [],
    });
    expect(data?.roles.every(({ code }: { code: string }) => code.startsWith('directory:'))).toBe(true);
  });
});
