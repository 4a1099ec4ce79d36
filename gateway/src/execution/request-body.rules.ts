import type { FetchNode } from './plan';

/** Writes the JSON of one request of a fetch. */
export type BodyWriter = (
  variables: Readonly<Record<string, unknown>>,
  representations?: readonly string[],
) => string;

/**
 * Compiles the request body of a fetch: all but the variables is text made once. Variables go as
 * the client sent them; those it left out are left to the subgraph's defaults.
 */
export function compileBody({
  operation,
  operationName,
  variableUsages,
  contextRewrites,
  requires,
}: FetchNode): BodyWriter {
  const head = `{"query":${JSON.stringify(operation)},"variables":{`;
  const tail = operationName === undefined ? '}}' : `},"operationName":${JSON.stringify(operationName)}}`;
  const used = new Set([
    ...(variableUsages ?? []),
    ...(contextRewrites ?? []).map(({ renameKeyTo }) => renameKeyTo),
  ]);
  if (requires !== undefined && used.has('representations'))
    throw new Error('a variable of an operation must not be called representations');
  const names = [...used].map((name) => ({ name, key: `${JSON.stringify(name)}:` }));
  if (names.length === 0 && requires === undefined) {
    const body = head + tail;
    return () => body;
  }
  return (variables, representations) => {
    let text = representations === undefined ? '' : `"representations":[${representations.join()}]`;
    for (const { name, key } of names) {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (value === undefined) continue;
      if (text !== '') text += ',';
      text += key + JSON.stringify(value);
    }
    return head + text + tail;
  };
}
