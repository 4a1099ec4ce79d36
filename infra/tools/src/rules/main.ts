import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesBelow, root } from '../workspace';
import { parseCatalogue } from './catalogue';
import { claimsOf } from './claims';
import { coverageOf, printCoverage } from './coverage';

const requirements = join(root, 'docs', 'requirements');
const catalogues = readdirSync(requirements)
  .filter((name) => name.endsWith('.md'))
  .sort()
  .map((name) => parseCatalogue(name.replace(/\.md$/, ''), readFileSync(join(requirements, name), 'utf8')));

// The tools' own tests write claims about rules that do not exist; they prove nothing about a domain.
const files = ['services', 'gateway', 'shared', 'e2e']
  .flatMap((folder) => filesBelow(join(root, folder), (name) => name.endsWith('.test.ts')))
  .map((file) => {
    const name = relative(root, file);
    return { file: name, claims: claimsOf(name, readFileSync(file, 'utf8')) };
  });

const promises = JSON.parse(readFileSync(join(root, 'infra', 'tools', 'rules.config.json'), 'utf8'));
const coverage = coverageOf(catalogues, files, promises);
console.log(printCoverage(coverage));
if (coverage.faults.length > 0 || coverage.domains.some((it) => it.missing.length > 0)) process.exitCode = 1;
