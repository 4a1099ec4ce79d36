// Runs one tier of tests with jest and reads its figures.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * What jest's report says. A suite that could not even be loaded counts as one failure, and so does a run without
 * a report; skipped tests count as nothing.
 * @param {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number } | null} report
 * @param {number | null} exitCode
 */
export function figuresOf(report, exitCode) {
  if (!report) return { passed: 0, failed: 1 };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

function run(args, env) {
  return new Promise((resolve, reject) => {
    // The report also goes to standard output, where nobody reads it.
    const stdio = ['ignore', 'ignore', 'inherit'];
    const child = spawn(process.execPath, args, { cwd: root, stdio, env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/**
 * @param {string} project a tier of jest.config.cjs
 * @param {{ workers: number, env?: Record<string, string> }} options
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runTier(project, { workers, env = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'junxian-jest-'));
  const outputFile = join(folder, 'report.json');
  try {
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    const args = ['--selectProjects', project, '--maxWorkers', String(workers), '--passWithNoTests'];
    const exitCode = await run([jest, ...args, '--json', '--outputFile', outputFile], env);
    const report = existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, 'utf8')) : null;
    return figuresOf(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
