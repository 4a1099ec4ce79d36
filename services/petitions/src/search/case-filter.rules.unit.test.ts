import { rule } from '@junxian/test-kit';
import { checkFilter } from './case-filter.rules';

rule('PT-QRY-01', 'a filter is trimmed, prefixes become ranges, nothing ticked is no condition', () => {
  expect(checkFilter({})).toMatchObject({
    itemNo: null,
    name: null,
    idNumbers: null,
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

rule('PT-QRY-01', 'an old number of 15 digits is also looked for in its present form', () => {
  expect(checkFilter({ idNumber: '37010219800101123x' }).idNumbers).toEqual(['37010219800101123X']);
  expect(checkFilter({ idNumber: 'E 1234 5678' }).idNumbers).toEqual(['E12345678']);
});
