import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { parse } from 'yaml';

export interface ComposeService {
  image?: string;
  build?: { context: string; args: { SERVICE?: string } };
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  secrets?: (string | { source: string; target: string })[];
  healthcheck?: { test?: string[]; disable?: boolean };
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
  restart?: string;
  read_only?: boolean;
  cap_drop?: string[];
  networks?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean }>;
  secrets: Record<string, { file: string }>;
}

/** Reads a compose file, its anchors and merges resolved. */
export function readCompose(path: string): ComposeFile {
  return parse(readFileSync(path, 'utf8'), { merge: true });
}

/** The names of the variables that an environment.ts declares: the upper-case keys of its object literals. */
export function declaredVariables(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAssignment(node) &&
      ts.isIdentifier(node.name) &&
      /^[A-Z][A-Z0-9_]+$/.test(node.name.text)
    ) {
      names.push(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
