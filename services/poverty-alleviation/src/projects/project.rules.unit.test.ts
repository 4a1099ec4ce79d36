import type { RegionLevel } from '@junxian/administrative-region';
import { rule } from '@junxian/test-kit';
import { PROJECT_STAGE } from '../project-code-lists';
import { faultsOf } from '../testing/refusals.support.test';
import {
  budgetTotal,
  checkEntry,
  checkStage,
  type ProjectAction,
  projectNumber,
  STAGES_OF_PAGE,
} from './project.rules';
import { PLACES, projectForm } from './projects.fixture';

const LEVELS: Record<string, RegionLevel> = {
  [PLACES.county]: 'COUNTY',
  [PLACES.township]: 'TOWNSHIP',
  [PLACES.village1]: 'VILLAGE',
  [PLACES.village2]: 'VILLAGE',
  [PLACES.otherTownshipVillage]: 'VILLAGE',
  [PLACES.elsewhere]: 'VILLAGE',
  '140200000000': 'CITY',
};
const regions = { levelOf: (code: string) => LEVELS[code] ?? null };
const check = (changes = {}) => faultsOf(() => checkEntry(projectForm('INDUSTRY', changes), regions));
const line = (changes = {}) => ({
  source: 'SPECIAL_FUND',
  tier: 'CENTRAL',
  fundType: 'DEVELOPMENT',
  amount: '1',
  ...changes,
});

it('takes an entry in order and stores it trimmed, amounts with four decimals', () => {
  const entry = checkEntry(projectForm('INDUSTRY', { name: ' 养羊 ' }), regions);
  expect(entry).toMatchObject({ name: '养羊', details: { scale: '2000.00', unit: '只' } });
  expect(entry.budget.map(({ amount, tier }) => [amount, tier])).toEqual([
    ['80.0000', 'CENTRAL'],
    ['20.5000', null],
  ]);
  expect(budgetTotal(entry.budget)).toBe('100.5000');
});

it.each([
  ['a blank name', { name: ' ' }, ['FIELD_REQUIRED input.name']],
  ['a long content', { content: '字'.repeat(2001) }, ['INVALID_INPUT input.content']],
  ['an end before the start', { plannedEnd: '2017-02-28' }, ['INVALID_INPUT input.plannedEnd']],
  ['a subtype of another type', { subtype: 'ROADS' }, ['INVALID_INPUT input.subtype']],
  ['a city', { regionCode: '140200000000' }, ['INVALID_REGION_CODE input.regionCode']],
  ['a region that is none', { regionCode: '999999000000' }, ['INVALID_REGION_CODE input.regionCode']],
  [
    'a township as village',
    { villageCodes: [PLACES.township] },
    ['INVALID_REGION_CODE input.villageCodes[0]'],
  ],
  [
    'a village of another county',
    { villageCodes: [PLACES.village1, PLACES.elsewhere] },
    ['OUT_OF_REGION input.villageCodes[1]'],
  ],
  [
    'a village of another township',
    { regionCode: PLACES.township, villageCodes: [PLACES.otherTownshipVillage] },
    ['OUT_OF_REGION input.villageCodes[0]'],
  ],
  [
    'a village twice',
    { villageCodes: [PLACES.village1, PLACES.village1] },
    ['INVALID_INPUT input.villageCodes'],
  ],
  ['an amount of nothing', { budget: [line({ amount: '0' })] }, ['INVALID_INPUT input.budget[0].amount']],
  ['five decimals', { budget: [line({ amount: '0.00001' })] }, ['INVALID_INPUT input.budget[0].amount']],
  ['fiscal money without tier', { budget: [line({ tier: null })] }, ['FIELD_REQUIRED input.budget[0].tier']],
  [
    'special funds without type',
    { budget: [line({ fundType: null })] },
    ['FIELD_REQUIRED input.budget[0].fundType'],
  ],
  [
    'a tier of private money',
    { budget: [line({ source: 'SOCIAL', fundType: null })] },
    ['INVALID_INPUT input.budget[0].tier'],
  ],
  [
    'a type of other funds',
    { budget: [line({ source: 'INTEGRATED_FUND' })] },
    ['INVALID_INPUT input.budget[0].fundType'],
  ],
  ['half a household', { plannedHouseholds: 1.5 }, ['INVALID_INPUT input.plannedHouseholds']],
  ['several faults', { name: '', owner: '' }, ['FIELD_REQUIRED input.name', 'FIELD_REQUIRED input.owner']],
  ['no budget and no village yet', { budget: [], villageCodes: [] }, []],
])('%s', (_title, changes, faults) => {
  expect(check(changes)).toEqual(faults);
});

const ALLOWED: Record<ProjectAction, string[]> = {
  SAVE: ['LIBRARY'],
  DELETE: ['LIBRARY'],
  APPROVE: ['LIBRARY'],
  ADJUST: ['APPROVED', 'IMPLEMENTING'],
  REPORT: ['APPROVED', 'IMPLEMENTING'],
  CANCEL: ['LIBRARY', 'APPROVED'],
  SET_BENEFICIARIES: ['IMPLEMENTING'],
};

rule(['PA-PJ-02', 'PA-PJ-03', 'PA-PJ-04', 'PA-PJ-06'], 'each action belongs to its stages', () => {
  for (const [action, stages] of Object.entries(ALLOWED))
    for (const stage of PROJECT_STAGE.names)
      expect([action, stage, faultsOf(() => checkStage(action as ProjectAction, stage))]).toEqual([
        action,
        stage,
        stages.includes(stage) ? [] : ['STATE_CONFLICT id'],
      ]);
});

rule(['PA-PJ-03', 'PA-PJ-04'], 'a page lists the projects its work can be done with', () => {
  expect(STAGES_OF_PAGE).toEqual({
    LIBRARY: ['LIBRARY'],
    APPROVAL: ['LIBRARY'],
    ADJUSTMENT: ['APPROVED', 'IMPLEMENTING'],
    IMPLEMENTATION: ['APPROVED', 'IMPLEMENTING'],
    BENEFICIARIES: ['IMPLEMENTING'],
  });
});

it('numbers projects by region, year, type and serial', () => {
  expect(projectNumber(PLACES.township, 2017, 'INDUSTRY', 7)).toBe('140215100201740007');
  expect(projectNumber(PLACES.county, 2016, 'EDUCATION_TRAINING', 12345)).toBe('1402150002016112345');
});
