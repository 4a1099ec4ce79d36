import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../workspace';

/**
 * Evaluates an expression with a plain `.mjs` file of infra as `it`, in a process of its own: these files run before
 * anything is built, and jest does not load ES modules.
 * @param file relative to infra
 * @param expression JavaScript; may await; its value must be JSON
 */
export function evaluateWith<T>(
  file: string,
  expression: string,
  environment: Record<string, string> = {},
): T {
  const program = `const it = await import(${JSON.stringify(join(root, 'infra', file))});
    process.stdout.write('\\n' + JSON.stringify(await (${expression})) ?? 'null');`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
}
