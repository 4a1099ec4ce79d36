import { rule } from '@junxian/test-kit';
import { checkRequest, MOST_FORMS, POP_UP_HINT, PRINT_JOB_KINDS, type PrintJobKind } from './print.rules';

const COUNTY = { regionCode: '140215000000', regionLevel: 'COUNTY' } as const;
const VILLAGE = '140215100001';
const SUBJECT: Record<PrintJobKind, string> = {
  HOUSEHOLD_INFORMATION: '0190c2a0-0000-7000-8000-000000000001',
  HOUSEHOLD_COMPARISON: '0190c2a0-0000-7000-8000-000000000001',
  NATURAL_VILLAGE: `${VILLAGE}01`,
  POOR_VILLAGE: VILLAGE,
};
const request = (kind: PrintJobKind, region: string, subjects = [SUBJECT[kind]], caller = COUNTY) => {
  try {
    return checkRequest({ kind, year: 2017, region, subjects }, caller);
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const answers = (kind: PrintJobKind) =>
  ['140215100001', '140215100000', '140215000000', '140200000000'].map((region) => {
    const answer = request(kind, region);
    return typeof answer === 'string' ? answer : 'prints';
  });

rule('PA-PR-01', 'a household information sheet is printed of a village, one or many at once', () => {
  expect(answers('HOUSEHOLD_INFORMATION')).toEqual([
    'prints',
    'SCOPE_TOO_WIDE',
    'SCOPE_TOO_WIDE',
    'SCOPE_TOO_WIDE',
  ]);
  expect(request('HOUSEHOLD_INFORMATION', VILLAGE, ['a', 'b', 'a'])).toEqual(['a', 'b']);
});
rule('PA-PR-02', 'a household comparison form is printed of a village', () => {
  expect(answers('HOUSEHOLD_COMPARISON')).toEqual([
    'prints',
    'SCOPE_TOO_WIDE',
    'SCOPE_TOO_WIDE',
    'SCOPE_TOO_WIDE',
  ]);
});
rule('PA-PR-03', 'a natural-village form takes at least a township', () => {
  expect(answers('NATURAL_VILLAGE')).toEqual(['prints', 'prints', 'SCOPE_TOO_WIDE', 'SCOPE_TOO_WIDE']);
  expect(request('NATURAL_VILLAGE', '140215100000', ['14021510200101'])).toBe('OUT_OF_REGION');
});
rule('PA-PR-04', 'a poor-village form takes at least a county', () => {
  expect(answers('POOR_VILLAGE')).toEqual(['prints', 'prints', 'prints', 'SCOPE_TOO_WIDE']);
  expect(request('POOR_VILLAGE', '140215100000', ['140215102200'])).toBe('OUT_OF_REGION');
  expect(request('POOR_VILLAGE', '140215100000', ['140215100x'])).toBe('OUT_OF_REGION');
});
rule('PA-PR-05', 'printing with no row ticked is refused', () => {
  for (const kind of PRINT_JOB_KINDS) expect(request(kind, VILLAGE, [])).toBe('NOTHING_SELECTED');
});

it('one job prints a hundred forms at most', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => String(index));
  expect(request('HOUSEHOLD_INFORMATION', VILLAGE, many(MOST_FORMS))).toHaveLength(MOST_FORMS);
  expect(request('HOUSEHOLD_INFORMATION', VILLAGE, many(MOST_FORMS + 1))).toBe('OVER_LIMIT');
});

it('one’s own region keeps its stored level, whatever its digits say', () => {
  expect(
    checkRequest(
      { kind: 'NATURAL_VILLAGE', year: 2017, region: '140215000000', subjects: ['14021500000101'] },
      { regionCode: '140215000000', regionLevel: 'TOWNSHIP' },
    ),
  ).toEqual(['14021500000101']);
});

rule('PA-PR-06', 'the hint tells to allow pop-ups, and that the link opens the preview too', () => {
  expect(POP_UP_HINT.zh).toMatch(/拦截.*允许.*弹出窗口.*链接/);
  expect(POP_UP_HINT.en).toMatch(/blocked.*allow pop-ups.*link/);
});
