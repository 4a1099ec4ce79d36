import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether a type of a name is, or belongs to, the type a condition names. */
export type TypeTest = (typename: string, condition: string) => boolean;

/** Type conditions of plans; `supergraph` knows hidden types as well. Verdicts are kept. */
export function typeTestOf(supergraph: GraphQLSchema): TypeTest {
  const verdicts = new Map<string, boolean>();
  return (typename, condition) => {
    if (typename === condition) return true;
    const key = `${typename} ${condition}`;
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      const type = supergraph.getType(typename);
      const wanted = supergraph.getType(condition);
      const isKnown = type !== undefined && wanted !== undefined;
      verdict =
        isKnown &&
        isAbstractType(wanted) &&
        (isObjectType(type) || isInterfaceType(type)) &&
        supergraph.isSubType(wanted, type);
      // Names come from answers of subgraphs: unknown ones are not kept, so that the table stays bounded.
      if (isKnown) verdicts.set(key, verdict);
    }
    return verdict;
  };
}
