import { Refusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import type { CaseItem } from '../cases/case.types';
import { faultsOf } from '../testing/refusals.support.test';
import { Faults } from '../texts.rules';
import { checkedService, documentHash, mayReadText } from './document.rules';
import { checkExtension } from './extension.rules';
import { isInTime, lateAfter, runningDueOn } from './late.rules';
import { mayHandle } from './may-handle.rules';
import { checkNoticeForFiling } from './notices.rules';
import { batchRefused, checkPassOn, inLockOrder } from './passing-on.rules';
import { checkMayBeWritten } from './reports.rules';
import { LocalSealService } from './seal.service';

describe('clocks', () => {
  const at = new Date('2026-03-02T09:00:00+08:00');
  const item = (changes: Partial<CaseItem>) => ({
    state: 'REGISTERED' as const,
    late: false,
    routedAt: null,
    routeDueOn: '2026-03-17',
    acceptedAt: null,
    acceptDueOn: null,
    handleDueOn: null,
    ...changes,
  });
  const table: [title: string, item: ReturnType<typeof item>, dueOn: string | null][] = [
    ['routing, until it is routed', item({}), '2026-03-17'],
    [
      'acceptance, once a unit has it',
      item({ state: 'IN_HANDLING', routedAt: at, acceptDueOn: '2026-03-20' }),
      '2026-03-20',
    ],
    ['none, when it came back to who routed it', item({ routedAt: at }), null],
    [
      'handling, once it is accepted',
      item({ state: 'ACCEPTED', acceptedAt: at, acceptDueOn: '2026-03-20', handleDueOn: '2026-05-09' }),
      '2026-05-09',
    ],
    ['none, once it is completed', item({ state: 'COMPLETED', handleDueOn: '2026-05-09' }), null],
  ];
  for (const [title, given, dueOn] of table)
    it(`run: ${title}`, () => expect(runningDueOn(given)).toBe(dueOn));

  it('are kept on the last day, missed on the next, and a late mark stays', () => {
    expect(isInTime(item({}), '2026-03-17')).toBe(true);
    expect(lateAfter(item({}), '2026-03-17')).toBe(false);
    expect(lateAfter(item({}), '2026-03-18')).toBe(true);
    expect(lateAfter(item({ late: true }), '2026-03-03')).toBe(true);
  });
});

describe('an extension', () => {
  const longest = { amount: 30, unit: 'CALENDAR_DAY' as const, endsOnWorkingDay: false };
  const item = { state: 'ACCEPTED' as const, extendedDays: 0, handleDueOn: '2026-05-09' };
  const given = { days: 30, reason: '案情复杂' };
  it('counts from the last day, not from today', () => {
    expect(checkExtension(item, given, longest, '2026-05-09')).toEqual({
      reason: '案情复杂',
      newDueOn: '2026-06-08',
    });
  });
  const table: [title: string, item: typeof item, input: typeof given, today: string, faults: string[]][] = [
    ['too long', item, { ...given, days: 31 }, '2026-05-09', ['EXTENSION_TOO_LONG days']],
    ['of nothing', item, { ...given, days: 0 }, '2026-05-09', ['EXTENSION_TOO_LONG days']],
    ['a second time', { ...item, extendedDays: 1 }, given, '2026-05-09', ['EXTENSION_USED']],
    ['after the last day', item, given, '2026-05-10', ['EXTENSION_TOO_LATE']],
    [
      'all wrong',
      { ...item, extendedDays: 9 },
      { days: 99, reason: ' ' },
      '2026-05-10',
      ['EXTENSION_USED', 'EXTENSION_TOO_LATE', 'EXTENSION_TOO_LONG days', 'FIELD_REQUIRED reason'],
    ],
  ];
  for (const [title, of, input, today, faults] of table)
    it(`is refused: ${title}`, () =>
      expect(faultsOf(() => checkExtension(of, input, longest, today))).toEqual(faults));
});

describe('passing on', () => {
  const input = { destinationOrgId: 'A', resultDueAt: '2026-03-02' };
  rule('PT-HND-05', 'asks for the day of the result of an assignment, today at the earliest', () => {
    expect(checkPassOn('ASSIGN', input, '2026-03-02').resultDueOn).toBe('2026-03-02');
    expect(faultsOf(() => checkPassOn('ASSIGN', input, '2026-03-03'))).toEqual([
      'RESULT_DUE_IN_PAST resultDueAt',
    ]);
    expect(
      faultsOf(() =>
        checkPassOn('ASSIGN', { destinationOrgId: 'A', opinion: 'x'.repeat(5001) }, '2026-03-03'),
      ),
    ).toEqual(['INVALID_INPUT opinion', 'FIELD_REQUIRED resultDueAt']);
  });
  rule('PT-HND-04', 'asks for no result of what is forwarded', () => {
    expect(checkPassOn('FORWARD', input, '2026-03-03').resultDueOn).toBeNull();
  });

  rule('PT-HND-06', 'locks a batch in one order, whatever order it was chosen in', () => {
    const [a, b] = [
      { caseItemId: 'aa', expectedVersion: 1 },
      { caseItemId: 'BB', expectedVersion: 2 },
    ];
    expect(inLockOrder([b!, a!])).toEqual(inLockOrder([a!, b!]));
    for (const items of [
      [],
      [a!, { caseItemId: 'AA', expectedVersion: 9 }],
      Array.from({ length: 101 }, (_, n) => ({ caseItemId: `${n}`, expectedVersion: 1 })),
    ])
      expect(faultsOf(() => inLockOrder(items))).toEqual(['INVALID_INPUT items']);
  });
  rule('PT-HND-06', 'names every item of a batch that cannot be passed on', () => {
    const refusal = new Refusal('NOT_TAKEN', { zh: '未接收', en: 'not taken' }, { httpStatus: 409 });
    const refused = batchRefused([
      { caseItemId: 'a', itemNo: 'N-1', refusal },
      { caseItemId: 'b', itemNo: null, refusal: new Refusal('NOT_FOUND', { zh: '无', en: 'none' }) },
    ]);
    expect(refused).toMatchObject({ code: 'NOT_TAKEN', field: 'items', httpStatus: 409 });
    expect(refused.details).toEqual({
      items: [
        { caseItemId: 'a', itemNo: 'N-1', code: 'NOT_TAKEN' },
        { caseItemId: 'b', itemNo: null, code: 'NOT_FOUND' },
      ],
    });
    expect(refused.faults.map(({ text }) => text.en)).toEqual(['N-1: not taken', 'b: none']);
  });
});

describe('filing a notice', () => {
  const facts = { sealConfirmed: true, serviceOwed: true, matterStatus: 'OPEN' as const };
  const acceptance = { kind: 'ACCEPTANCE' as const, reason: null, serviceMode: 'POST' as const };
  const refusal = { ...acceptance, kind: 'NON_ACCEPTANCE' as const, reason: '不属于信访事项' };
  const exhausted = { ...refusal, kind: 'NO_LONGER_ACCEPTANCE' as const };
  const table: [
    title: string,
    notice: Parameters<typeof checkNoticeForFiling>[0],
    facts: Parameters<typeof checkNoticeForFiling>[1],
    faults: string[],
  ][] = [
    ['an acceptance without a reason', acceptance, facts, []],
    ['a refusal with a reason', refusal, facts, []],
    ['a refusal without one', { ...refusal, reason: null }, facts, ['FIELD_REQUIRED reason']],
    ['without a seal', acceptance, { ...facts, sealConfirmed: false }, ['SEAL_REQUIRED sealConfirmation']],
    ['served nobody knows how', { ...acceptance, serviceMode: null }, facts, ['FIELD_REQUIRED serviceMode']],
    ['not owed, so not served', { ...acceptance, serviceMode: null }, { ...facts, serviceOwed: false }, []],
    ['no longer, of an open matter', exhausted, facts, ['MATTER_NOT_ENDED']],
    ['no longer, of a final matter', exhausted, { ...facts, matterStatus: 'FINAL' }, []],
    ['no longer, of a lapsed matter', exhausted, { ...facts, matterStatus: 'LAPSED' }, []],
    [
      'several faults',
      { ...exhausted, reason: null, serviceMode: null },
      { ...facts, sealConfirmed: false },
      [
        'MATTER_NOT_ENDED',
        'FIELD_REQUIRED reason',
        'FIELD_REQUIRED serviceMode',
        'SEAL_REQUIRED sealConfirmation',
      ],
    ],
  ];
  for (const [title, notice, known, faults] of table)
    it(`${faults.length === 0 ? 'allows' : 'refuses'} ${title}`, () => {
      expect(faultsOf(() => checkNoticeForFiling(notice, known))).toEqual(faults);
    });

  rule('PT-NTC-05', 'puts a seal on that very document, by that very officer', async () => {
    const seals = new LocalSealService(Buffer.alloc(32, 7));
    const hash = documentHash({ body: '正文', reason: null });
    const seal = await seals.seal(hash, { accountId: 'a', organisationId: 'o' });
    expect(seals.isValid(hash, seal)).toBe(true);
    expect(seals.isValid(documentHash({ body: '正文。', reason: null }), seal)).toBe(false);
    expect(seals.isValid(hash, { ...seal, sealedBy: 'local:o:b' })).toBe(false);
    expect(new LocalSealService(Buffer.alloc(32, 8)).isValid(hash, seal)).toBe(false);
    expect(documentHash({ reason: null, body: '正文' })).toBe(hash);
  });
});

describe('serving a document', () => {
  const input = {
    serviceMode: 'POST',
    servedAt: '2026-03-10',
    receipt: 'SIGNED',
    signedFor: ' 张三 ',
  } as const;
  const checked = (changes: object, today = '2026-03-10') => {
    const faults = new Faults();
    const service = checkedService({ ...input, ...changes }, '2026-03-05', today, faults);
    return { service, faults: faultsOf(() => faults.throwIfAny()) };
  };
  it('lies between issue and today, and names who signed', () => {
    expect(checked({})).toEqual({
      service: { serviceMode: 'POST', servedOn: '2026-03-10', receipt: 'SIGNED', signedFor: '张三' },
      faults: [],
    });
    expect(checked({ receipt: 'REFUSED', signedFor: null }).faults).toEqual([]);
    expect(checked({ servedAt: '2026-03-04', signedFor: '' }).faults).toEqual([
      'SERVED_OUT_OF_TIME servedAt',
      'FIELD_REQUIRED signedFor',
    ]);
    expect(checked({}, '2026-03-09').faults).toEqual(['SERVED_OUT_OF_TIME servedAt']);
  });
});

describe('who', () => {
  const item = { registrarId: 'me' };
  const table: [title: string, accountId: string, roles: string[], may: boolean][] = [
    ['a handler', 'other', ['petitions:HANDLER'], true],
    ['a registrar, the own item', 'me', ['petitions:VISIT_REGISTRAR'], true],
    ['a registrar, a colleague’s item', 'other', ['petitions:VISIT_REGISTRAR'], false],
    ['a receiver, though the registrar', 'me', ['petitions:RECEIVER'], false],
    ['a handler of another service', 'me', ['poverty-alleviation:HANDLER'], false],
  ];
  for (const [title, accountId, roles, may] of table)
    it(`handles: ${title} ${may ? 'may' : 'may not'}`, () => {
      expect(mayHandle(item, { accountId, roles })).toBe(may);
    });

  it('reads texts that may name the petitioner of a protected item: who may know them, and the author', () => {
    const ordinary = { purpose: 'SEEK_SOLUTION', confidential: false } as const;
    const accusation = { purpose: 'ACCUSATION', confidential: false } as const;
    const reader = (organisationId: string, view: 'FULL' | 'NONE') => ({ organisationId, view });
    expect(mayReadText(ordinary, { organisationId: 'a' }, reader('b', 'NONE'))).toBe(true);
    expect(mayReadText(accusation, { organisationId: 'a' }, reader('b', 'NONE'))).toBe(false);
    expect(
      mayReadText({ ...ordinary, confidential: true }, { organisationId: 'a' }, reader('b', 'NONE')),
    ).toBe(false);
    expect(mayReadText(accusation, { organisationId: 'a' }, reader('b', 'FULL'))).toBe(true);
    expect(mayReadText(accusation, { organisationId: 'a' }, reader('a', 'NONE'))).toBe(true);
  });
});

describe('the text of a report', () => {
  it.each([
    ['DRAFT', []],
    ['SENT_BACK', []],
    ['SUBMITTED', ['REPORT_PENDING']],
    ['APPROVED', ['REPORT_REVIEWED']],
  ] as const)('%s is written on, or refused with %p', (state, faults) => {
    expect(faultsOf(() => checkMayBeWritten({ state }))).toEqual(faults);
  });
});
