import { type RootCall, rootFields, type SelectedField, selectionOf } from '@junxian/test-kit';
import { type ConstDirectiveNode, type GraphQLSchema, isObjectType, valueFromASTUntyped } from 'graphql';
import { givenBelow } from './operations';
import type { Aim } from './targets';

/** One field of an entity, asked of a subgraph past the gateway's root fields. */
export interface EntityCall extends RootCall {
  /** `Organisation.sealName`. */
  coordinate: string;
  typeName: string;
}

/** The key of each entity, and the entry of a target that gives it. */
const KEYS: Readonly<Record<string, readonly [key: string, entry: string]>> = {
  Organisation: ['id', 'organisation'],
  Account: ['id', 'account'],
  Appointment: ['id', 'appointment'],
  Household: ['id', 'household'],
  Project: ['id', 'project'],
  Region: ['code', 'region'],
  NaturalVillage: ['code', 'naturalVillage'],
  CaseItem: ['id', 'caseItem'],
  ReviewCase: ['id', 'review'],
  Citizen: ['id', 'citizen'],
};

/** Every field of every entity that a subgraph answers, of the things that are aimed at; throws for an entity it does not know. */
export function entityCalls(
  schema: GraphQLSchema,
  graph: string,
  aims: readonly Aim[],
  depth: number,
): EntityCall[] {
  const permitted = answeredBy(graph);
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || !isKeyedIn(type.astNode?.directives, graph)) return [];
    const known = KEYS[type.name];
    if (known === undefined) throw new Error(`the leak matrix does not know the entity ${type.name}`);
    const [key, entry] = known;
    const values = new Set(aims.flatMap(({ target }) => target[entry] ?? []));
    if (values.size === 0) throw new Error(`the leak matrix has no ${type.name} to aim at`);
    const representations = [...values].map((value) => ({ __typename: type.name, [key]: value }));
    return Object.values(type.getFields())
      .filter((field) => permitted({ type, field }))
      .map((field) => ({
        root: 'Query' as const,
        field: '_entities',
        declared: [{ name: 'representations', type: '[_Any!]!' }],
        variables: { representations },
        selection: `{ __typename ... on ${type.name} ${selectionOf(type, {
          depth,
          given: givenBelow,
          permitted: (selected) => (selected.type === type ? selected.field === field : permitted(selected)),
        })} }`,
        coordinate: `${type.name}.${field.name}`,
        typeName: type.name,
      }));
  });
}

/** The coordinates of the root fields that a subgraph answers. */
export function rootFieldsAnsweredBy(schema: GraphQLSchema, graph: string): Set<string> {
  return new Set(
    [...rootFields(schema, 'Query'), ...rootFields(schema, 'Mutation')]
      .filter(answeredBy(graph))
      .map(({ type, field }) => `${type.name}.${field.name}`),
  );
}

/** Whether a subgraph answers a field itself, as the supergraph says. */
const answeredBy =
  (graph: string) =>
  ({ type, field }: SelectedField): boolean => {
    const joined = named(field.astNode?.directives, 'join__field').filter((one) => one.graph !== undefined);
    return joined.length === 0
      ? named(type.astNode?.directives, 'join__type').some((one) => one.graph === graph)
      : joined.some((one) => one.graph === graph && one.external !== true);
  };

const isKeyedIn = (directives: readonly ConstDirectiveNode[] | undefined, graph: string) =>
  named(directives, 'join__type').some(
    (one) => one.graph === graph && one.key !== undefined && one.resolvable !== false,
  );

/** The arguments of each use of a directive. */
const named = (directives: readonly ConstDirectiveNode[] | undefined, name: string) =>
  (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map(
      (directive): Record<string, unknown> =>
        Object.fromEntries(
          (directive.arguments ?? []).map((argument) => [
            argument.name.value,
            valueFromASTUntyped(argument.value),
          ]),
        ),
    );
