import type { SubgraphText } from './subgraph';

export interface DraftField {
  /** As written between name and colon, parentheses included. */
  args: string;
  type: string;
  directives: Set<string>;
}

export interface DraftType {
  kind: 'type' | 'interface';
  directives: Set<string>;
  interfaces: Set<string>;
  fields: Map<string, DraftField>;
}

const IMPORTS = [
  '@key',
  '@shareable',
  '@external',
  '@requires',
  '@provides',
  '@override',
  '@inaccessible',
  '@interfaceObject',
];

/** A subgraph schema while it is being made up. */
export class SubgraphDraft {
  readonly types = new Map<string, DraftType>();
  readonly unions = new Map<string, Set<string>>();

  constructor(readonly name: string) {}

  type(name: string, kind: DraftType['kind'] = 'type'): DraftType {
    let type = this.types.get(name);
    if (type === undefined) {
      type = { kind, directives: new Set(), interfaces: new Set(), fields: new Map() };
      this.types.set(name, type);
    }
    return type;
  }

  /** Adds a field, or directives to one that is there. */
  field(type: string, name: string, declared: string, directives: readonly string[] = [], args = ''): void {
    const { fields } = this.type(type);
    const field = fields.get(name) ?? { args, type: declared, directives: new Set() };
    for (const directive of directives) field.directives.add(directive);
    fields.set(name, field);
  }

  text(common: string): SubgraphText {
    const types = [...this.types].map(([name, { kind, directives, interfaces, fields }]) => {
      const parents = interfaces.size > 0 ? ` implements ${[...interfaces].join(' & ')}` : '';
      const lines = [...fields].map(([field, { args, type, directives: own }]) =>
        `  ${field}${args}: ${type} ${[...own].join(' ')}`.trimEnd(),
      );
      return `${kind} ${name}${parents} ${[...directives].join(' ')} {\n${lines.join('\n')}\n}`;
    });
    const unions = [...this.unions].map(([name, members]) => `union ${name} = ${[...members].join(' | ')}`);
    const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(IMPORTS)})`;
    return { name: this.name, sdl: [link, common, ...types, ...unions].join('\n') };
  }
}
