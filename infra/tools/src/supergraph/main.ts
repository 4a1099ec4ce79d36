import { missingAccess } from '@junxian/access';
import { subgraphSources } from '../subgraph-sources';
import { keepCurrent, presentText, publishedText } from '../written-file';
import { accessDisagreements } from './access-agreement';
import { breakingChangesBetween, composeSupergraph } from './compose';

const FILE = 'gateway/supergraph.graphql';
const check = process.argv.includes('--check');
const accept = process.argv.includes('--accept');

function main() {
  const subgraphs = subgraphSources();
  const faults = subgraphs.flatMap(({ name, typeDefs }) =>
    missingAccess(typeDefs).map((it) => `${name}: ${it} says nothing of who may use it; give it @access`),
  );
  faults.push(...accessDisagreements(subgraphs).map((it) => `@access differs between subgraphs: ${it}`));
  const { supergraphSdl, warnings } = composeSupergraph(subgraphs);
  faults.push(...warnings);

  // A file that is already what composition gives was written, and if need be accepted, by a person.
  const before = presentText(FILE) === supergraphSdl ? null : publishedText(FILE);
  const breaking = before === null ? [] : breakingChangesBetween(before, supergraphSdl);
  for (const it of breaking) console.log(`breaks clients: ${it.description}`);
  if (breaking.length > 0 && !accept) {
    faults.push('If these breaks are meant, run `npm run supergraph -- --accept` and commit the result.');
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));

  const state = keepCurrent(FILE, supergraphSdl, check);
  if (state === 'stale') throw new Error(`${FILE} is not current: run \`npm run supergraph\` and commit it.`);
  console.log(`${FILE}: ${state} (${subgraphs.map((it) => it.name).join(', ')})`);
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
