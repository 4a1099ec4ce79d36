import { rule } from '@junxian/test-kit';
import { checkFilter } from './case-filter.rules';

rule('PT-QRY-01', 'a filter is trimmed, prefixes become ranges, nothing ticked is no condition', () => {
  expect(checkFilter({})).toMatchObject({
    itemNo: null,
    name: null,
    idNumber: null,
    channels: null,
    overdue: false,
    scope: 'SUBTREE',
  });
  const checked = checkFilter({
    itemNo: ' 370100-20260302-l ',
    name: '张三',
    problemRegion: '370102000000',
    channels: [],
    states: ['ACCEPTED', 'ACCEPTED'],
    scope: 'MINE',
  });
  expect(checked.itemNo).toEqual({ low: '370100-20260302-L', high: '370100-20260302-L\u{10ffff}' });
  expect(checked.name).toMatchObject({ low: '张三', whole: '张三' });
  expect(checked.problemRegion).toEqual({ low: '370102', high: '370103' });
  expect(checked).toMatchObject({ channels: null, states: ['ACCEPTED'], scope: 'MINE' });
});

rule('PT-QRY-01', 'a number is compared in upper case, without blanks; blank is no condition', () => {
  expect(checkFilter({ idNumber: ' 37010219800101123x' }).idNumber).toBe('37010219800101123X');
  expect(checkFilter({ idNumber: 'E 1234 5678' }).idNumber).toBe('E12345678');
  expect(checkFilter({ idNumber: '  ' }).idNumber).toBeNull();
});
