// One door to the developer's tools: `node infra/tools/run.mjs <tool> [arguments]`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, nodeVersionFault } from './bootstrap.mjs';
import { root } from './workspace.mjs';

const TOOLS = {
  build: 'compile every package',
  codegen: 'resolver types from the schemas (--check: fail when they are not current)',
  supergraph: 'compose and check the graph (--check: write nothing; --accept: allow breaking changes)',
  asyncapi: 'the document of events and their schemas (--check, --accept)',
  rules: 'which rules and scenarios of docs/requirements the tests prove',
  bench: 'run the benchmarks of e2e/benchmarks (a word filters them by name)',
};

const [tool, ...args] = process.argv.slice(2);
if (!tool || !Object.hasOwn(TOOLS, tool)) {
  console.error(
    Object.entries(TOOLS)
      .map(([name, text]) => `${name.padEnd(12)}${text}`)
      .join('\n'),
  );
  process.exit(2);
}
try {
  const fault = nodeVersionFault(process.version);
  if (fault) throw new Error(fault);
  ensureInstalled();
  if (tool === 'build') {
    const { build } = await import('./build.mjs');
    const done = build();
    console.log(
      `${done.compiled} compiled, ${done.copied} copied, ${done.removed} removed in ${done.seconds.toFixed(1)} s`,
    );
  } else {
    const script = join(root, 'infra', 'tools', 'src', tool, 'main.ts');
    if (!existsSync(script)) throw new Error(`the tool ${tool} has no ${script}`);
    const register = join(root, 'infra', 'tools', 'register.cjs');
    const result = spawnSync(process.execPath, ['-r', register, script, ...args], {
      cwd: root,
      stdio: 'inherit',
    });
    process.exitCode = result.status ?? 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
