import { rule } from '@junxian/test-kit';
import { faultsOf } from '../testing/refusals.support.test';
import { checkAdjustedAmounts, checkApproval, decideReport } from './life-cycle.rules';
import { ProjectFaults } from './project-faults.rules';
import { APPROVED, PLACES, reportForm } from './projects.fixture';

const TODAY = '2017-11-20';
const ENTRY: Parameters<typeof checkApproval>[1] = {
  type: 'INFRASTRUCTURE',
  villageCodes: [PLACES.village1],
  budget: [{ source: 'SELF_RAISED', tier: null, fundType: null, amount: '100.0000' }],
  details: { quantity: '3.20', unit: '公里' },
};
const APPROVAL = { approvalDocNo: '云扶〔2017〕5号', approvedDate: '2017-02-01', approvedAmount: '100' };
const approve = (input = {}, entry: Partial<typeof ENTRY> = {}) =>
  faultsOf(() => checkApproval({ ...APPROVAL, ...input }, { ...ENTRY, ...entry }, TODAY));

describe('approval', () => {
  rule('PA-PJ-03', 'needs document number, date, amount and a budget above nothing', () => {
    expect(approve()).toEqual([]);
    expect(approve({ approvalDocNo: ' ' })).toEqual(['FIELD_REQUIRED input.approvalDocNo']);
    expect(approve({ approvedDate: '2017-11-21' })).toEqual(['INVALID_INPUT input.approvedDate']);
    expect(approve({ approvedAmount: '0' })).toEqual(['INVALID_INPUT input.approvedAmount']);
    expect(approve({}, { budget: [] })).toEqual(['OVER_LIMIT input.approvedAmount']);
  });

  it.each([
    ['an amount above the budget', { approvedAmount: '100.0001' }, {}, ['OVER_LIMIT input.approvedAmount']],
    ['no village', {}, { villageCodes: [] }, ['FIELD_REQUIRED input.villageCodes']],
    [
      'an incomplete form of the type',
      {},
      { details: { unit: '公里' } },
      ['FIELD_REQUIRED input.details.infrastructure.quantity'],
    ],
  ])('refuses %s', (_title, input, entry, faults) => {
    expect(approve(input, entry)).toEqual(faults);
  });
});

describe('adjustment', () => {
  const adjust = (approvedAmount: string, budgetTotal: string, spent: string, arranged: string) => {
    const faults = new ProjectFaults();
    checkAdjustedAmounts({ approvedAmount, budgetTotal }, { spent, arranged }, faults);
    return faults.list.map(({ code, field }) => `${code} ${field}`);
  };

  rule('PA-PJ-04', 'does not go below what was spent or arranged, to the ten-thousandth', () => {
    expect(adjust('50.0000', '100.0000', '30.0000', '50.0000')).toEqual([]);
    expect(adjust('49.9999', '100.0000', '30.0000', '50.0000')).toEqual(['OVER_LIMIT input.approvedAmount']);
    expect(adjust('29.9999', '100.0000', '30.0000', '0.0000')).toEqual(['OVER_LIMIT input.approvedAmount']);
    expect(adjust('60.0000', '59.9999', '0.0000', '50.0000')).toEqual(['OVER_LIMIT input.budget']);
  });
});

describe('a report', () => {
  const results = { completedQuantity: '3.20' };
  const MONEY = { arranged: '50.0000', today: TODAY };
  const decide = (changes = {}, before = {}, given = results as Record<string, string>) =>
    decideReport(
      reportForm(changes),
      { ...APPROVED, ...before },
      { type: 'INFRASTRUCTURE', results: given },
      MONEY,
    );
  const faults = (changes = {}, before = {}, given?: Record<string, string>) =>
    faultsOf(() => decide(changes, before, given));
  const UNDER_WAY = {
    stage: 'IMPLEMENTING',
    progressPct: '40.00',
    spent: '30.0000',
    actualStart: '2017-03-15',
    lastReportDate: '2017-06-30',
  };
  const DONE = { reportDate: '2017-11-01', progressPct: '100', spent: '50', actualEnd: '2017-10-20' };
  const ACCEPTED = { acceptanceDate: '2017-10-30', acceptanceResult: 'PASSED' };

  rule('PA-PJ-05', 'with the first actual start makes the project IMPLEMENTING', () => {
    expect(decide().stage).toBe('IMPLEMENTING');
    expect(decide({ actualStart: null, progressPct: '0', spent: '0' }).stage).toBe('APPROVED');
    expect(faults({ actualStart: null })).toEqual(['FIELD_REQUIRED input.actualStart']);
    expect(decide({ actualStart: null }, UNDER_WAY)).toMatchObject({
      stage: 'IMPLEMENTING',
      actualStart: '2017-03-15',
    });
  });

  rule('PA-PJ-05', 'never lowers progress, nor spends more than is arranged', () => {
    expect(faults({ progressPct: '39.99' }, UNDER_WAY)).toEqual(['INVALID_INPUT input.progressPct']);
    expect(faults({ progressPct: '40' }, UNDER_WAY)).toEqual([]);
    expect(faults({ spent: '50' }, UNDER_WAY)).toEqual([]);
    expect(faults({ spent: '50.0001' }, UNDER_WAY)).toEqual(['OVER_LIMIT input.spent']);
    expect(faults({ spent: '29.9999' }, UNDER_WAY)).toEqual(['INVALID_INPUT input.spent']);
  });

  rule('PA-PJ-05', 'of full progress with a passed acceptance completes the project', () => {
    expect(decide({ ...DONE, ...ACCEPTED }, UNDER_WAY)).toMatchObject({
      stage: 'COMPLETED',
      progressPct: '100.00',
      spent: '50.0000',
    });
    expect(decide(DONE, UNDER_WAY).stage).toBe('IMPLEMENTING');
    expect(decide({ ...DONE, ...ACCEPTED, acceptanceResult: 'FAILED' }, UNDER_WAY).stage).toBe(
      'IMPLEMENTING',
    );
    expect(faults({ ...DONE, ...ACCEPTED, progressPct: '99.99', actualEnd: null }, UNDER_WAY)).toEqual([
      'INVALID_INPUT input.acceptanceResult',
      'FIELD_REQUIRED input.actualEnd',
    ]);
    expect(faults({ ...DONE, ...ACCEPTED }, UNDER_WAY, {})).toEqual([
      'FIELD_REQUIRED input.results.infrastructure.completedQuantity',
    ]);
  });

  it.each([
    ['a future date', { reportDate: '2017-11-21' }, ['INVALID_INPUT input.reportDate']],
    ['a date before the last report', { reportDate: '2017-06-29' }, ['INVALID_INPUT input.reportDate']],
    ['a start after the report', { actualStart: '2017-07-01' }, ['INVALID_INPUT input.actualStart']],
    ['an end before the start', { ...DONE, actualEnd: '2017-03-01' }, ['INVALID_INPUT input.actualEnd']],
    ['an end of unfinished work', { actualEnd: '2017-06-01' }, ['INVALID_INPUT input.actualEnd']],
    [
      'an acceptance before the end',
      { ...DONE, ...ACCEPTED, acceptanceDate: '2017-10-19' },
      ['INVALID_INPUT input.acceptanceDate'],
    ],
    [
      'an acceptance without result',
      { ...DONE, acceptanceDate: '2017-10-30' },
      ['FIELD_REQUIRED input.acceptanceResult'],
    ],
    [
      'a result without date',
      { ...DONE, acceptanceResult: 'PASSED' },
      ['FIELD_REQUIRED input.acceptanceDate'],
    ],
    ['progress above all', { progressPct: '100.01' }, ['INVALID_INPUT input.progressPct']],
    ['progress that is no number', { progressPct: '4e1' }, ['INVALID_INPUT input.progressPct']],
    ['spending that is no amount', { spent: '-1' }, ['INVALID_INPUT input.spent']],
  ])('refuses %s', (_title, changes, expected) => {
    expect(faults(changes, UNDER_WAY)).toEqual(expected);
  });
});
