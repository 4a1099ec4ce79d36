import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import type { Operation } from './contest';
import { Dice } from './random';

/** Makes up an operation that is valid for the schema, or null where a few attempts gave none. */
export function randomOperation(
  schema: GraphQLSchema,
  ...seed: readonly (string | number)[]
): Operation | null {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const operation = new OperationMaker(schema, new Dice(...seed, attempt)).make();
    if (validate(schema, parse(operation.text, { noLocation: true })).length === 0) return operation;
  }
  return null;
}

/** Aliases that a careless executor may take for something else. */
const TRICKY_ALIASES = ['constructor', 'toString', 'hasOwnProperty', 'id', 'title', 'label', 'code'];

interface Variable {
  name: string;
  declared: string;
  type: string;
}

interface Fragment {
  name: string;
  type: GraphQLCompositeType;
  text: string;
}

class OperationMaker {
  private readonly variables: Variable[] = [];
  private readonly values: Record<string, unknown> = {};
  private readonly fragments: Fragment[] = [];
  /** Arguments of a field under its response name: where it stands twice, it must be the same. */
  private readonly given = new Map<string, string>();
  private budget: number;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly dice: Dice,
  ) {
    this.budget = dice.between(4, 20);
  }

  make(): Operation {
    const { dice, schema } = this;
    const mutation = schema.getMutationType();
    const kind = mutation && dice.chance(0.2) ? 'mutation' : 'query';
    const root = kind === 'mutation' ? mutation! : schema.getQueryType()!;
    const set = this.selections(root, 0);
    const name = dice.chance(0.3) ? 'Asked' : '';
    const declared = this.variables
      .map(({ name: variable, declared: type }) => `$${variable}: ${type}`)
      .join(', ');
    const head = `${kind} ${name}${declared === '' ? '' : `(${declared})`} ${set}`;
    const fragments = this.fragments.map(
      (fragment) => `fragment ${fragment.name} on ${fragment.type.name} ${fragment.text}`,
    );
    const other = name !== '' && dice.chance(0.3) ? ['query Other { __typename }'] : [];
    const text = dice.chance(0.5) ? [...fragments, head, ...other] : [head, ...other, ...fragments];
    return {
      text: text.join('\n'),
      variables: this.values,
      operationName: other.length > 0 || (name !== '' && dice.chance(0.5)) ? name : undefined,
    };
  }

  private selections(type: GraphQLCompositeType, depth: number): string {
    const { dice } = this;
    const written: string[] = [];
    const composites: (() => string)[] = [];
    const count = depth === 0 ? dice.between(1, 3) : dice.between(2, 5);
    for (let index = 0; index < count; index += 1) {
      const roll = dice.next();
      const fragments = isAbstractType(type) ? 0.5 : 0.18;
      if (roll < 0.08) written.push(`${dice.chance(0.3) ? 'kind: ' : ''}__typename${this.condition()}`);
      else if (roll < fragments && depth < 6) written.push(this.fragment(type, depth));
      else if (roll < fragments + 0.12 && composites.length > 0) written.push(dice.pick(composites)());
      else if (depth === 0 && roll > 0.985)
        written.push(
          dice.pick(['__schema { queryType { name } }', 'types: __type(name: "Query") { kind name }']),
        );
      else written.push(this.anyField(type, depth, composites));
    }
    if (depth === 0 && composites.length === 0) written.push(this.anyField(type, depth, composites));
    return `{ ${[...new Set(written)].join(' ')} }`;
  }

  private anyField(type: GraphQLCompositeType, depth: number, composites: (() => string)[]): string {
    const { dice } = this;
    if (isUnionType(type)) return this.fragment(type, depth);
    const fields = Object.values(type.getFields());
    const wanted = fields.filter(({ type: returned }) => isCompositeType(getNamedType(returned)));
    const leaves = fields.filter((field) => !wanted.includes(field));
    this.budget -= 1;
    const deeper = wanted.length > 0 && this.budget > 0 && depth < 6 && dice.chance(depth < 2 ? 0.8 : 0.5);
    if (!deeper && leaves.length === 0) return '__typename';
    const field = dice.pick(deeper ? wanted : leaves);
    const head = this.head(type, field);
    const inner = getNamedType(field.type);
    if (!isCompositeType(inner)) return head + this.condition();
    // The same field may come again with other selections, perhaps under another condition: they are merged.
    composites.push(() => `${head}${this.condition()} ${this.selections(inner, depth + 1)}`);
    return `${head}${this.condition()} ${this.selections(inner, depth + 1)}`;
  }

  /** A field's alias, name and arguments. */
  private head(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): string {
    const { dice } = this;
    const roll = dice.next();
    let alias = '';
    if (roll < 0.12) alias = `${field.name}_${dice.pick(['a', 'b'])}`;
    else if (roll < 0.15) alias = dice.pick(TRICKY_ALIASES);
    else if (roll < 0.17 && 'getFields' in type) alias = dice.pick(Object.keys(type.getFields()));
    const key = `${type.name}.${field.name} ${alias}`;
    let given =
      this.given.get(key) ?? (field.args.length > 0 ? this.given.get(`${field.name} ${alias}`) : undefined);
    if (given === undefined) {
      given = this.args(field.args);
      this.given.set(key, given);
      this.given.set(`${field.name} ${alias}`, given);
    }
    return `${alias === '' || alias === field.name ? '' : `${alias}: `}${field.name}${given}`;
  }

  private args(args: readonly GraphQLArgument[]): string {
    const given = args.flatMap((argument) => {
      const isRequired = isNonNullType(argument.type) && argument.defaultValue === undefined;
      return isRequired || this.dice.chance(0.7)
        ? [`${argument.name}: ${this.literal(argument.type, 0, true)}`]
        : [];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  private fragment(type: GraphQLCompositeType, depth: number): string {
    const { dice } = this;
    this.budget -= 1;
    const known = this.fragments.filter((fragment) => this.overlap(fragment.type, type));
    if (known.length > 0 && dice.chance(0.35)) return `...${dice.pick(known).name}${this.condition()}`;
    if (dice.chance(0.08)) return `...${this.condition()} ${this.selections(type, depth)}`;
    const condition = dice.pick(this.conditions(type));
    if (dice.chance(0.35) && depth > 0) {
      const text = this.selections(condition, depth + (depth > 3 ? 1 : 0));
      const name = `Part${this.fragments.length}`;
      this.fragments.push({ name, type: condition, text });
      return `...${name}${this.condition()}`;
    }
    return `... on ${condition.name}${this.condition()} ${this.selections(condition, depth + (isUnionType(condition) ? 1 : 0))}`;
  }

  /** The types that a fragment may be on here: its own, what it may be, what else it is, and what overlaps. */
  private conditions(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const types = Object.values(this.schema.getTypeMap()).filter(
      (other): other is GraphQLCompositeType => isCompositeType(other) && !other.name.startsWith('__'),
    );
    const found = types.filter((other) => this.overlap(other, type));
    const narrower = found.filter((other) => isObjectType(other) || isInterfaceType(other));
    return isAbstractType(type) && this.dice.chance(0.7) ? narrower : found;
  }

  private overlap(one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
    const possible = (type: GraphQLCompositeType) =>
      isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    const ofOther = possible(other);
    return possible(one).some((type) => ofOther.includes(type));
  }

  /** Perhaps @skip, @include or both. */
  private condition(): string {
    const { dice } = this;
    if (!dice.chance(0.1)) return '';
    const skip = () => ` @skip(if: ${this.flag()})`;
    const include = () => ` @include(if: ${this.flag()})`;
    const roll = dice.next();
    return roll < 0.45 ? skip() : roll < 0.9 ? include() : skip() + include();
  }

  private flag(): string {
    const { dice } = this;
    if (dice.chance(0.1)) return String(dice.chance(0.5));
    const known = this.variables.filter(({ type }) => type === 'Boolean!');
    if (known.length > 0 && dice.chance(0.6)) return `$${dice.pick(known).name}`;
    const name = `if${this.variables.length}`;
    const hasDefault = dice.chance(0.4);
    this.variables.push({
      name,
      type: 'Boolean!',
      declared: hasDefault ? `Boolean! = ${dice.chance(0.5)}` : 'Boolean!',
    });
    if (!hasDefault || dice.chance(0.5)) this.values[name] = dice.chance(0.5);
    return `$${name}`;
  }

  /** A value as it stands in the operation, variables at any depth. */
  private literal(type: GraphQLInputType, depth: number, mayBeVariable: boolean): string {
    const { dice } = this;
    if (mayBeVariable && dice.chance(0.35)) return this.variable(type);
    if (isNonNullType(type)) return this.literal(type.ofType, depth, false);
    if (dice.chance(0.12)) return 'null';
    if (isListType(type)) {
      if (dice.chance(0.1) && !isNonNullType(type.ofType)) return this.literal(type.ofType, depth, false);
      return `[${Array.from({ length: dice.between(0, 2) }, () => this.literal(type.ofType, depth + 1, true)).join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).flatMap((field) =>
        dice.chance(depth > 2 ? 0.15 : 0.45)
          ? [`${field.name}: ${this.literal(field.type, depth + 1, true)}`]
          : [],
      );
      return `{ ${fields.join(', ')} }`;
    }
    if (isEnumType(type)) return dice.pick(type.getValues()).name;
    return printed(this.scalar(type.name));
  }

  private variable(type: GraphQLInputType): string {
    const { dice } = this;
    const text = String(type);
    const known = this.variables.filter((variable) => variable.type === text);
    if (known.length > 0 && dice.chance(0.5)) return `$${dice.pick(known).name}`;
    const name = `given${this.variables.length}`;
    const hasDefault = dice.chance(0.3);
    const declared = hasDefault ? `${text} = ${this.constant(type)}` : text;
    this.variables.push({ name, type: text, declared });
    const isRequired = isNonNullType(type) && !hasDefault;
    if (isRequired || dice.chance(0.75)) this.values[name] = this.value(type, 0);
    return `$${name}`;
  }

  private constant(type: GraphQLInputType): string {
    const inner = isNonNullType(type) ? type.ofType : type;
    if (isListType(inner)) return '[]';
    if (isInputObjectType(inner)) return '{ text: "默认" }';
    if (isEnumType(inner)) return inner.getValues()[0]!.name;
    return printed(this.scalar((inner as { name: string }).name));
  }

  /** A value as it stands among the variables. */
  private value(type: GraphQLInputType, depth: number): unknown {
    return !isNonNullType(type) && depth > 0 && this.dice.chance(0.12)
      ? null
      : this.present(isNonNullType(type) ? type.ofType : type, depth);
  }

  private present(type: GraphQLInputType, depth: number): unknown {
    const { dice } = this;
    if (isNonNullType(type)) return this.present(type.ofType, depth);
    if (isListType(type))
      return Array.from({ length: dice.between(0, 2) }, () => this.value(type.ofType, depth + 1));
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).flatMap((field) =>
        dice.chance(depth > 2 ? 0.1 : 0.4) ? [[field.name, this.value(field.type, depth + 1)] as const] : [],
      );
      return Object.fromEntries(fields);
    }
    if (isEnumType(type)) return dice.pick(type.getValues()).name;
    return this.scalar(type.name);
  }

  private scalar(name: string): unknown {
    const { dice } = this;
    switch (name) {
      case 'Int':
        return dice.between(-3, 9);
      case 'Float':
        return dice.between(0, 16) / 4;
      case 'Boolean':
        return dice.chance(0.5);
      case 'ID':
      case 'String':
        return dice.pick(['x', '"引号"', '', 'y\nz']);
      default:
        return dice.pick([1, 'blob', [1, 'two', null], { deep: { er: [true] } }]);
    }
  }
}

/** A JSON value as GraphQL writes it. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${printed(member)}`)
    .join(', ')} }`;
}
