import { rule } from '@junxian/test-kit';
import { checkNoPersonalData, findPersonalData, type PersonalDataKind } from './personal-data-in-text.rules';
import { checkPublication } from './publication.rules';

const KNOWN = {
  names: ['张三', '欧阳小明'],
  addresses: ['山东省济南市历下区解放路街道幸福小区3号楼', '济南市解放路街', '济南市历下区5号楼'],
  idNumbers: ['370102198001011237', 'E12345678'],
  phones: ['13800005678', '053188887777'],
};

rule('PT-PBL-02', 'names, addresses and numbers are found wherever and however they stand', () => {
  const cases: [text: string, kind: PersonalDataKind, found: string][] = [
    ['张三反映欠薪。', 'NAME', '张三'],
    ['信访人张 三反映欠薪。', 'NAME', '张 三'],
    ['信访人张·三反映', 'NAME', '张·三'],
    ['欧阳\u200b小明随访', 'NAME', '欧阳\u200b小明'],
    ['住在济南市解放路街的居民', 'ADDRESS', '济南市解放路街'],
    ['住在解放路街的居民', 'ADDRESS', '解放路街'],
    ['解放路街道 幸福小区 3 号楼漏水', 'ADDRESS', '解放路街道 幸福小区 3 号楼'],
    ['证件370102198001011237', 'ID_NUMBER', '370102198001011237'],
    ['证件370102 19800101 1237', 'ID_NUMBER', '370102 19800101 1237'],
    ['证件３７０１０２１９８００１０１１２３７', 'ID_NUMBER', '３７０１０２１９８００１０１１２３７'],
    ['护照e12345678', 'ID_NUMBER', 'e12345678'],
    // Numbers of anybody, known or not.
    ['某某11010119900307123x', 'ID_NUMBER', '11010119900307123x'],
    ['旧证370102800101123号', 'ID_NUMBER', '370102800101123'],
    ['电话13912345678。', 'PHONE', '13912345678'],
    ['电话139-1234-5678。', 'PHONE', '139-1234-5678'],
    ['电话139.1234.5678。', 'PHONE', '139.1234.5678'],
    ['座机0531-88887777', 'PHONE', '0531-88887777'],
    ['邮箱zhang@example.com。', 'EMAIL', 'zhang@example.com'],
  ];
  for (const [text, kind, expected] of cases) {
    const found = findPersonalData(text, KNOWN);
    expect([text, found.map((one) => [one.kind, [...text].slice(one.from, one.to).join('')])]).toEqual([
      text,
      [[kind, expected]],
    ]);
  }
});

rule('PT-PBL-02', 'what identifies nobody stands', () => {
  const texts = [
    '某公司拖欠张某等 12 人工资共 1,234,567.89 元，已于 2026 年 3 月 2 日全部付清。',
    '济南市历下区某小区 5号楼、3号楼漏水，责任单位 90 日内修复。',
    '山东省济南市历下区的一位居民反映',
    '依据《信访工作条例》第三十一条第一款第(二)项，2022年5月1日起施行。',
    '案号：鲁信复〔2026〕12号',
  ];
  for (const text of texts) expect([text, findPersonalData(text, KNOWN)]).toEqual([text, []]);
});

rule('PT-PBL-02', 'the refusal says which kind stands where, never what it is', () => {
  const check = () =>
    checkNoPersonalData({ title: '张三欠薪案', body: '电话13912345678，联系人欧阳小明' }, KNOWN);
  expect(check).toThrow(
    expect.objectContaining({
      code: 'PERSONAL_DATA_IN_TEXT',
      field: 'title',
      faults: [
        expect.objectContaining({
          field: 'title',
          text: expect.objectContaining({ zh: expect.stringContaining('第 1 至 2 字含有姓名') }),
        }),
        expect.objectContaining({
          field: 'body',
          text: expect.objectContaining({ zh: expect.stringContaining('第 3 至 13 字含有电话号码') }),
        }),
        expect.objectContaining({
          field: 'body',
          text: expect.objectContaining({ zh: expect.stringContaining('第 18 至 21 字含有姓名') }),
        }),
      ],
    }),
  );
  try {
    check();
  } catch (error) {
    for (const secret of ['张三', '欧阳', '139']) expect(JSON.stringify(error)).not.toContain(secret);
  }
});

rule(
  ['PT-PBL-01', 'PT-PBL-02'],
  'only completed items, with consent; never accusations, confidential or anonymous ones',
  () => {
    const item = { purpose: 'APPEAL', confidential: false, anonymous: false, state: 'COMPLETED' } as const;
    const outcome = (changes: object, consent = true) => {
      try {
        checkPublication({ ...item, ...changes }, consent);
        return 'published';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    for (const state of ['COMPLETED', 'REVIEWED', 'FINAL', 'LAPSED'])
      expect(outcome({ state })).toBe('published');
    for (const state of ['REGISTERED', 'IN_HANDLING', 'ACCEPTED', 'UNDER_REVIEW', 'UNDER_RE_REVIEW'])
      expect(outcome({ state })).toBe('NOT_COMPLETED');
    expect(outcome({}, false)).toBe('CONSENT_REQUIRED');
    for (const excluded of [{ purpose: 'ACCUSATION' }, { confidential: true }, { anonymous: true }])
      expect(outcome(excluded)).toBe('NOT_PUBLISHABLE');
  },
);
