import { Dice } from './random';
import type { SubgraphText } from './subgraph';
import { SubgraphDraft } from './supergraph-draft';

const NAMES = ['ash', 'birch', 'cedar', 'elm', 'fir', 'gum'];
const LEAVES = ['String', 'Int', 'Boolean', 'Float', 'ID', 'Mood', 'Blob'];
const ARGUMENTS = [
  '(unit: Mood)',
  '(first: Int = 3)',
  '(by: Filter)',
  '(first: Int!, by: [Filter!])',
  '(flag: Boolean = true, unit: Mood = CALM)',
];

/** A key that a type may have: its fields, and the types and names behind them. */
interface Key {
  fields: string;
  /** The fields of the type itself, as written in the schema. */
  declared: readonly (readonly [name: string, type: string])[];
  /** A value type that the key looks into. */
  inner?: string;
}

interface Entity {
  name: string;
  keys: readonly Key[];
  /** Subgraphs where it has fields, with the keys it has there. */
  homes: Map<SubgraphDraft, readonly Key[]>;
}

/**
 * Makes up two to six subgraph schemas that mostly compose: entities with all kinds of keys, value
 * types, interfaces, unions, and every directive of federation that moves fields between subgraphs.
 */
export const randomSubgraphs = (seed: number): SubgraphText[] => new SupergraphMaker(seed).make();

class SupergraphMaker {
  private readonly dice: Dice;
  private readonly subgraphs: SubgraphDraft[];
  private readonly entities: Entity[] = [];
  /** Value types with the subgraphs that know them. */
  private readonly values = new Map<string, SubgraphDraft[]>();
  private names = 0;

  constructor(seed: number) {
    this.dice = new Dice(seed, 'supergraph');
    this.subgraphs = NAMES.slice(0, this.dice.pick([2, 2, 3, 3, 4, 4, 5, 6])).map(
      (name) => new SubgraphDraft(name),
    );
  }

  make(): SubgraphText[] {
    const { dice } = this;
    for (let index = 0, count = dice.between(1, 2); index < count; index += 1) this.valueType(`Box${index}`);
    for (let index = 0, count = dice.between(2, 4); index < count; index += 1) this.entity(`T${index}`);
    if (dice.chance(0.6)) this.valueInterface();
    if (dice.chance(0.45)) this.entityInterface();
    if (dice.chance(0.6)) this.union();
    for (const entity of this.entities) this.fieldsOf(entity);
    for (const entity of this.entities) if (dice.chance(0.45)) this.splitValue(entity);
    for (const entity of this.entities) if (dice.chance(0.7)) this.requires(entity);
    for (const entity of this.entities) if (dice.chance(0.35)) this.provides(entity);
    this.roots();
    const hidden = dice.chance(0.3) ? ' @inaccessible' : '';
    const common = [
      'scalar Blob',
      `enum Mood { CALM BRIGHT DARK${hidden} }`,
      `input Filter { text: String, mood: Mood, moods: [Mood!] = [CALM], deeper: Filter, count: Int = 2, secret: Int${hidden} }`,
    ].join('\n');
    return this.subgraphs.map((subgraph) => subgraph.text(common));
  }

  private fresh(prefix: string): string {
    this.names += 1;
    return `${prefix}${this.names}`;
  }

  /** A leaf type, perhaps in lists, with nulls or without. */
  private leaf(): string {
    return this.wrapped(this.dice.pick(LEAVES), 0.25);
  }

  private wrapped(named: string, lists: number): string {
    const { dice } = this;
    let type = named + (dice.chance(0.35) ? '!' : '');
    while (dice.chance(lists)) {
      type = `[${type}]${dice.chance(0.3) ? '!' : ''}`;
      lists *= 0.4;
    }
    return type;
  }

  private args(likelihood: number): string {
    return this.dice.chance(likelihood) ? this.dice.pick(ARGUMENTS) : '';
  }

  private valueType(name: string): void {
    const { dice } = this;
    const subgraphs = dice.some(this.subgraphs, 0.6, 2);
    const others = [...this.values].filter(([, known]) =>
      subgraphs.every((subgraph) => known.includes(subgraph)),
    );
    const fields = Array.from({ length: dice.between(2, 4) }, () => [
      this.fresh('v'),
      this.leaf(),
      this.args(0.15),
    ]) as [string, string, string][];
    if (others.length > 0 && dice.chance(0.6))
      fields.push([this.fresh('v'), this.wrapped(dice.pick(others)[0], 0.3), '']);
    for (const subgraph of subgraphs)
      for (const [field, type, args] of fields) subgraph.field(name, field, type, ['@shareable'], args);
    this.values.set(name, subgraphs);
  }

  private entity(name: string): void {
    const { dice } = this;
    const possible: Key[] = [
      { fields: 'id', declared: [['id', 'ID!']] },
      { fields: 'code', declared: [['code', 'String!']] },
      {
        fields: 'num part',
        declared: [
          ['num', 'Int!'],
          ['part', 'ID!'],
        ],
      },
      { fields: 'tag { mark }', declared: [['tag', `${name}Tag!`]], inner: `${name}Tag` },
      {
        fields: 'id tag { mark }',
        declared: [
          ['id', 'ID!'],
          ['tag', `${name}Tag!`],
        ],
        inner: `${name}Tag`,
      },
    ];
    const keys = dice.chance(0.5) ? [possible[0]!] : dice.shuffled(possible).slice(0, dice.between(1, 3));
    const entity: Entity = { name, keys, homes: new Map() };
    this.entities.push(entity);
    for (const subgraph of dice.some(this.subgraphs, 0.5, 2).slice(0, 4))
      this.settle(entity, subgraph, dice.chance(0.75) ? keys : dice.some(keys, 0.4, 1));
  }

  private settle({ name, homes }: Entity, subgraph: SubgraphDraft, keys: readonly Key[]): void {
    homes.set(subgraph, keys);
    for (const key of keys) this.declareKey(name, subgraph, key, `@key(fields: "${key.fields}")`);
  }

  private declareKey(name: string, subgraph: SubgraphDraft, key: Key, directive: string): void {
    subgraph.type(name).directives.add(directive);
    for (const [field, type] of key.declared) subgraph.field(name, field, type);
    if (key.inner !== undefined) subgraph.field(key.inner, 'mark', 'ID!', ['@shareable']);
  }

  /** Makes a type nameable in a subgraph: an entity that has no home there gets a stub of its key. */
  private reach(entity: Entity, subgraph: SubgraphDraft): string {
    if (!subgraph.types.has(entity.name)) {
      const [key] = this.dice.pick([...entity.homes.values()]);
      const resolvable = this.dice.chance(0.7) ? ', resolvable: false' : '';
      this.declareKey(entity.name, subgraph, key!, `@key(fields: "${key!.fields}"${resolvable})`);
    }
    return entity.name;
  }

  /** A composite type that a field of this subgraph may return. */
  private composite(subgraph: SubgraphDraft): string {
    const { dice } = this;
    const abstract = [
      ...subgraph.unions.keys(),
      ...[...subgraph.types].flatMap(([name, { kind, directives }]) =>
        kind === 'interface' || directives.has('@interfaceObject') ? [name] : [],
      ),
    ];
    if (abstract.length > 0 && dice.chance(0.4)) return dice.pick(abstract);
    const values = [...this.values].filter(([, known]) => known.includes(subgraph));
    if (values.length > 0 && dice.chance(0.25)) return dice.pick(values)[0];
    return this.reach(dice.pick(this.entities), subgraph);
  }

  private fieldsOf({ name, homes }: Entity): void {
    const { dice } = this;
    const subgraphs = [...homes.keys()];
    for (let count = dice.between(3, 6); count > 0; count -= 1) {
      const home = dice.pick(subgraphs);
      const field = this.fresh('f');
      const others = subgraphs.filter((subgraph) => subgraph !== home);
      if (dice.chance(0.45)) {
        home.field(name, field, this.wrapped(this.composite(home), 0.4), [], this.args(0.2));
        continue;
      }
      const type = this.leaf();
      const args = this.args(0.2);
      const [other] = dice.shuffled(others);
      const hidden = dice.chance(0.06) ? ['@inaccessible'] : [];
      if (other !== undefined && dice.chance(0.2)) {
        home.field(name, field, type, ['@shareable', ...hidden], args);
        other.field(name, field, type, ['@shareable', ...hidden], args);
      } else if (other !== undefined && dice.chance(0.15)) {
        home.field(name, field, type, [`@override(from: "${other.name}")`], args);
        other.field(name, field, type, [], args);
      } else home.field(name, field, type, hidden, args);
    }
  }

  /** A value whose parts are known to different subgraphs, so that one place of the answer is fetched twice. */
  private splitValue({ name, homes }: Entity): void {
    const { dice } = this;
    const [one, other] = dice.shuffled([...homes.keys()]);
    if (one === undefined || other === undefined) return;
    const box = this.fresh('Split');
    const field = this.fresh('s');
    const type = this.wrapped(box, 0.45);
    for (const subgraph of [one, other]) {
      subgraph.field(name, field, type, ['@shareable']);
      subgraph.field(box, this.fresh('p'), this.leaf());
      if (dice.chance(0.5)) subgraph.field(box, 'both', 'String', ['@shareable']);
    }
  }

  private valueInterface(): void {
    const { dice } = this;
    const fields = [
      ['label', dice.pick(['String', 'String!']), ''],
      ...(dice.chance(0.6) ? [['size', dice.pick(['Int', '[Int!]']), this.args(0.4)]] : []),
    ] as [string, string, string][];
    for (const subgraph of dice.some(this.subgraphs, 0.6, 1)) {
      const types = [...subgraph.types].filter(
        ([name, { kind }]) => kind === 'type' && !name.endsWith('Tag'),
      );
      const implementing = dice.some(types, 0.6, 1);
      for (const [field, type, args] of fields)
        subgraph.type('Labelled', 'interface').fields.set(field, { args, type, directives: new Set() });
      for (const [name, type] of implementing) {
        type.interfaces.add('Labelled');
        for (const [field, declared, args] of fields) {
          const narrower = declared === 'String' && name.length % 2 === 0 ? 'String!' : declared;
          subgraph.field(name, field, narrower, ['@shareable'], args);
        }
        // A value type has the same fields wherever it is known.
        for (const other of this.values.get(name) ?? [])
          for (const [field, declared, args] of fields) {
            const narrower = declared === 'String' && name.length % 2 === 0 ? 'String!' : declared;
            other.field(name, field, narrower, ['@shareable'], args);
          }
      }
    }
  }

  /** An interface that is an entity, with @interfaceObject in the subgraphs that do not know its implementations. */
  private entityInterface(): void {
    const { dice } = this;
    const [home, ...others] = dice.shuffled(this.subgraphs);
    const name = 'Media';
    const key = '@key(fields: "id")';
    home!.type(name, 'interface').directives.add(key);
    home!.field(name, 'id', 'ID!');
    home!.field(name, 'title', 'String');
    for (const implementation of ['Book', 'Film', 'Song'].slice(0, dice.between(2, 3))) {
      const type = home!.type(implementation);
      type.directives.add(key);
      type.interfaces.add(name);
      home!.field(implementation, 'id', 'ID!');
      home!.field(implementation, 'title', dice.pick(['String', 'String!']));
      home!.field(implementation, this.fresh('m'), this.leaf());
      const [elsewhere] = dice.shuffled(others);
      if (dice.chance(0.3) && elsewhere !== undefined && !elsewhere.types.has(name)) {
        elsewhere.type(implementation).directives.add(key);
        elsewhere.field(implementation, 'id', 'ID!');
        elsewhere.field(implementation, this.fresh('m'), this.leaf());
      }
    }
    for (const other of dice.some(others, 0.4, 1)) {
      if (['Book', 'Film', 'Song'].some((implementation) => other.types.has(implementation))) continue;
      const type = other.type(name);
      type.directives.add(key);
      type.directives.add('@interfaceObject');
      other.field(name, 'id', 'ID!');
      other.field(name, this.fresh('r'), this.leaf(), [], this.args(0.2));
      other.field(name, this.fresh('r'), this.wrapped(this.composite(other), 0.4));
      if (dice.chance(0.4)) {
        other.field(name, 'title', 'String', ['@external']);
        other.field(name, this.fresh('r'), this.leaf(), ['@requires(fields: "title")'], this.args(0.3));
      }
    }
  }

  private union(): void {
    const { dice } = this;
    const ghost = dice.chance(0.25);
    for (const subgraph of dice.some(this.subgraphs, 0.5, 1)) {
      const types = [...subgraph.types].flatMap(([name, { kind, directives }]) =>
        kind === 'type' && !name.endsWith('Tag') && !directives.has('@interfaceObject') ? [name] : [],
      );
      if (types.length === 0) continue;
      const members = new Set(dice.some(types, 0.6, 1).slice(0, 4));
      if (ghost) {
        subgraph.type('Ghost').directives.add('@inaccessible');
        subgraph.field('Ghost', 'seen', 'Int', ['@shareable']);
        members.add('Ghost');
      }
      subgraph.unions.set('Some', members);
    }
  }

  private requires({ name, homes }: Entity): void {
    const { dice } = this;
    const [home] = dice.shuffled([...homes.keys()]);
    const wanted: string[] = [];
    for (const owner of homes.keys()) {
      if (owner === home) continue;
      for (const [field, { args, type, directives }] of owner.types.get(name)!.fields) {
        const isMoved = [...directives].some((directive) => directive.startsWith('@'));
        if (home!.types.get(name)!.fields.has(field) || isMoved || wanted.length >= 2 || !dice.chance(0.5))
          continue;
        const named = type.replaceAll(/[[\]!]/g, '');
        const given = requiredArguments(args);
        if (LEAVES.includes(named)) wanted.push(field + given);
        else if (this.values.get(named)?.includes(home!) === true) {
          const leaf = [...home!.types.get(named)!.fields].find(
            ([, inner]) => inner.args === '' && LEAVES.includes(inner.type.replaceAll(/[[\]!]/g, '')),
          );
          if (leaf === undefined) continue;
          wanted.push(`${field}${given} { ${leaf[0]} }`);
        } else continue;
        home!.field(name, field, type, ['@external'], args);
      }
    }
    if (wanted.length === 0) return;
    const directive = `@requires(fields: "${wanted.join(' ')}")`;
    home!.field(name, this.fresh('q'), this.leaf(), [directive], this.args(0.4));
    if (dice.chance(0.3))
      home!.field(name, this.fresh('q'), this.wrapped(this.composite(home!), 0.4), [directive]);
  }

  private provides(entity: Entity): void {
    const { dice } = this;
    const outside = this.subgraphs.filter((subgraph) => !entity.homes.has(subgraph));
    const [subgraph] = dice.shuffled(outside);
    if (subgraph === undefined) return;
    for (const home of entity.homes.keys()) {
      for (const [field, { args, type, directives }] of home.types.get(entity.name)!.fields) {
        if (args !== '' || !LEAVES.includes(type.replaceAll(/[[\]!]/g, '')) || directives.size > 0) continue;
        if (entity.keys.some(({ declared }) => declared.some(([name]) => name === field))) continue;
        if (!dice.chance(0.6)) continue;
        this.reach(entity, subgraph);
        directives.add('@shareable');
        subgraph.field(entity.name, field, type, ['@external']);
        const named = this.wrapped(entity.name, 0.5);
        subgraph.field('Query', this.fresh('provided'), named, [`@provides(fields: "${field}")`]);
        return;
      }
    }
  }

  private roots(): void {
    const { dice } = this;
    for (const subgraph of this.subgraphs) {
      for (let count = dice.between(1, 3); count > 0; count -= 1)
        subgraph.field(
          'Query',
          this.fresh('query'),
          this.wrapped(this.composite(subgraph), 0.6),
          [],
          this.args(0.3),
        );
      if (dice.chance(0.3)) subgraph.field('Query', this.fresh('query'), this.leaf(), [], this.args(0.4));
    }
    const [one, other] = dice.shuffled(this.subgraphs);
    if (dice.chance(0.4)) {
      const type = this.leaf();
      for (const subgraph of [one!, other!]) subgraph.field('Query', 'common', type, ['@shareable']);
    }
    if (dice.chance(0.6)) {
      for (const subgraph of dice.some(this.subgraphs, 0.5, 1)) {
        subgraph.field(
          'Mutation',
          this.fresh('change'),
          this.wrapped(this.composite(subgraph), 0.2),
          [],
          this.args(0.5),
        );
        if (dice.chance(0.5))
          subgraph.field('Mutation', this.fresh('change'), this.leaf(), [], this.args(0.5));
      }
    }
  }
}

/** Values for arguments of a field that a @requires names. */
function requiredArguments(args: string): string {
  if (args === '') return '';
  if (args.includes('first: Int!')) return '(first: 2)';
  if (args.includes('unit: Mood)')) return '(unit: BRIGHT)';
  return '';
}
