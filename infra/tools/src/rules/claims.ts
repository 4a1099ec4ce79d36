import ts from 'typescript';

/** What a test file says it proves. */
export interface Claims {
  rules: { id: string; line: number }[];
  scenarios: { domain: string; number: number; line: number }[];
  /** Calls that claim something in a way nobody can count, with the reason. */
  faults: { line: number; text: string }[];
}

/** Variants that do not run, so that prove nothing. */
const NOT_RUN = new Set(['skip', 'todo', 'failing']);
const SKIPPED_BLOCKS = new Set(['describe.skip', 'xdescribe']);

/** The dotted name of what is called: `rule`, `rule.each`, `describe.skip`; '' for anything else. */
function calledName(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) {
    const left = calledName(node.expression);
    return left === '' ? '' : `${left}.${node.name.text}`;
  }
  // rule.each(table)(id, title, body): the name of the inner call counts.
  if (ts.isCallExpression(node)) return calledName(node.expression);
  if (ts.isTaggedTemplateExpression(node)) return calledName(node.tag);
  return '';
}

const literalText = (node: ts.Node | undefined) =>
  node && ts.isStringLiteralLike(node) ? node.text : undefined;

function ruleIds(argument: ts.Expression | undefined): string[] | undefined {
  const single = literalText(argument);
  if (single !== undefined) return [single];
  if (!argument || !ts.isArrayLiteralExpression(argument)) return undefined;
  const ids = argument.elements.map(literalText);
  return ids.length > 0 && ids.every((id) => id !== undefined) ? (ids as string[]) : undefined;
}

/** A body that is missing or empty proves nothing. */
function hasBody(call: ts.CallExpression): boolean {
  const body = call.arguments.find((it) => ts.isArrowFunction(it) || ts.isFunctionExpression(it));
  if (!body)
    return call.arguments.some((it, index) => index > 0 && (ts.isIdentifier(it) || ts.isCallExpression(it)));
  const block = (body as ts.ArrowFunction | ts.FunctionExpression).body;
  return !ts.isBlock(block) || block.statements.length > 0;
}

/**
 * Finds the `rule(…)` and `scenario(…)` calls of a test file by its syntax tree; text in comments or strings and
 * tests that are skipped do not count.
 */
export function claimsOf(fileName: string, source: string): Claims {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.ES2022, true);
  const claims: Claims = { rules: [], scenarios: [], faults: [] };
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const fault = (node: ts.Node, text: string) => claims.faults.push({ line: lineOf(node), text });

  const readCall = (call: ts.CallExpression, kind: string) => {
    if (!hasBody(call)) return fault(call, `${kind}(…) has no body`);
    if (kind === 'rule') {
      const ids = ruleIds(call.arguments[0]);
      if (!ids) return fault(call, 'rule(…) needs its ids written out as text');
      for (const id of ids) claims.rules.push({ id, line: lineOf(call) });
      return;
    }
    const [domain, number] = call.arguments;
    const name = literalText(domain);
    if (name === undefined || !number || !ts.isNumericLiteral(number)) {
      return fault(call, 'scenario(…) needs its domain and number written out');
    }
    claims.scenarios.push({ domain: name, number: Number(number.text), line: lineOf(call) });
  };

  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const name = calledName(node.expression);
      if (SKIPPED_BLOCKS.has(name)) return;
      const [kind = '', variant] = name.split('.');
      // `rule.each(table)` alone is only half of a call; the outer one is read.
      const half = variant === 'each' && !ts.isCallExpression(node.expression);
      const isClaim = (kind === 'rule' || kind === 'scenario') && !half;
      if (isClaim && !(variant && NOT_RUN.has(variant))) readCall(node, kind);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return claims;
}
