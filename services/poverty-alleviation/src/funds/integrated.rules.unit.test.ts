import { rule } from '@junxian/test-kit';
import { faultsOf } from '../testing/refusals.support.test';
import { checkLines, compareLines, type IntegratedLine } from './integrated.rules';

const line = (changes: Partial<IntegratedLine> = {}): IntegratedLine => ({
  tier: 'CENTRAL',
  programme: 'POVERTY_ALLEVIATION',
  direction: 'AGRICULTURAL_PRODUCTION',
  planned: '100',
  integrated: '80.5',
  spent: '80.5',
  ...changes,
});

rule('PA-FD-07', 'each line once, and spent ≤ integrated ≤ planned', () => {
  const cases: [IntegratedLine[], string[]][] = [
    [[line()], []],
    [
      [line(), line({ direction: 'OTHER' }), line({ tier: 'COUNTY' }), line({ programme: 'RURAL_ROADS' })],
      [],
    ],
    [[line({ planned: '0', integrated: '0', spent: '0' })], []],
    [[], ['NOTHING_SELECTED input.lines']],
    [[line(), line({ planned: '101' })], ['INVALID_INPUT input.lines[1]']],
    [[line({ integrated: '100.0001' })], ['OVER_LIMIT input.lines[0].integrated']],
    [[line({ spent: '80.5001' })], ['OVER_LIMIT input.lines[0].spent']],
    [
      [line({ planned: '1', integrated: '2', spent: '3' })],
      ['OVER_LIMIT input.lines[0].integrated', 'OVER_LIMIT input.lines[0].spent'],
    ],
    [
      [line({ planned: '-1', spent: '1e3' })],
      ['INVALID_INPUT input.lines[0].planned', 'INVALID_INPUT input.lines[0].spent'],
    ],
    [[line({ planned: '100000000' })], ['INVALID_INPUT input.lines[0].planned']],
  ];
  for (const [lines, expected] of cases) expect(faultsOf(() => checkLines(lines))).toEqual(expected);
});

rule(
  'PA-FD-08',
  'a province’s lines stand beside the sums of its counties, and what differs is named',
  () => {
    const compared = compareLines(
      [
        line({ planned: '300.0000' }),
        line({ tier: 'PROVINCE', planned: '5', integrated: '0', spent: '0' }),
        line({ programme: 'RURAL_ROADS' }),
      ],
      [
        line({ planned: '300' }),
        line({ programme: 'RURAL_ROADS', planned: '100', integrated: '80.4999', spent: '80' }),
        line({ direction: 'OTHER' }),
      ],
    );
    expect(
      compared.map(({ tier, programme, direction, differences }) => [
        tier,
        programme,
        direction,
        ...differences,
      ]),
    ).toEqual([
      ['CENTRAL', 'POVERTY_ALLEVIATION', 'AGRICULTURAL_PRODUCTION'],
      ['PROVINCE', 'POVERTY_ALLEVIATION', 'AGRICULTURAL_PRODUCTION', 'PLANNED'],
      ['CENTRAL', 'RURAL_ROADS', 'AGRICULTURAL_PRODUCTION', 'INTEGRATED', 'SPENT'],
      ['CENTRAL', 'POVERTY_ALLEVIATION', 'OTHER', 'PLANNED', 'INTEGRATED', 'SPENT'],
    ]);
    expect(compared[3]).toMatchObject({
      reported: { planned: '0.0000', integrated: '0.0000', spent: '0.0000' },
      counties: { planned: '100.0000', integrated: '80.5000', spent: '80.5000' },
    });
  },
);
