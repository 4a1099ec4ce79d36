import { type Json, ownValue, setValue } from './json.rules';
import type { DataRewrite } from './plan';
import type { TypeTest } from './type-conditions.rules';

const FRAGMENT = '... on ';

/** Changes data in place as a plan says. */
export type Rewrite = (value: unknown) => void;

/**
 * Compiles what a plan rewrites in what is sent to or came from a subgraph: fields set
 * (`ValueSetter`, a type's name for @interfaceObject) and renamed (`KeyRenamer`, where fields of
 * one response name differ in type). Returns undefined where there is nothing to rewrite.
 */
export function compileRewrites(
  rewrites: readonly DataRewrite[] | undefined,
  isOfType: TypeTest,
): Rewrite | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, isOfType));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

function compileRewrite(rewrite: DataRewrite, isOfType: TypeTest): Rewrite {
  const last = rewrite.path.at(-1);
  if (last === undefined) return () => undefined;
  if (last.startsWith(FRAGMENT)) throw new Error('a rewrite of a plan ends in a type condition');
  const change =
    rewrite.kind === 'ValueSetter'
      ? (object: Json) => setValue(object, last, rewrite.setValueTo)
      : (object: Json) => rename(object, last, rewrite.renameKeyTo);
  return compileSteps(rewrite.path.slice(0, -1), change, isOfType);
}

function rename(object: Json, from: string, to: string): void {
  const value = ownValue(object, from);
  if (value === undefined) return;
  setValue(object, to, value);
  // Neither merged nor sent: what is undefined counts as absent.
  setValue(object, from, undefined);
}

function compileSteps(path: readonly string[], change: (object: Json) => void, isOfType: TypeTest): Rewrite {
  const [step, ...rest] = path;
  const next = step === undefined ? undefined : compileSteps(rest, change, isOfType);
  const here = (object: Json): void => {
    if (step === undefined || next === undefined) change(object);
    else if (!step.startsWith(FRAGMENT)) next(ownValue(object, step));
    else if (fits(object, step.slice(FRAGMENT.length), isOfType)) next(object);
  };
  const everywhere = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) everywhere(item);
    else if (value !== null && typeof value === 'object') here(value as Json);
  };
  return everywhere;
}

/** An object that does not say its type is taken for the one meant. */
export function fits(object: Json, condition: string, isOfType: TypeTest): boolean {
  const typename = object.__typename;
  return typeof typename !== 'string' || typename === '' || isOfType(typename, condition);
}
