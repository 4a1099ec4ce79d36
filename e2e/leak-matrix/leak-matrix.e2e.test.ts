import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWithin, levelOfCode, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { type JWK, type Principal, signAssertion } from '@junxian/identity';
import { buildASTSchema, type GraphQLSchema, getNamedType, isObjectType, parse } from 'graphql';
import { citizenNumber, places } from '../support/demo';
import { root, type SignedIn, type System, startSystem } from '../support/system';
import { DEEP, type Operation, operationsFor, SHALLOW, selectionOf, type Target } from './operations';

/**
 * Who may see what, over everything there is: every query, mutation and entity of the supergraph, by
 * a person of every level, pointed at rows of every region, theirs and others'. The list is made from
 * the schema, so that a new field is tried without anyone remembering.
 */

interface Caller {
  loginName: string;
  range: { low: string; high: string };
}

const caller = (loginName: string, code: string, level: RegionLevel): Caller => ({
  loginName,
  range: scopeRange(code, level),
});

const CALLERS: Caller[] = [
  caller('national', '000000000000', 'NATION'),
  caller('shanxi', places.shanxi, 'PROVINCE'),
  caller('shandong', places.shandong, 'PROVINCE'),
  caller('datong', places.datong, 'CITY'),
  caller('yungang', places.yungang, 'COUNTY'),
  caller('yunzhou', places.yunzhou, 'COUNTY'),
  caller('township', places.township, 'TOWNSHIP'),
  caller('village', places.village, 'VILLAGE'),
  caller('auditor', '000000000000', 'NATION'),
  caller('maintainer', '000000000000', 'NATION'),
  caller('staff', '000000000000', 'NATION'),
];
const NOBODY: Caller = { loginName: 'nobody', range: { low: '', high: '' } };

const ABSENT = '00000000-0000-7000-8000-000000000000';
const isId = (text: string) => /^[0-9a-f-]{36}$/.test(text);

/** A text that belongs to rows of these regions only. */
interface Marker {
  text: string;
  regions: string[];
}

describe('leak matrix', () => {
  let system: System;
  let schema: GraphQLSchema;
  const sessions = new Map<string, SignedIn>();
  let markers: Marker[];
  let targets: { region: string; target: Target }[];

  beforeAll(async () => {
    system = await startSystem();
    schema = buildASTSchema(parse(readFileSync(join(root, 'gateway/supergraph.graphql'), 'utf8')), {
      assumeValidSDL: true,
    });
    for (const { loginName } of CALLERS) sessions.set(loginName, await system.signIn(loginName));
    markers = await harvest(system);
    targets = await targetsOf(system);
  }, 300_000);
  afterAll(() => system?.stop(), 60_000);

  const ask = (who: Caller, operation: Pick<Operation, 'document' | 'variables'>) =>
    (sessions.get(who.loginName) ?? system.client()).query(operation.document, operation.variables);

  const queriesAt = (target: Target): Operation[] => [
    ...operationsFor(schema, 'Query', target, DEEP),
    ...operationsFor(schema, 'Query', target, SHALLOW),
  ];

  /** The markers of an answer that belong to no region of the caller, nor stood in the question. */
  const leaksIn = (answer: unknown, who: Caller, question: unknown): string[] => {
    const text = JSON.stringify(answer);
    const asked = JSON.stringify(question);
    return markers
      .filter(
        ({ text: marker, regions }) =>
          text.includes(marker) &&
          !asked.includes(marker) &&
          !regions.some((code) => isWithin(code, who.range)),
      )
      .map((marker) => `${marker.text} of ${marker.regions.join(', ')}`);
  };

  it('has rows to leak in every region of the matrix, and its probes do see a caller’s own', async () => {
    expect(markers.length).toBeGreaterThan(100);
    expect(targets.map(({ region }) => region)).toEqual(
      expect.arrayContaining([places.shandong, places.yungang, places.yunzhou, places.village]),
    );
    const answered = new Set<string>();
    for (const who of CALLERS) {
      const own = targets.filter(({ region }) => isWithin(region, who.range));
      let seen = 0;
      for (const { target } of own) {
        for (const operation of queriesAt(target)) {
          const answer = await ask(who, operation);
          const value = answer.data?.[operation.coordinate.split('.')[1]!];
          if (answer.errors === undefined && value !== null && value !== undefined)
            answered.add(operation.coordinate);
          const text = JSON.stringify(answer);
          seen += markers.filter((marker) => text.includes(marker.text)).length;
        }
      }
      expect([who.loginName, seen > 0]).toEqual([who.loginName, true]);
    }
    const all = Object.keys(schema.getQueryType()!.getFields()).map((name) => `Query.${name}`);
    expect(all.filter((coordinate) => !answered.has(coordinate))).toEqual([]);
  }, 300_000);

  it('no query shows a row of another region, to anybody', async () => {
    const leaks: string[] = [];
    let probes = 0;
    for (const who of [...CALLERS, NOBODY]) {
      for (const { region, target } of targets) {
        for (const operation of queriesAt(target)) {
          const answer = await ask(who, operation);
          probes += 1;
          leaks.push(
            ...leaksIn(answer, who, operation.variables).map(
              (leak) => `${who.loginName} ${operation.coordinate} at ${region}: ${leak}`,
            ),
          );
        }
      }
    }
    expect(leaks).toEqual([]);
    expect(probes).toBeGreaterThan(500);
  }, 600_000);

  it('a row of another region and a row that does not exist are answered alike', async () => {
    const differences: string[] = [];
    for (const who of CALLERS) {
      for (const { region, target } of targets.filter(
        (candidate) => !isWithin(candidate.region, who.range),
      )) {
        const absent: Target = Object.fromEntries(
          Object.entries(target).map(([key, value]) => [
            key,
            // A household lies in its village, which may be the caller's own although the target is an ancestor.
            isId(value) && !(key === 'household' && isWithin(target.village!, who.range)) ? ABSENT : value,
          ]),
        );
        const isAncestor = isWithin(who.range.low.padEnd(12, '0'), scopeRange(region, levelOfCode(region)));
        const there = queriesAt(target);
        const gone = queriesAt(absent);
        for (const [index, operation] of there.entries()) {
          if (isAncestor && SHOWS_OWN_ROWS_BELOW.has(operation.coordinate)) continue;
          if (JSON.stringify(operation.variables) === JSON.stringify(gone[index]!.variables)) continue;
          const [foreign, missing] = [await ask(who, operation), await ask(who, gone[index]!)];
          const shape = (answer: typeof foreign) =>
            JSON.stringify([answer.data, answer.errors?.map((error) => error.extensions?.code)]);
          if (shape(foreign) !== shape(missing))
            differences.push(
              `${who.loginName} ${operation.coordinate} at ${region}: ${shape(foreign)} / ${shape(missing)}`,
            );
        }
      }
    }
    expect(differences).toEqual([]);
  }, 600_000);

  it('no mutation changes a row of another region, nor shows one', async () => {
    const leaks: string[] = [];
    const codes = new Map<string, Set<string>>();
    for (const who of [...CALLERS.filter(({ range }) => range.low !== '0'), NOBODY]) {
      const foreign = targets.filter(({ region }) => !isWithin(region, who.range));
      const before = await digestOutside(system, who);
      for (const { region, target } of foreign) {
        for (const operation of operationsFor(schema, 'Mutation', target)) {
          if (CHANGES_THE_CALLER.has(operation.coordinate)) continue;
          const answer = await ask(who, operation);
          for (const code of answer.errors?.map((error) => String(error.extensions?.code)) ?? ['answered']) {
            codes.set(operation.coordinate, (codes.get(operation.coordinate) ?? new Set()).add(code));
          }
          leaks.push(
            ...leaksIn(answer, who, operation.variables).map(
              (leak) => `${who.loginName} ${operation.coordinate} at ${region}: ${leak}`,
            ),
          );
        }
      }
      expect([who.loginName, await digestOutside(system, who)]).toEqual([who.loginName, before]);
    }
    expect(leaks).toEqual([]);
    // A probe that the server could not even read would prove nothing.
    const unread = [...codes].filter(
      ([, found]) =>
        found.has('GRAPHQL_VALIDATION_FAILED') || found.has('BAD_USER_INPUT') || found.has('INTERNAL'),
    );
    expect(unread.map(([coordinate, found]) => `${coordinate}: ${[...found].join(' ')}`)).toEqual([]);
  }, 600_000);

  it('no entity can be had from a subgraph past the gateway’s root fields', async () => {
    const key = JSON.parse(readFileSync(keyFileOf(system, 'gateway'), 'utf8')) as JWK;
    const leaks: string[] = [];
    let probes = 0;
    for (const who of CALLERS) {
      const principal = principalOf(sessions.get(who.loginName)!.accessToken);
      for (const subgraph of ['directory', 'poverty-alleviation']) {
        for (const [typeName, representations] of entitiesOf(schema, targets)) {
          const type = schema.getType(typeName);
          if (!isObjectType(type)) continue;
          for (const representation of representations) {
            const assertion = await signAssertion(principal, key, {
              issuer: 'gateway',
              lifetimeSeconds: 30,
              now: new Date(),
            });
            for (const field of Object.values(type.getFields())) {
              const document = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${typeName} { ${field.name}${field.args.some(({ name }) => name === 'year') ? '(year: 2017)' : ''} ${selectionOf(field.type, DEEP)} } } }`;
              const response = await fetch(`${system.process(subgraph).origin}/graphql`, {
                method: 'POST',
                headers: { 'content-type': 'application/json', 'x-junxian-assertion': assertion },
                body: JSON.stringify({ query: document, variables: { r: [representation] } }),
              });
              probes += 1;
              leaks.push(
                ...leaksIn(await response.json(), who, representation).map(
                  (leak) => `${who.loginName} ${subgraph} ${typeName}.${field.name}: ${leak}`,
                ),
              );
            }
          }
        }
      }
    }
    expect(leaks).toEqual([]);
    expect(probes).toBeGreaterThan(300);
  }, 600_000);

  it('a subgraph asked without an assertion answers 401', async () => {
    for (const subgraph of ['directory', 'poverty-alleviation']) {
      for (const query of [
        '{ __typename }',
        '{ _service { sdl } }',
        '{ _entities(representations: []) { __typename } }',
      ]) {
        const response = await fetch(`${system.process(subgraph).origin}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        expect([subgraph, query, response.status]).toEqual([subgraph, query, 401]);
      }
    }
  });
});

/** Asked for the superior of the caller's own organisation, these show the caller's own rows below it. */
const SHOWS_OWN_ROWS_BELOW = new Set(['Query.organisationTree']);

/** Mutations that act on the caller's own session or password only; their target is the caller. */
const CHANGES_THE_CALLER = new Set([
  'Mutation.logout',
  'Mutation.changeOwnPassword',
  'Mutation.activateAccount',
  'Mutation.login',
  'Mutation.switchAppointment',
  'Mutation.refreshSession',
]);

async function harvest(system: System): Promise<Marker[]> {
  const rows = [
    ...(await system.adminQuery<{ text: string; region: string }>(
      'directory',
      `SELECT seal_name AS text, region_code AS region FROM organisation
       UNION ALL SELECT id::text, region_code FROM organisation
       UNION ALL SELECT real_name, region_code FROM account WHERE length(real_name) > 2
       UNION ALL SELECT id::text, region_code FROM account
       UNION ALL SELECT id::text, region_code FROM appointment`,
    )),
    ...(await system.adminQuery<{ text: string; region: string }>(
      'poverty-alleviation',
      `SELECT household_no AS text, region_code AS region FROM household
       UNION ALL SELECT id::text, region_code FROM household
       UNION ALL SELECT citizen_id, region_code FROM member_year_record WHERE citizen_id IS NOT NULL`,
    )),
  ];
  const regions = new Map<string, Set<string>>();
  for (const { text, region } of rows) regions.set(text, (regions.get(text) ?? new Set()).add(region));
  const texts = [...regions.keys()];
  // 示例大同 also stands in the name 示例大同市云冈区…: such a text says nothing about whose row it is.
  const distinct = texts.filter((text) => !texts.some((other) => other !== text && other.includes(text)));
  return distinct.map((text) => ({ text, regions: [...regions.get(text)!] }));
}

/** For each region of the matrix, ids of rows that lie in it (or just below it). */
async function targetsOf(system: System): Promise<{ region: string; target: Target }[]> {
  const regions: [string, RegionLevel][] = [
    [places.shanxi, 'PROVINCE'],
    [places.shandong, 'PROVINCE'],
    [places.datong, 'CITY'],
    [places.yungang, 'COUNTY'],
    [places.yunzhou, 'COUNTY'],
    [places.township, 'TOWNSHIP'],
    [places.village, 'VILLAGE'],
  ];
  const result = [];
  for (const [region, level] of regions) {
    const { low, high } = scopeRange(region, level);
    const [directory] = await system.adminQuery<Record<string, string>>(
      'directory',
      `SELECT (SELECT id FROM organisation WHERE region_code = $1 LIMIT 1) AS organisation,
              (SELECT seal_name FROM organisation WHERE region_code = $1 LIMIT 1) AS "sealName",
              (SELECT id FROM account WHERE region_code = $1 ORDER BY login_name DESC LIMIT 1) AS account,
              (SELECT login_name FROM account WHERE region_code = $1 ORDER BY login_name DESC LIMIT 1) AS "loginName",
              (SELECT id FROM appointment WHERE region_code = $1 LIMIT 1) AS appointment,
              (SELECT s.id FROM session s JOIN account a ON a.id = s.account_id WHERE a.region_code = $1 LIMIT 1) AS session,
              (SELECT g.id FROM role_grant g JOIN appointment p ON p.id = g.appointment_id WHERE p.region_code = $1 LIMIT 1) AS "roleGrant"`,
      [region],
    );
    const [poverty] = await system.adminQuery<Record<string, string>>(
      'poverty-alleviation',
      `SELECT id AS household, region_code AS village FROM household WHERE region_code >= $1 AND region_code < $2 LIMIT 1`,
      [low, high],
    );
    const village = poverty?.village ?? region;
    const target = {
      region,
      village,
      naturalVillage: `${village}01`,
      idNumber: citizenNumber(5),
      ...directory,
      ...poverty,
    };
    result.push({
      region,
      target: Object.fromEntries(Object.entries(target).filter(([, value]) => value != null)) as Target,
    });
  }
  return result;
}

/** A digest of every row outside a caller's range, of every table with a region: what the caller must not change. */
async function digestOutside(system: System, { range }: Caller): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const service of ['directory', 'poverty-alleviation']) {
    const tables = await system.adminQuery<{ name: string }>(
      service,
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'region_code'
         AND table_name NOT IN ('audit_entry', 'poverty_counter') ORDER BY 1`,
    );
    for (const { name } of tables) {
      const [row] = await system.adminQuery<{ digest: string }>(
        service,
        `SELECT count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS digest
           FROM ${name} t WHERE NOT (region_code >= $1 AND region_code < $2)`,
        [range.low, range.high],
      );
      digests[`${service}.${name}`] = row!.digest;
    }
  }
  return digests;
}

function entitiesOf(schema: GraphQLSchema, targets: { target: Target }[]): Map<string, object[]> {
  const of = (typeName: string, key: string, entry: string) =>
    targets.flatMap(({ target }) =>
      target[entry] === undefined ? [] : [{ __typename: typeName, [key]: target[entry] }],
    );
  const entities = new Map<string, object[]>([
    ['Organisation', of('Organisation', 'id', 'organisation')],
    ['Account', of('Account', 'id', 'account')],
    ['Appointment', of('Appointment', 'id', 'appointment')],
    ['Household', of('Household', 'id', 'household')],
    ['Region', of('Region', 'code', 'region')],
    ['NaturalVillage', of('NaturalVillage', 'code', 'naturalVillage')],
  ]);
  const keyed = Object.values(schema.getTypeMap()).filter(
    (type) =>
      isObjectType(type) &&
      type.astNode?.directives?.some(
        (directive) =>
          directive.name.value === 'join__type' &&
          directive.arguments?.some(({ name }) => name.value === 'key'),
      ),
  );
  // Citizens have no region of their own: what services add to them is tried by the poverty-alleviation access tests.
  const untried = keyed
    .map((type) => getNamedType(type)!.name)
    .filter((name) => !entities.has(name) && name !== 'Citizen');
  if (untried.length > 0) throw new Error(`the leak matrix does not know the entities ${untried.join(', ')}`);
  return entities;
}

function keyFileOf(system: System, issuer: string): string {
  return join(system.dataDir, 'secrets', `assertion_key_${issuer}.json`);
}

function principalOf(accessToken: string): Principal {
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString());
  return {
    kind: claims.knd ?? 'OFFICER',
    accountId: claims.sub,
    sessionId: claims.sid,
    appointmentId: claims.apt,
    organisationId: claims.org,
    regionCode: claims.reg,
    regionLevel: claims.lvl,
    roles: claims.roles,
    operatorName: claims.opn ?? null,
    pending: claims.pnd ?? false,
  };
}
