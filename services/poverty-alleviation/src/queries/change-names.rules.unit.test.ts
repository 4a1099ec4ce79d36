import { changedFacts, operationName } from './change-names.rules';

it.each([
  ['EXIT', '脱贫'],
  ['8.3', '贫困户清退'],
  ['MEMBER_TRANSFER_OUT', '成员转出'],
  ['DELIST', '贫困村出列'],
  ['UNHEARD_OF', 'UNHEARD_OF'],
])('operation %s is called %s', (operation, name) => {
  expect(operationName(operation)).toBe(name);
});

const nothing = { fromStatus: null, toStatus: null, before: null, after: null };

it.each([
  ['nothing', nothing, []],
  [
    'a first status',
    { ...nothing, toStatus: '0' },
    [{ field: 'povertyStatus', before: null, after: '未脱贫' }],
  ],
  [
    'a status',
    { ...nothing, fromStatus: '0', toStatus: '1' },
    [{ field: 'povertyStatus', before: '未脱贫', after: '已脱贫（享受政策）' }],
  ],
  [
    'fields, of which one stayed, one came and one went',
    { ...nothing, before: { a: 1, b: 'x', c: [1] }, after: { a: 1, c: [1, 2], d: false } },
    [
      { field: 'b', before: 'x', after: null },
      { field: 'c', before: '[1]', after: '[1,2]' },
      { field: 'd', before: null, after: 'false' },
    ],
  ],
])('tells what changed: %s', (_, logged, facts) => {
  expect(changedFacts(logged)).toEqual(facts);
});
