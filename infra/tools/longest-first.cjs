// In which order jest begins test files. It knows what took longest the last time; on a machine that has never run them it goes
// by the size of the files, and what takes minutes may come last, while the other workers have nothing left to do. So what
// is known to take long is begun first.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { ofRunner } = require('../../shared/test-kit/one-realm/jest-parts.cjs');

const Sequencer = ofRunner('@jest/test-sequencer').default;

/** Longest first; each took more than ten seconds of a quiet machine. */
const LONGEST = [
  'e2e/leak-matrix/leak-matrix.e2e.test.ts',
  'e2e/faults/faults.e2e.test.ts',
  'e2e/petition-life/petition-life.e2e.test.ts',
  'e2e/prints/prints.e2e.test.ts',
  'e2e/faults/faults.kafka.test.ts',
  'shared/messaging/src/messaging.kafka.test.ts',
  'gateway/testing/differential/differential.unit.test.ts',
  'shared/documents/src/hostile-files.unit.test.ts',
  'shared/administrative-region/src/reference.unit.test.ts',
  'services/directory/src/main.db.test.ts',
  'services/petitions/src/model/life.db.test.ts',
  'services/poverty-alleviation/src/statistics/statistics.db.test.ts',
  'gateway/src/execution/planner-process.e2e.test.ts',
  'gateway/src/supergraph/hot-reload.e2e.test.ts',
  'gateway/src/files/files.e2e.test.ts',
];

const gone = LONGEST.filter((file) => !existsSync(join(__dirname, '..', '..', file)));
if (gone.length > 0)
  throw new Error(`infra/tools/longest-first.cjs names tests that are gone: ${gone.join(', ')}`);

const placeOf = ({ path }) => {
  const place = LONGEST.findIndex((file) => path.endsWith(`/${file}`));
  return place < 0 ? LONGEST.length : place;
};

module.exports = class LongestFirst extends Sequencer {
  async sort(tests) {
    return [...(await super.sort(tests))].sort((a, b) => placeOf(a) - placeOf(b));
  }
};
