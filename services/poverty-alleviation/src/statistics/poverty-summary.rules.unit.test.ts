import { povertySummary } from './poverty-summary.rules';

const counters = {
  unexited: { households: 10, persons: 30 },
  returned: { households: 2, persons: 7 },
  exited: { households: 5, persons: 11 },
  stableExit: { households: 1, persons: 4 },
  population: 1200,
  poorVillages: 4,
  delistedVillages: 1,
};

it('the poor are the unexited and the returned', () => {
  expect(povertySummary(2017, counters)).toEqual({
    year: 2017,
    poor: { households: 12, persons: 37 },
    returned: { households: 2, persons: 7 },
    exited: { households: 5, persons: 11 },
    stableExit: { households: 1, persons: 4 },
    poorVillages: 4,
    delistedVillages: 1,
    incidence: '3.08',
  });
});

it('the incidence is unknown while the population is', () => {
  expect(povertySummary(2017, { ...counters, population: null }).incidence).toBeNull();
  expect(povertySummary(2017, { ...counters, population: 0 }).incidence).toBeNull();
});
