import { changedFacts, expectOperations, operationName } from './change-names.rules';
import { reasonText } from './change-words.rules';

it.each([
  ['EXIT', '脱贫'],
  ['8.3', '贫困户清退'],
  ['MEMBER_TRANSFER_OUT', '成员转出'],
  ['DELIST', '贫困村出列'],
  ['KEY_TARGET', '标记或取消重点帮扶对象'],
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
    [{ field: 'povertyStatus', fieldName: '脱贫状态', before: null, after: '未脱贫' }],
  ],
  [
    'a status',
    { ...nothing, fromStatus: '0', toStatus: '1' },
    [{ field: 'povertyStatus', fieldName: '脱贫状态', before: '未脱贫', after: '已脱贫（享受政策）' }],
  ],
  [
    'fields, of which one stayed, one came and one went',
    { ...nothing, before: { a: 1, b: 'x', c: [1] }, after: { a: 1, c: [1, 2], d: false } },
    [
      { field: 'b', fieldName: 'b', before: 'x', after: null },
      { field: 'c', fieldName: 'c', before: '1', after: '1,2' },
      { field: 'd', fieldName: 'd', before: null, after: '否' },
    ],
  ],
  [
    'members of a household, by person (8.2)',
    {
      ...nothing,
      before: {
        householdNo: '1',
        memberCount: 3,
        members: { P1: { status: 'NORMAL', relationToHead: 'SON' } },
      },
      after: {
        householdNo: '1',
        memberCount: 2,
        members: { P1: { status: 'CLEARED', relationToHead: 'SON' } },
      },
    },
    [
      { field: 'memberCount', fieldName: '家庭人口', before: '3', after: '2' },
      { field: 'members.P1.status', fieldName: 'P1 成员状态', before: '正常', after: '人员清退' },
    ],
  ],
  [
    'what a rollback restored, by household (8.1)',
    {
      ...nothing,
      before: { 'households[1]': { povertyStatus: '1', exitYear: 2017, isKeyTarget: true } },
      after: { 'households[1]': { povertyStatus: '0', exitYear: null, isKeyTarget: true } },
    },
    [
      {
        field: 'households[1].povertyStatus',
        fieldName: '1 脱贫状态',
        before: '已脱贫（享受政策）',
        after: '未脱贫',
      },
      { field: 'households[1].exitYear', fieldName: '1 脱贫年度', before: '2017', after: null },
    ],
  ],
  [
    'indicators of a village and of a county',
    { ...nothing, before: { hasBus: false, gdp: null }, after: { hasBus: true, gdp: '250.50' } },
    [
      { field: 'hasBus', fieldName: '是否通客运班车', before: '否', after: '是' },
      { field: 'gdp', fieldName: '地区生产总值（万元）', before: null, after: '250.50' },
    ],
  ],
])('tells what changed: %s', (_, logged, facts) => {
  expect(changedFacts(logged)).toEqual(facts);
});

it.each([
  ['MEMBER_ADD', '01', '新生儿'],
  ['MEMBER_REDUCE', '01', '死亡'],
  ['MEMBER_TRANSFER_IN', '01', '婚嫁'],
  ['MEMBER_TRANSFER_OUT', '03', '并户'],
  ['RETURN', '01', '因病'],
  ['CLOSE', 'LAST_MEMBER_REDUCED', '最后一名成员减少'],
  ['CLOSE', 'SOMETHING', 'SOMETHING'],
  ['8.4', '核查更正', '核查更正'],
  ['EXIT', null, null],
])('the reason of %s %s is told as %s', (operation, reason, text) => {
  expect(reasonText(operation, reason)).toBe(text);
});

it('operations that are told of may be asked for; others are refused with those there are', () => {
  expect(() => expectOperations(['EXIT', '8.14', 'KEY_TARGET', 'SAVE_RECORD'])).not.toThrow();
  expect(() => expectOperations(['EXIT', '8.15'])).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      field: 'operations',
      text: expect.objectContaining({ zh: expect.stringMatching(/“8.15”；可用：.*EXIT（脱贫）/) }),
    }),
  );
});
