import { referenceRegions, streamReferenceRegions } from '@junxian/administrative-region';
import { rule } from '@junxian/test-kit';
import { faultsOf } from '../testing/refusals.support.test';
import {
  type AllocationInput,
  checkAllocation,
  checkArrival,
  PLACEHOLDER_REGIONS,
  reallocatedBy,
  requireNothingArrived,
  requireOwnRegion,
  superiorOf,
} from './allocation.rules';

const form: AllocationInput = {
  fromRegion: '140000000000',
  year: 2017,
  documentNo: '晋财农〔2017〕1号',
  title: '关于下达专项扶贫资金的通知',
  tier: 'CENTRAL',
  fundType: 'DEVELOPMENT',
  batch: 'ADVANCE',
  issuedDate: '2017-03-01',
  totalAmount: '500',
  lines: [
    { toRegion: '140200000000', amount: '300.5' },
    { toRegion: '140300000000', amount: '199.5' },
  ],
};
const own = (fromRegion: string, tier: AllocationInput['tier']) => ({
  fromRegion,
  tier,
  lines: [{ toRegion: fromRegion, amount: '500' }],
});
const facts = { today: '2017-11-20', levelOf: (code: string) => referenceRegions().levelOf(code) };

describe('the form of an allocation', () => {
  const cases: [string, Partial<AllocationInput>, string[]][] = [
    ['two cities of one province', {}, []],
    [
      'central money from the nation to a province',
      { fromRegion: '000000000000', lines: [{ toRegion: '140000000000', amount: '500' }] },
      [],
    ],
    ['money of the province for itself', own('140000000000', 'PROVINCE'), []],
    ['money of the county for itself', own('140215000000', 'COUNTY'), []],
    [
      'a municipality to its districts, 市辖区 between them',
      { fromRegion: '110000000000', lines: [{ toRegion: '110101000000', amount: '500' }] },
      [],
    ],
    [
      'a province to a city it governs directly',
      { fromRegion: '420000000000', lines: [{ toRegion: '429004000000', amount: '500' }] },
      [],
    ],
    [
      'a city without counties to a township',
      { fromRegion: '441900000000', tier: 'CITY', lines: [{ toRegion: '441900003000', amount: '500' }] },
      [],
    ],
    [
      'a county to a township',
      { fromRegion: '140215000000', lines: [{ toRegion: '140215100000', amount: '500' }] },
      [],
    ],
    [
      'a township to its village, whose money it keeps',
      { fromRegion: '140215100000', lines: [{ toRegion: '140215100200', amount: '500' }] },
      ['INVALID_INPUT input.lines[0].toRegion'],
    ],
    ['central money for itself', own('140000000000', 'CENTRAL'), ['INVALID_INPUT input.lines[0].toRegion']],
    ['the nation for itself', own('000000000000', 'CENTRAL'), ['INVALID_INPUT input.lines[0].toRegion']],
    ['a township for itself', own('140215100000', 'COUNTY'), ['INVALID_INPUT input.lines[0].toRegion']],
    [
      'a level left out',
      { lines: [{ toRegion: '140215000000', amount: '500' }] },
      ['INVALID_INPUT input.lines[0].toRegion'],
    ],
    [
      'a neighbour',
      { lines: [{ toRegion: '370000000000', amount: '500' }] },
      ['INVALID_INPUT input.lines[0].toRegion'],
    ],
    [
      'upwards',
      { fromRegion: '140200000000', lines: [{ toRegion: '140000000000', amount: '500' }] },
      ['INVALID_INPUT input.lines[0].toRegion'],
    ],
    [
      'a placeholder',
      { fromRegion: '110000000000', lines: [{ toRegion: '110100000000', amount: '500' }] },
      ['INVALID_INPUT input.lines[0].toRegion'],
    ],
    [
      'no region',
      { lines: [{ toRegion: '149900000000', amount: '500' }] },
      ['INVALID_REGION_CODE input.lines[0].toRegion'],
    ],
    [
      'no code',
      { lines: [{ toRegion: '14', amount: '500' }] },
      ['INVALID_REGION_CODE input.lines[0].toRegion'],
    ],
    [
      'an issuer that is none',
      { fromRegion: '149900000000' },
      [
        'INVALID_REGION_CODE input.fromRegion',
        'INVALID_INPUT input.lines[0].toRegion',
        'INVALID_INPUT input.lines[1].toRegion',
      ],
    ],
    ['money of a tier below the issuer', { tier: 'COUNTY' }, ['INVALID_INPUT input.tier']],
    ['a total that is not the sum', { totalAmount: '500.0001' }, ['INVALID_INPUT input.totalAmount']],
    [
      'no lines',
      { lines: [], totalAmount: '0.0001' },
      ['NOTHING_SELECTED input.lines', 'INVALID_INPUT input.totalAmount'],
    ],
    [
      'a receiver twice',
      { lines: [form.lines[0]!, { toRegion: '140200000000', amount: '199.5' }] },
      ['INVALID_INPUT input.lines[1].toRegion'],
    ],
    [
      'nothing, and too much',
      { totalAmount: '100000000', lines: [{ toRegion: '140200000000', amount: '0' }] },
      [
        'INVALID_INPUT input.totalAmount',
        'INVALID_INPUT input.lines[0].amount',
        'INVALID_INPUT input.totalAmount',
      ],
    ],
    [
      'amounts that are none',
      { totalAmount: 'x', lines: [{ toRegion: '140200000000', amount: '1.00001' }] },
      ['INVALID_INPUT input.totalAmount', 'INVALID_INPUT input.lines[0].amount'],
    ],
    ['tomorrow', { issuedDate: '2017-11-21' }, ['INVALID_INPUT input.issuedDate']],
    ['no date', { issuedDate: '2017-02-30' }, ['INVALID_INPUT input.issuedDate']],
    [
      'no number, no title',
      { documentNo: ' ', title: '题'.repeat(201) },
      ['INVALID_INPUT input.documentNo', 'INVALID_INPUT input.title'],
    ],
  ];
  rule('PA-FD-01', 'a region gives to its direct children or itself, and the lines add up', () => {
    for (const [title, changes, expected] of cases) {
      expect([title, faultsOf(() => checkAllocation({ ...form, ...changes }, facts))]).toEqual([
        title,
        expected,
      ]);
    }
  });

  it('has at most 500 lines', () => {
    const lines = Array.from({ length: 501 }, () => ({ toRegion: '140200000000', amount: '1' }));
    expect(faultsOf(() => checkAllocation({ ...form, lines, totalAmount: '501' }, facts))).toContain(
      'INVALID_INPUT input.lines',
    );
  });

  it('passes on what goes to others', () => {
    expect(reallocatedBy(form)).toBe(5_000_000n);
    expect(reallocatedBy({ fromRegion: '140200000000', lines: form.lines })).toBe(1_995_000n);
  });
});

it('the placeholders are those of the national file', async () => {
  const found = new Set<string>();
  for await (const { code, isPlaceholder } of streamReferenceRegions()) if (isPlaceholder) found.add(code);
  expect(PLACEHOLDER_REGIONS).toEqual(found);
});

it.each([
  ['000000000000', null],
  ['140000000000', '000000000000'],
  ['140215100001', '140215100000'],
  ['310101000000', '310000000000'],
  ['620201100000', '620200000000'],
])('above %s stands %s', (code, above) => expect(superiorOf(code)).toBe(above));

describe('an arrival', () => {
  const line = { amount: '500.0000', arrivedAmount: '300.0000', issuedDate: '2017-03-01' };
  const arrival = { lineId: 'x', amount: '200', arrivedDate: '2017-03-01', voucherNo: '凭1' };
  rule('PA-FD-03', 'is part of its line, on or after the date of issue', () => {
    const cases: [Partial<typeof arrival>, string[]][] = [
      [{}, []],
      [{ amount: '0.0001', arrivedDate: '2017-11-20' }, []],
      [{ amount: '200.0001' }, ['OVER_LIMIT input.amount']],
      [{ arrivedDate: '2017-02-28' }, ['INVALID_INPUT input.arrivedDate']],
      [{ arrivedDate: '2017-11-21' }, ['INVALID_INPUT input.arrivedDate']],
      [{ arrivedDate: '2017-3-1' }, ['INVALID_INPUT input.arrivedDate']],
      [{ amount: '0', voucherNo: ' ' }, ['INVALID_INPUT input.amount', 'INVALID_INPUT input.voucherNo']],
      [{ amount: '-1' }, ['INVALID_INPUT input.amount']],
    ];
    for (const [changes, expected] of cases) {
      expect(faultsOf(() => checkArrival({ ...arrival, ...changes }, line, '2017-11-20'))).toEqual(expected);
    }
  });

  rule('PA-FD-04', 'holds its document', () => {
    expect(faultsOf(() => requireNothingArrived('0.0000'))).toEqual([]);
    expect(faultsOf(() => requireNothingArrived('0.0001'))).toEqual(['STATE_CONFLICT id']);
  });
});

it('money is entered by those who stand for its region, neither above nor below', () => {
  const county = { low: '140215', high: '140216' };
  const caller = (regionLow: string, regionHigh: string, actor = 'CALLER') => ({
    actor,
    regionLow,
    regionHigh,
  });
  expect(faultsOf(() => requireOwnRegion(caller('140215', '140216'), county, 'f'))).toEqual([]);
  expect(faultsOf(() => requireOwnRegion(caller('0', ':', 'SERVICE'), county, 'f'))).toEqual([]);
  for (const [low, high] of [
    ['1402', '1403'],
    ['140215100', '140215101'],
    ['', ''],
    ['140214', '140215'],
  ] as const) {
    expect(faultsOf(() => requireOwnRegion(caller(low, high), county, 'f'))).toEqual(['OUT_OF_REGION f']);
  }
});
