import { rule } from '@junxian/test-kit';
import type { CaseItem } from '../cases/case.types';
import { carriedOver, effectiveSearch, filledIn } from './duplicates.rules';

const item = {
  title: '标题',
  content: '内容',
  demand: null,
  problemRegionCode: '370102001000',
  problemAddress: '地址',
  purpose: 'APPEAL',
  contentCategory: 'OTHER',
  litigationRelated: true,
  remarks: '内部备注',
} as CaseItem;
const petitioner = { name: '张三', mobile: '13800001234' };
const linked = { item, petitioner, view: 'FULL' } as const;

rule(
  ['PT-DUP-02', 'PT-DUP-03'],
  'SAME_MATTER carries person and matter, SAME_PERSON the person, NEITHER nothing',
  () => {
    const matter = {
      title: '标题',
      content: '内容',
      demand: null,
      problemRegionCode: '370102001000',
      problemAddress: '地址',
      purpose: 'APPEAL',
      contentCategory: 'OTHER',
      litigationRelated: true,
    };
    expect(carriedOver('SAME_MATTER', linked)).toEqual({ petitioner, data: matter });
    expect(carriedOver('SAME_PERSON', linked)).toEqual({ petitioner, data: {} });
    expect(carriedOver('NEITHER', linked)).toEqual({ petitioner: {}, data: {} });
  },
);

rule(
  'PT-DUP-06',
  'of an item out of sight, or whose petitioner is not shown in full, nothing of the person is carried',
  () => {
    for (const view of ['PARTIAL', 'ANONYMOUS', 'NONE'] as const)
      expect(carriedOver('SAME_PERSON', { ...linked, view }).petitioner).toEqual({});
    expect(carriedOver('SAME_MATTER', null)).toEqual({ petitioner: {}, data: {} });
  },
);

it('what somebody typed stays, what was left out is filled in', () => {
  const carried = { name: '张三', mobile: '13800001234', sex: null };
  expect(filledIn<object>({ name: '李四', mobile: '', sex: undefined }, carried)).toEqual({
    ...carried,
    name: '李四',
  });
  // A plain "no" is said, too.
  expect(filledIn<object>({ litigationRelated: false }, { litigationRelated: true })).toEqual({
    litigationRelated: false,
  });
});

it.each([
  [{}, null],
  [{ name: ' ', idNumber: '' }, null],
  [{ address: '济南' }, null],
  [
    { name: ' 张三 ', address: '济南' },
    { name: '张三', address: '济南', idNumber: null, mobile: null, accountId: null },
  ],
  [{ mobile: '138' }, { name: null, address: null, idNumber: null, mobile: '138', accountId: null }],
])('searches for %j as %j', (search, effective) => {
  expect(effectiveSearch(search)).toEqual(effective);
});
