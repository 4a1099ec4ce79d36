import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFields } from '@junxian/test-kit';
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql';
import type { SignedIn } from '../support/signing-in';
import { type System, startSystem } from '../support/system';
import { packed } from './batches';
import { type Caller, callersOf, NOBODY, sessionOf } from './callers';
import { digestBeyond } from './digests';
import { entityCalls, rootFieldsAnsweredBy } from './entities';
import { CHANGES_THE_CALLER, LINKS_DUPLICATES, NEEDS_MORE_THAN_A_ROW, UNREAD } from './exceptions';
import { entitiesAs, Judge } from './judge';
import { Markers } from './markers';
import { ACROSS, DEEP, type Operation } from './operations';
import { findsWhatIsPlanted } from './planted.suite';
import { registerNaturalVillage, showTheAccused, tracked } from './preparations';
import { inTurns, Prober } from './prober';
import { type Aim, absentOf, aimsOf, shareOf, sharesOf, withAbsent } from './targets';

/**
 * Who may see what, over everything there is: every query, mutation and entity of the supergraph, by a person of every level,
 * pointed at rows of every region, theirs and others', and at petitions of every kind, which belong to those who registered,
 * hold or held them. The list is made from the schema, so that a new field is tried without anyone remembering.
 *
 * Every build asks as everybody about every twelfth thing, taking turns so that all are met; `JUNXIAN_TESTS=full` about all.
 */

const SUBGRAPHS: Readonly<Record<string, string>> = {
  DIRECTORY: 'directory',
  POVERTY_ALLEVIATION: 'poverty-alleviation',
  PETITIONS: 'petitions',
};
const FULL = process.env.JUNXIAN_TESTS === 'full';
const SHARE = FULL ? 1 : 12;

describe('leak matrix', () => {
  let system: System;
  let schema: GraphQLSchema;
  let callers: Caller[];
  const sessions = new Map<string, SignedIn>();
  let markers: Markers;
  let aims: Aim[];
  let petitionFields: Set<string>;
  let prober: Prober;
  let judge: Judge;
  /** What each caller asks about: some or all of their own and of somebody else's. */
  let own: Map<Caller, Aim[]>;
  let foreign: Map<Caller, Aim[]>;
  /** What operations that are asked one by one were answered, by coordinate. */
  const codes = new Map<string, Set<string>>();
  const keep = ({ coordinate }: Operation, found: readonly string[]) => {
    const known = codes.get(coordinate) ?? new Set();
    codes.set(coordinate, known);
    for (const code of found.length === 0 ? ['answered'] : found) known.add(code);
  };

  beforeAll(async () => {
    system = await startSystem({
      environment: { FEATURE_ONLINE_SUGGESTIONS: 'true', FEATURE_SUPERVISE: 'true' },
    });
    schema = buildASTSchema(parse(readFileSync(join(system.dataDir, 'supergraph.graphql'), 'utf8')), {
      assumeValidSDL: true,
    });
    petitionFields = rootFieldsAnsweredBy(schema, 'PETITIONS');
    callers = await callersOf(system);
    for (const who of callers) sessions.set(who.name, await sessionOf(system, who));
    await showTheAccused(system);
    await registerNaturalVillage(system);
    markers = await Markers.harvest(system, petitionFields);
    aims = await aimsOf(system);
    prober = new Prober(system, schema, sessions, markers, FULL ? DEEP : ACROSS);
    judge = new Judge(prober, markers);
    own = sharesOf(callers, (who) => aims.filter((aim) => aim.isOwnOf(who)), SHARE);
    foreign = sharesOf([...callers, NOBODY], (who) => aims.filter((aim) => !aim.isOwnOf(who)), SHARE);
  }, 300_000);
  afterAll(() => system?.stop(), 60_000);

  it('points somebody at every aim that is not theirs', () => {
    expect(markers.size).toBeGreaterThan(1_000);
    const met = new Set([...foreign.values()].flat());
    expect(aims.filter((aim) => !met.has(aim))).toEqual([]);
  });

  it('its probes see a caller’s own rows, and every query is answered for somebody', async () => {
    const answered = new Set<string>();
    for (const who of callers) {
      const tried = own.get(who)!;
      let shown = 0;
      for (const { target } of tried.length > 0 ? tried : aims.slice(0, 1)) {
        for (const { operation, seen } of await prober.queriesAt(who, target)) {
          if (seen.answered) answered.add(operation.coordinate);
          shown += seen.markers.length;
        }
      }
      expect([who.name, shown > 0]).toEqual([who.name, true]);
    }
    expect(await tracked(system, sessions.get('pt-shanxi')!)).toMatchObject({
      trackedPetition: { itemNo: expect.any(String) },
    });
    answered.add('Query.trackedPetition');
    for (const coordinate of NEEDS_MORE_THAN_A_ROW) answered.add(coordinate);
    const missing = new Set(
      rootFields(schema, 'Query')
        .map(({ field }) => `Query.${field.name}`)
        .filter((coordinate) => !answered.has(coordinate)),
    );
    // What the share of a shorter run was not answered is looked for at all of everybody's own.
    for (const who of callers) {
      for (const { target } of aims.filter((aim) => aim.isOwnOf(who))) {
        if (missing.size === 0) break;
        const probes = await prober.queriesAt(who, target, ({ coordinate }) => missing.has(coordinate));
        for (const { operation, seen } of probes) if (seen.answered) missing.delete(operation.coordinate);
      }
    }
    expect([...missing]).toEqual([]);
  }, 1_800_000);

  it('no query shows a row of another region or organisation, to anybody', async () => {
    const leaks = new Set<string>();
    let probes = 0;
    const count = () => {
      probes += 1;
    };
    for (const who of [...callers, NOBODY])
      for (const aim of [...(own.get(who) ?? []), ...foreign.get(who)!])
        for (const leak of await judge.rowsShown(who, aim, count)) leaks.add(leak);
    expect([...leaks]).toEqual([]);
    expect(probes).toBeGreaterThan(FULL ? 15_000 : 2_000);
  }, 1_800_000);

  it('a row of somebody else and a row that does not exist are answered alike', async () => {
    const differences: string[] = [];
    let compared = 0;
    for (const who of callers) {
      for (const aim of foreign.get(who)!) {
        const told = await judge.tellingThatThereIsOne(who, aim);
        differences.push(...told.findings);
        compared += told.compared;
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(FULL ? 400 : 100);
  }, 1_800_000);

  it('what a caller’s roles do not permit is refused, whatever it is pointed at', async () => {
    const answered: string[] = [];
    for (const who of [...callers, NOBODY]) {
      const { target } = foreign.get(who)![0] ?? aims[0]!;
      // Each is refused alone, by the gateway; so a shorter run tries less of it.
      const refused = shareOf(prober.refusedAt(who, target), FULL ? 1 : 3 * SHARE, who.turn);
      answered.push(...(await judge.notRefused(who, refused, keep)));
    }
    expect(answered).toEqual([]);
  }, 1_800_000);

  it('no mutation changes a row of somebody else, nor shows one, nor tells that there is one', async () => {
    const leaks: string[] = [];
    const differences: string[] = [];
    for (const who of [...callers, NOBODY]) {
      const before = await digestBeyond(system, who);
      const asked = new Set<string>();
      for (const aim of foreign.get(who)!) {
        const absent = absentOf(aim, who);
        const operations = prober.mutationsAt(who, aim.target).filter((operation) => {
          if (CHANGES_THE_CALLER.has(operation.coordinate)) return false;
          // A petition's organisations and region may well be the caller's own to change in directory.
          if (aim.kind === 'PETITION' && !petitionFields.has(operation.coordinate)) return false;
          const question = JSON.stringify([operation.coordinate, operation.variables]);
          return !asked.has(question) && asked.add(question);
        });
        await inTurns(operations, async (operation) => {
          const seen = await prober.askAlone(who, operation);
          keep(operation, seen.codes);
          leaks.push(...judge.shown(who, operation, seen, aim.title));
          // Who may not do it at all is refused before anything is looked up.
          if (aim.kind !== 'PETITION' || seen.codes.includes('FORBIDDEN')) return;
          if (aim.isNamedByDuplicateCheck && LINKS_DUPLICATES.has(operation.coordinate)) return;
          const variables = withAbsent(operation.variables, aim.target, absent);
          if (JSON.stringify(operation.variables) === JSON.stringify(variables)) return;
          const missing = await prober.askAlone(who, { ...operation, variables });
          if (String(seen.codes) !== String(missing.codes))
            differences.push(
              `${who.name} ${operation.coordinate} at ${aim.title}: ${seen.codes} / ${missing.codes}`,
            );
        });
      }
      expect([who.name, await digestBeyond(system, who)]).toEqual([who.name, before]);
    }
    expect(leaks).toEqual([]);
    expect(differences).toEqual([]);
  }, 1_800_000);

  it('every mutation was tried, and understood', async () => {
    const { target } = foreign.get(NOBODY)![0]!;
    // Those of officers whom nothing is foreign to, as far as the share of a shorter run did not meet them.
    for (const operation of prober.refusedAt(NOBODY, target))
      if (operation.root === 'Mutation' && !codes.has(operation.coordinate))
        keep(operation, (await prober.askAlone(NOBODY, operation)).codes);
    const untried = rootFields(schema, 'Mutation')
      .map(({ field }) => `Mutation.${field.name}`)
      .filter((coordinate) => !codes.has(coordinate) && !CHANGES_THE_CALLER.has(coordinate));
    expect(untried).toEqual([]);
    // A probe that the server could not even read would prove nothing.
    const unread = [...codes].filter(([, found]) => UNREAD.some((code) => found.has(code)));
    expect(unread.map(([coordinate, found]) => `${coordinate}: ${[...found].join(' ')}`)).toEqual([]);
  });

  it('no entity can be had from a subgraph past the gateway’s root fields', async () => {
    const leaks: string[] = [];
    const unread: string[] = [];
    const unanswered = new Set<string>();
    const answered = new Set<string>();
    for (const [graph, subgraph] of Object.entries(SUBGRAPHS)) {
      const batches = packed(
        entityCalls(schema, graph, aims, FULL ? DEEP : ACROSS),
        ({ typeName }) => typeName,
      );
      for (const who of [...callers, NOBODY]) {
        const answers = await entitiesAs(
          system,
          subgraph,
          { who, session: sessions.get(who.name) },
          shareOf(batches, FULL ? 1 : 3, who.turn),
          markers,
        );
        for (const { call, isAnswered, codes: found, leaks: seen } of answers) {
          const title = `${subgraph} ${call.typeName}`;
          unanswered.add(title);
          if (isAnswered) answered.add(title);
          if (found.some((code) => UNREAD.includes(code)))
            unread.push(`${title} ${call.coordinate}: ${found.join(' ')}`);
          leaks.push(...seen);
        }
      }
    }
    expect(leaks).toEqual([]);
    expect(unread).toEqual([]);
    expect([...unanswered].filter((title) => !answered.has(title))).toEqual([]);
  }, 1_800_000);

  it('a subgraph asked without an assertion answers 401', async () => {
    for (const subgraph of Object.values(SUBGRAPHS)) {
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

  findsWhatIsPlanted(() => ({ system, schema, sessions, markers, aims, callers }));
});
