import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';
import { circularFragments, overLimit } from '../errors/refusals';

/** What an operation may look like, whatever it asks for. All counts are of the document with its fragments spread out. */
export interface ShapeLimits {
  tokens: number;
  /** Brackets of any kind inside each other; guards the parser's own recursion. */
  nesting: number;
  depth: number;
  aliases: number;
  rootFields: number;
  directives: number;
  /** Fields, and spreads of fragments. */
  fields: number;
  /** How many fields may ask for what another already asks for; validation compares such fields pair by pair. */
  repeatedFields: number;
}

/**
 * Reads the text of an operation once, without building anything, and refuses it when it is longer
 * or more deeply bracketed than the limits. A text that is no GraphQL passes: the parser words that.
 * @throws Refusal OPERATION_TOO_LARGE, OPERATION_TOO_DEEP
 */
export function checkText(text: string, limits: Pick<ShapeLimits, 'tokens' | 'nesting'>): void {
  const lexer = new Lexer(new Source(text));
  let nesting = 0;
  for (let tokens = 0; ; tokens += 1) {
    if (tokens > limits.tokens) throw overLimit('tokens', limits.tokens);
    let kind: TokenKind;
    try {
      kind = lexer.advance().kind;
    } catch {
      return;
    }
    if (kind === TokenKind.EOF) return;
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L || kind === TokenKind.PAREN_L) {
      nesting += 1;
      if (nesting > limits.nesting) throw overLimit('nesting', limits.nesting);
    } else if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R || kind === TokenKind.PAREN_R) {
      nesting -= 1;
    }
  }
}

interface Shape {
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
}

/**
 * Measures every operation of a parsed document, fragments counted wherever they are spread, and
 * refuses the first limit it breaks. Each fragment is measured once, so that fragments that double
 * each other cost nothing to refuse.
 * @throws Refusal OPERATION_TOO_DEEP, OPERATION_TOO_LARGE, TOO_MANY_ALIASES, TOO_MANY_ROOT_FIELDS, TOO_MANY_DIRECTIVES, CIRCULAR_FRAGMENTS
 */
export function checkShape(document: DocumentNode, limits: ShapeLimits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measure = new Measure(fragments, limits);
  for (const definition of document.definitions) {
    // Fragments nobody spreads are measured too: validation would walk them before refusing them.
    if (definition.kind === Kind.FRAGMENT_DEFINITION) measure.fragment(definition.name.value);
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const shape = measure.selectionSet(definition.selectionSet);
    measure.check({ ...shape, directives: shape.directives + (definition.directives?.length ?? 0) });
    const roots = measure.rootFields(definition.selectionSet);
    if (roots > limits.rootFields) throw overLimit('rootFields', limits.rootFields, roots);
  }
  const repetitions = new Repetitions(fragments, limits);
  for (const definition of document.definitions) {
    if ('selectionSet' in definition) repetitions.count(definition.selectionSet, new Map());
  }
}

class Measure {
  private readonly known = new Map<string, Shape>();
  private readonly open = new Set<string>();

  constructor(
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly limits: ShapeLimits,
  ) {}

  check(shape: Shape): void {
    for (const limit of ['depth', 'fields', 'aliases', 'directives'] as const) {
      if (shape[limit] > this.limits[limit]) throw overLimit(limit, this.limits[limit], shape[limit]);
    }
  }

  selectionSet(set: SelectionSetNode): Shape {
    const total: Shape = { depth: 0, fields: 0, aliases: 0, directives: 0 };
    for (const selection of set.selections) {
      total.directives += selection.directives?.length ?? 0;
      const inner =
        selection.kind === Kind.FIELD
          ? this.field(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? this.selectionSet(selection.selectionSet)
            : this.fragment(selection.name.value);
      total.depth = Math.max(total.depth, inner.depth);
      // Spreads and inline fragments count as well: a tree of them without any field must not be walked either.
      total.fields += inner.fields + (selection.kind === Kind.FIELD ? 0 : 1);
      total.aliases += inner.aliases;
      total.directives += inner.directives;
    }
    this.check(total);
    return total;
  }

  private field(field: FieldNode): Shape {
    const inner = field.selectionSet === undefined ? undefined : this.selectionSet(field.selectionSet);
    return {
      depth: 1 + (inner?.depth ?? 0),
      fields: 1 + (inner?.fields ?? 0),
      aliases: (field.alias === undefined ? 0 : 1) + (inner?.aliases ?? 0),
      directives: inner?.directives ?? 0,
    };
  }

  fragment(name: string): Shape {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (this.open.has(name)) throw circularFragments();
    const definition = this.fragments.get(name);
    // An unknown fragment is validation's to report.
    if (definition === undefined) return { depth: 0, fields: 0, aliases: 0, directives: 0 };
    this.open.add(name);
    const shape = this.selectionSet(definition.selectionSet);
    this.open.delete(name);
    this.known.set(name, shape);
    return shape;
  }

  rootFields(set: SelectionSetNode): number {
    let count = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) count += 1;
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += this.rootFields(selection.selectionSet);
      else {
        const definition = this.fragments.get(selection.name.value);
        if (definition !== undefined) count += this.rootFields(definition.selectionSet);
      }
      // Spreads of spreads could double without end; beyond the limit nothing more needs counting.
      if (count > this.limits.rootFields) return count;
    }
    return count;
  }
}

/** What is selected already, by response name. */
type Selected = Map<string, Selected>;

/**
 * Counts fields that ask again for what stands at the same place of the answer. Comes after
 * {@link Measure}: every definition is known to be finite and small, and the sum is bounded here.
 */
class Repetitions {
  private repeated = 0;
  private visited = 0;

  constructor(
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly limits: ShapeLimits,
  ) {}

  count(set: SelectionSetNode, selected: Selected): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.field(selection, selected);
      else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragments.get(selection.name.value);
        if (inner !== undefined) this.count(inner.selectionSet, selected);
      }
    }
  }

  private field(field: FieldNode, selected: Selected): void {
    this.visited += 1;
    if (this.visited > this.limits.fields * 5) throw overLimit('fields', this.limits.fields);
    const name = (field.alias ?? field.name).value;
    let below = selected.get(name);
    if (below === undefined) {
      below = new Map();
      selected.set(name, below);
    } else {
      this.repeated += 1;
      if (this.repeated > this.limits.repeatedFields)
        throw overLimit('repeatedFields', this.limits.repeatedFields);
    }
    if (field.selectionSet !== undefined) this.count(field.selectionSet, below);
  }
}
