import { rule } from '@junxian/test-kit';
import type { SaveMemberInput } from '../generated/graphql';
import { idNumber } from '../testing/forms.support.test';
import { faultsOf } from '../testing/refusals.support.test';
import { FormFaults } from './form-faults.rules';
import { RELOCATION } from './household-fields.rules';
import type { MemberView } from './household-views.service';
import { byBackOffice, byDynamicManagement, lockedFieldFaults } from './locked-fields.rules';
import { checkMeasure, expectEnteredByHand } from './measure-form.rules';
import { checkMemberSave, expectMaintainable } from './member-maintenance.rules';
import { historyOnPage } from './status-history.rules';
import { expectFilled, overlaid, sent, trimmed } from './tab-input.rules';

describe('locked fields', () => {
  const stored = { attribute: 'GENERAL_POOR', exitYear: null as number | null };
  const locked = {
    attribute: byBackOffice('贫困户属性', '8.4'),
    exitYear: byDynamicManagement('脱贫年度', '脱贫（1.2.1.2）', 'exit (1.2.1.2)'),
  };
  const faults = (input: { attribute?: unknown; exitYear?: unknown }) =>
    lockedFieldFaults(input, stored, locked).map(({ code, field }) => `${code} ${field}`);

  rule(
    ['PA-YR-04', 'PA-YR-05'],
    'left out or unchanged they are in order, any other value is FIELD_LOCKED',
    () => {
      expect(faults({})).toEqual([]);
      expect(faults({ attribute: 'GENERAL_POOR', exitYear: null })).toEqual([]);
      expect(faults({ attribute: 'ALLOWANCE_POOR' })).toEqual(['FIELD_LOCKED attribute']);
      expect(faults({ attribute: null, exitYear: 2016 })).toEqual([
        'FIELD_LOCKED attribute',
        'FIELD_LOCKED exitYear',
      ]);
    },
  );

  rule(['PA-YR-04', 'PA-YR-05'], 'the refusal names the function that changes the field', () => {
    const told = lockedFieldFaults({ attribute: null, exitYear: 2016 }, stored, locked);
    expect(told.map(({ text }) => text.zh)).toEqual([
      expect.stringContaining('由省级管理员在后台（8.4）办理'),
      expect.stringContaining('由动态管理“脱贫（1.2.1.2）”办理'),
    ]);
  });
});

describe('what a page sends of a tab', () => {
  it('left out stays, null clears, a value replaces', () => {
    const stored = {
      isRelocationHousehold: true,
      mode: 'SCATTERED',
      resettlement: null,
      resettlementPlace: '演示新村',
      difficulty: null,
      relocatedDate: null,
      followUpSupport: [],
    } as const;
    expect(overlaid(RELOCATION, stored, { mode: null, resettlement: 'NEW_MIGRANT_VILLAGE' })).toEqual({
      ...stored,
      mode: null,
      resettlement: 'NEW_MIGRANT_VILLAGE',
    });
    expect(sent({ a: 1, b: null, c: undefined })).toEqual({ a: 1, b: null });
    expect([trimmed(' x '), trimmed(null), trimmed(undefined)]).toEqual(['x', null, undefined]);
    const faults = new FormFaults();
    expectFilled({ a: null, b: undefined, c: false }, ['a', 'b', 'c'], faults);
    expect(faults.list.map(({ code, field }) => `${code} ${field}`)).toEqual(['FIELD_REQUIRED a']);
  });
});

describe('a member in base maintenance', () => {
  const member: MemberView = {
    id: 'm1',
    personNo: '1',
    householdId: 'h1',
    year: 2016,
    version: 3,
    name: '演示甲',
    sex: 'MALE',
    idType: 'RESIDENT_ID',
    idNumberSealed: 'sealed',
    idNumberIndex: 'index',
    citizenId: 'c1',
    birthDate: '2000-12-31',
    ethnicity: 'HAN',
    political: null,
    relationToHead: 'SON',
    education: 'JUNIOR_MIDDLE',
    schoolStatus: null,
    health: ['HEALTHY'],
    labourAbility: null,
    workPlace: null,
    workMonths: null,
    workEmployer: null,
    phoneSealed: null,
    isActiveSoldier: null,
    inMedicalInsurance: null,
    inCriticalIllnessInsurance: null,
    inPension: null,
    hasAllowance: null,
    hasFiveGuarantees: null,
    diseaseName: null,
    status: 'NORMAL',
    statusDate: null,
    statusReason: null,
  };
  const number = idNumber(1, '2000-12-31');
  const household = [
    { id: 'm0', relationToHead: 'HEAD' as const },
    { id: 'm1', relationToHead: 'SON' as const },
    { id: 'm2', relationToHead: 'SPOUSE' as const },
  ];
  const save = (
    changes: Partial<SaveMemberInput>,
    { of = {}, idNumber: held = number as string | null, year = 2016 } = {} as {
      of?: Partial<MemberView>;
      idNumber?: string | null;
      year?: number;
    },
  ) =>
    checkMemberSave(
      { memberId: 'm1', year, expectedVersion: 3, ...changes },
      {
        member: { ...member, ...of },
        idNumber: held,
        household,
        today: '2017-11-20',
        yearEnd: `${year}-12-31`,
      },
    );

  it.each<[title: string, changes: Partial<SaveMemberInput>, faults: string[]]>([
    ['nothing sent', {}, []],
    [
      'locked fields as they stand',
      { name: ' 演示甲 ', idType: 'RESIDENT_ID', idNumber: number.toLowerCase() },
      [],
    ],
    ['another name', { name: '演示乙' }, ['FIELD_LOCKED name']],
    ['a masked number', { idNumber: `${number.slice(0, 6)}************` }, ['FIELD_LOCKED idNumber']],
    ['another birth date', { birthDate: '2000-12-30' }, ['INVALID_ID birthDate']],
    ['another sex', { sex: 'FEMALE' }, ['INVALID_ID sex']],
    [
      'a required field cleared',
      { health: null, sex: null },
      ['FIELD_REQUIRED sex', 'FIELD_REQUIRED health'],
    ],
    ['healthy and ill', { health: ['HEALTHY', 'DISABLED'] }, ['INVALID_INPUT health']],
    ['13 months of work', { workMonths: 13 }, ['INVALID_INPUT workMonths']],
    ['no education and no pupil', { education: null }, ['INVALID_INPUT education']],
    ['a pupil without education', { education: null, schoolStatus: 'SENIOR_1' }, []],
    ['a second head', { relationToHead: 'HEAD' }, ['HEAD_REQUIRED otherRelations']],
    [
      'head, the former head restated',
      { relationToHead: 'HEAD', otherRelations: [{ memberId: 'm0', relationToHead: 'FATHER' }] },
      [],
    ],
    [
      'the head taken away',
      { otherRelations: [{ memberId: 'm0', relationToHead: 'OTHER' }] },
      ['HEAD_REQUIRED relationToHead'],
    ],
    [
      'a person of elsewhere',
      { otherRelations: [{ memberId: 'm9', relationToHead: 'OTHER' }] },
      ['INVALID_INPUT otherRelations[0].memberId'],
    ],
    [
      'the member itself among the others',
      { otherRelations: [{ memberId: 'm1', relationToHead: 'OTHER' }] },
      ['INVALID_INPUT otherRelations[0].memberId'],
    ],
    [
      'a person twice',
      {
        otherRelations: [
          { memberId: 'm2', relationToHead: 'MOTHER' },
          { memberId: 'm2', relationToHead: 'OTHER' },
        ],
      },
      ['INVALID_INPUT otherRelations[1].memberId'],
    ],
  ])('%s', (_title, changes, faults) => {
    expect(faultsOf(() => save(changes))).toEqual(faults);
  });

  rule('PA-HH-06', 'the relations that change are returned, the others left alone', () => {
    const relations = save({
      relationToHead: 'HEAD',
      otherRelations: [
        { memberId: 'm0', relationToHead: 'FATHER' },
        { memberId: 'm2', relationToHead: 'SPOUSE' },
      ],
    });
    expect([...relations]).toEqual([
      ['m0', 'FATHER'],
      ['m1', 'HEAD'],
    ]);
  });

  rule(
    'PA-HH-07',
    'ages count at the end of the year: 15 in 2015 is too young for labour, 16 in 2016 is not',
    () => {
      const working = { labourAbility: 'ORDINARY' } as const;
      expect(faultsOf(() => save(working, { year: 2015 }))).toEqual(['INVALID_INPUT labourAbility']);
      expect(faultsOf(() => save(working, { year: 2016 }))).toEqual([]);
    },
  );

  it('a person without a document, or with an officer card, has a birth date of his or her own', () => {
    const other = { birthDate: '1999-01-01', sex: 'FEMALE' } as const;
    expect(faultsOf(() => save(other, { of: { idType: 'NONE' }, idNumber: null }))).toEqual([]);
    expect(
      faultsOf(() => save(other, { of: { idType: 'OFFICER_CARD' }, idNumber: '军字第12345号' })),
    ).toEqual([]);
  });

  it('old data with a number that is wrong in itself can still be maintained', () => {
    expect(faultsOf(() => save({ workMonths: 2 }, { idNumber: '140215700101001' }))).toEqual([]);
  });

  it('refuses a stale version first, then who no longer counts', () => {
    expect(faultsOf(() => expectMaintainable(member, true, 3))).toEqual([]);
    expect(faultsOf(() => expectMaintainable(member, false, 2))).toEqual(['STALE_VERSION expectedVersion']);
    expect(faultsOf(() => expectMaintainable(member, false, 3))).toEqual(['STATE_CONFLICT memberId']);
  });
});

rule('PA-HH-10', 'by hand from 2016 on; those of projects never', () => {
  for (const year of [2014, 2015]) {
    expect(faultsOf(() => expectEnteredByHand(year, 'MANUAL'))).toEqual(['FIELD_LOCKED year']);
  }
  for (const year of [2016, 2017]) expect(faultsOf(() => expectEnteredByHand(year, 'MANUAL'))).toEqual([]);
  for (const year of [2014, 2015, 2016, 2017]) {
    expect(faultsOf(() => expectEnteredByHand(year, 'PROJECT'))).toEqual(['FIELD_LOCKED id']);
  }
  // Neither the back office nor dynamic management changes them.
  expect(() => expectEnteredByHand(2017, 'PROJECT')).toThrow(
    expect.objectContaining({
      text: expect.objectContaining({ zh: expect.stringContaining('受益户名单中更改') }),
    }),
  );
});

it.each<[measure: Parameters<typeof checkMeasure>[0], faults: string[]]>([
  [{ content: '种羊两只' }, []],
  [{ content: '种羊两只', amount: '0', date: '2017-11-20' }, []],
  [{ content: '' }, ['INVALID_INPUT content']],
  [{ content: 'x'.repeat(201) }, ['INVALID_INPUT content']],
  [{ content: '种羊', amount: '-1' }, ['INVALID_INPUT amount']],
  [{ content: '种羊', date: '2017-11-21' }, ['INVALID_INPUT date']],
  [{ content: '种羊', date: '2016-12-31' }, ['INVALID_INPUT date']],
  [{ content: '种羊', date: '2017-02-29' }, ['INVALID_INPUT date']],
])('a measure %j', (measure, faults) => {
  expect(faultsOf(() => checkMeasure(measure, 2017, '2017-11-20'))).toEqual(faults);
});

rule('PA-HH-02', 'the history of a page ends with its year, and begins with the page of 2016', () => {
  const history = [{ year: 2014 }, { year: 2016 }, { year: 2017 }];
  expect(historyOnPage(2014, history)).toBeNull();
  expect(historyOnPage(2015, history)).toBeNull();
  expect(historyOnPage(2016, history)).toEqual([{ year: 2014 }, { year: 2016 }]);
  expect(historyOnPage(2017, history)).toEqual(history);
});
