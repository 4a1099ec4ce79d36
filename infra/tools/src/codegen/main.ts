import { subgraphSources } from '../subgraph-sources';
import { keepCurrent, presentText } from '../written-file';
import { resolverTypes, type ServiceCodegen } from './resolver-types';

const check = process.argv.includes('--check');

async function main() {
  for (const { name, typeDefs } of subgraphSources()) {
    const settings: ServiceCodegen = JSON.parse(presentText(`services/${name}/codegen.json`) ?? '{}');
    const file = `services/${name}/src/generated/graphql.ts`;
    const text = await resolverTypes(typeDefs, settings).catch((error: Error) => {
      throw new Error(`${name}: ${error.message}`);
    });
    const state = keepCurrent(file, text, check);
    console.log(`${file}: ${state}`);
    if (state === 'stale') process.exitCode = 1;
  }
  if (process.exitCode) console.error('Run `npm run codegen` and commit what it writes.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
