import { compileFetch, type FetchParts } from './compile-fetch';
import { shapeOf, takesContext } from './fetch-shape.rules';
import type { PlanNode, ResponsePath } from './plan';
import type { Step } from './plan-run';

/** Nodes of one shape, each with where in the answer it starts. */
type Alike<Node extends PlanNode = PlanNode> = readonly { node: Node; path: ResponsePath }[];

/**
 * Compiles a plan. What it would ask one service in several requests side by side, with nothing
 * different but the place of the entities in the answer, is asked in one.
 * Throws Error for nodes that no plan of a query or mutation has (subscriptions, @defer).
 */
export const compilePlan = (plan: PlanNode, parts: Omit<FetchParts, 'copies'>): Step =>
  compileAlike([{ node: plan, path: [] }], { ...parts, copies: looksUp(plan) });

/** Whether arguments come from the context: from objects above an entity, which may be others at each place where it stands. */
function looksUp(node: PlanNode | undefined): boolean {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some(looksUp);
    case 'Flatten':
      return looksUp(node.node);
    case 'Condition':
      return looksUp(node.ifClause) || looksUp(node.elseClause);
    case 'Fetch':
      return takesContext(node);
    default:
      return false;
  }
}

function compileAlike(alike: Alike, parts: FetchParts): Step {
  const { node, path } = alike[0]!;
  switch (node.kind) {
    case 'Sequence':
      return inSequence(
        node.nodes.map((_, index) =>
          compileAlike(
            (alike as Alike<typeof node>).map((it) => ({ node: it.node.nodes[index]!, path: it.path })),
            parts,
          ),
        ),
      );
    case 'Parallel': {
      const children = (alike as Alike<typeof node>).flatMap((it) =>
        it.node.nodes.map((child) => ({ node: child, path: it.path })),
      );
      return atOnce(byShape(children).map((group) => compileAlike(group, parts)));
    }
    case 'Flatten':
      return compileAlike(
        (alike as Alike<typeof node>).map((it) => ({
          node: it.node.node,
          path: [...it.path, ...it.node.path],
        })),
        parts,
      );
    case 'Condition': {
      // Of conditions each stands alone.
      const compile = (child: PlanNode | undefined): Step | undefined =>
        child && compileAlike([{ node: child, path }], parts);
      const [ifSo, ifNot] = [compile(node.ifClause), compile(node.elseClause)];
      return async (run) => (run.coerced[node.condition] === true ? ifSo : ifNot)?.(run);
    }
    case 'Fetch':
      return compileFetch(
        node,
        alike.map((it) => it.path),
        parts,
      );
    default:
      throw new Error(`plans with ${node.kind} are not run`);
  }
}

function byShape(children: Alike): Alike[] {
  const groups = new Map<string, { node: PlanNode; path: ResponsePath }[]>();
  for (const [index, child] of children.entries()) {
    // What has no shape to compare stands alone.
    const shape = shapeOf(child.node) ?? `#${index}`;
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [child]);
    else group.push(child);
  }
  return [...groups.values()];
}

function inSequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function atOnce(steps: readonly Step[]): Step {
  const [only, ...others] = steps;
  if (only !== undefined && others.length === 0) return only;
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}
