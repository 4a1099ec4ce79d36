import type { GraphQLSchema } from 'graphql';
import type { SignedIn } from '../support/signing-in';
import type { System } from '../support/system';
import { packed } from './batches';
import type { Caller } from './callers';
import { digestBeyond } from './digests';
import { entityCalls } from './entities';
import { entitiesAs, Judge } from './judge';
import type { Markers } from './markers';
import { PLAIN, SHALLOW } from './operations';
import { CHANGED, ofYunzhou, PLANTED, whilePlanted, widened } from './planted';
import { Prober } from './prober';
import { type Aim, shareOf } from './targets';

/** The running system and what the matrix knows of it. */
interface Stage {
  system: System;
  schema: GraphQLSchema;
  sessions: ReadonlyMap<string, SignedIn>;
  markers: Markers;
  aims: readonly Aim[];
  callers: readonly Caller[];
}

/** A matrix that finds nothing proves something only if it finds what is there: leaks are put into the system, and taken out. */
export function findsWhatIsPlanted(stage: () => Stage): void {
  describe('the matrix finds', () => {
    const named = (name: string) => stage().callers.find((who) => who.name === name)!;
    /** Judges by answers that are asked for anew, and not in depth. */
    const afresh = (as = stage().sessions, depth = SHALLOW) => {
      const { system, schema, markers } = stage();
      return new Judge(new Prober(system, schema, as, markers, depth), markers);
    };
    const about = (coordinate: string, findings: readonly string[]) =>
      findings.filter((finding) => finding.includes(` ${coordinate} `));

    it.each(PLANTED)(
      'a policy too many: $title',
      async (planted) => {
        const { system, schema, sessions, markers, aims } = stage();
        const who = named(planted.caller);
        const aim = aims.find((one) => planted.fits(one) && !one.isOwnOf(who))!;
        const entities = entityCalls(schema, planted.found.graph, aims, PLAIN).filter(
          ({ typeName }) => typeName === planted.found.entity,
        );
        const judged = async () => {
          const judge = afresh();
          const session = sessions.get(who.name);
          const batches = packed(entities, ({ typeName }) => typeName);
          const asked = await entitiesAs(system, planted.service, { who, session }, batches, markers);
          return {
            shown: about(planted.found.query, await judge.rowsShown(who, aim, () => undefined)),
            told: about(planted.found.query, (await judge.tellingThatThereIsOne(who, aim)).findings),
            entities: asked.flatMap(({ leaks }) => leaks),
          };
        };
        expect(await judged()).toEqual({ shown: [], told: [], entities: [] });
        const { shown, told, entities: leaked } = await whilePlanted(system, planted, judged);
        expect(shown).not.toEqual([]);
        expect(told).not.toEqual([]);
        expect(leaked).not.toEqual([]);
      },
      300_000,
    );

    it('a caller who is let in as somebody of a wider region, and past the own roles', async () => {
      const { sessions, aims } = stage();
      const caller = named('village');
      const aim = aims.find(ofYunzhou)!;
      const asProvince = afresh(widened(sessions, { caller, to: named('shanxi') }));
      expect(await asProvince.rowsShown(caller, aim, () => undefined)).not.toEqual([]);
      const refused = afresh(sessions, PLAIN).prober.refusedAt(caller, aim.target);
      const queries = refused.filter(({ root }) => root === 'Query');
      const asLeader = afresh(widened(sessions, { caller, to: named('pt-shanxi-leader') }));
      expect(await asLeader.notRefused(caller, shareOf(queries, 4, 0), () => undefined)).not.toEqual([]);
    });

    it.each(CHANGED)('a changed row of $table in $service', async ({ service, table, caller, ...change }) => {
      const { system } = stage();
      const who = named(caller);
      const before = await digestBeyond(system, who);
      const changed = await whilePlanted(system, { service, ...change }, () => digestBeyond(system, who));
      expect(changed).toEqual({ ...before, [`${service}.${table}`]: expect.anything() });
      expect(changed).not.toEqual(before);
      expect(await digestBeyond(system, who)).toEqual(before);
    });
  });
}
