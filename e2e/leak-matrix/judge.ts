import { isWithin, levelOfCode, scopeRange } from '@junxian/administrative-region';
import { ANONYMOUS } from '@junxian/identity';
import type { SignedIn } from '../support/signing-in';
import { askSubgraph, principalOf } from '../support/subgraphs';
import type { System } from '../support/system';
import { askTogether } from './batches';
import type { Caller } from './callers';
import type { EntityCall } from './entities';
import { LINKS_DUPLICATES, REFUSED, SHOWS_OWN_ROWS_BELOW } from './exceptions';
import type { Markers } from './markers';
import type { Operation } from './operations';
import { inTurns, type Probe, type Prober, type Seen } from './prober';
import { type Aim, absentOf, withAbsent } from './targets';

/** What each probe is held against; every finding is a sentence that names who asked, what, and what was wrong. */
export class Judge {
  constructor(
    readonly prober: Prober,
    private readonly markers: Markers,
  ) {}

  /** Rows that are shown to a caller who may not see them, by queries pointed at an aim. Every probe is handed to `count`. */
  async rowsShown(who: Caller, { title, target }: Aim, count: (probe: Probe) => void): Promise<string[]> {
    const probes = await this.prober.queriesAt(who, target);
    for (const probe of probes) count(probe);
    return probes.flatMap(({ operation, seen }) => this.shown(who, operation, seen, title));
  }

  /** Markers in one answer that the caller may not be shown. */
  shown(who: Caller, { coordinate, variables }: Operation, { markers }: Seen, title: string): string[] {
    return this.markers
      .leaksAmong(markers, who, coordinate, variables)
      .map((leak) => `${who.name} ${coordinate} at ${title}: ${leak}`);
  }

  /** Queries that are answered otherwise for somebody else's row than for one that does not exist, and how many were compared. */
  async tellingThatThereIsOne(who: Caller, aim: Aim): Promise<{ findings: string[]; compared: number }> {
    const isAncestor =
      aim.kind === 'REGION' &&
      isWithin(who.range.low.padEnd(12, '0'), scopeRange(aim.region, levelOfCode(aim.region)));
    const absent = absentOf(aim, who);
    const probes = await this.prober.queriesAt(who, aim.target);
    const pairs = probes.flatMap(({ operation, seen }) => {
      if (isAncestor && SHOWS_OWN_ROWS_BELOW.has(operation.coordinate)) return [];
      if (aim.isNamedByDuplicateCheck && LINKS_DUPLICATES.has(operation.coordinate)) return [];
      const variables = withAbsent(operation.variables, aim.target, absent);
      return JSON.stringify(operation.variables) === JSON.stringify(variables)
        ? []
        : [{ seen, missing: { ...operation, variables } }];
    });
    const missing = await this.prober.look(
      who,
      pairs.map((pair) => pair.missing),
    );
    const findings = pairs.flatMap(({ seen }, index) => {
      const { operation, seen: gone } = missing[index]!;
      return seen.shape === gone.shape
        ? []
        : [`${who.name} ${operation.coordinate} at ${aim.title}: ${seen.excerpt} / ${gone.excerpt}`];
    });
    return { findings, compared: pairs.length };
  }

  /** Of operations that the caller's roles do not permit those that were not refused. Codes are handed to `keep`. */
  async notRefused(
    who: Caller,
    operations: readonly Operation[],
    keep: (operation: Operation, codes: readonly string[]) => void,
  ): Promise<string[]> {
    const findings: string[] = [];
    await inTurns(operations, async (operation) => {
      const seen = await this.prober.askAlone(who, operation);
      keep(operation, seen.codes);
      if (!REFUSED.has(seen.codes[0] ?? ''))
        findings.push(`${who.name} ${operation.coordinate}: ${seen.excerpt}`);
    });
    return findings;
  }
}

/** What a subgraph answered about one field of an entity. */
interface EntityAnswer {
  call: EntityCall;
  isAnswered: boolean;
  codes: string[];
  leaks: string[];
}

/** Asks a subgraph itself for entities, past the gateway, as the gateway would for a caller. */
export async function entitiesAs(
  system: System,
  subgraph: string,
  { who, session }: { who: Caller; session: SignedIn | undefined },
  batches: readonly EntityCall[][],
  markers: Markers,
): Promise<EntityAnswer[]> {
  const principal = session === undefined ? ANONYMOUS : principalOf(session.accessToken);
  const answers: EntityAnswer[] = [];
  await inTurns(batches, async (batch) => {
    const parts = await askTogether(batch, (document, variables) =>
      askSubgraph(system, subgraph, principal, document, variables),
    );
    for (const [call, part] of parts) {
      // What petitions itself tells of organisations, its root fields may tell too.
      const told = subgraph === 'petitions' ? 'Query.caseItem' : `_entities ${call.typeName}`;
      answers.push({
        call,
        isAnswered: (part.value as unknown[] | null)?.some((entity) => entity !== null) ?? false,
        codes: part.errors.map(({ extensions }) => String(extensions?.code)),
        leaks: markers
          .leaksAmong(markers.in(part), who, told, call.variables)
          .map((leak) => `${who.name} ${subgraph} ${call.coordinate}: ${leak}`),
      });
    }
  });
  return answers;
}
