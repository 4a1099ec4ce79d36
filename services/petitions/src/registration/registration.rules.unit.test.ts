import { isRefusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import type { CaseItem, Purpose } from '../cases/case.types';
import { identityView } from '../cases/petitioner-view.rules';
import { Faults } from '../texts.rules';
import { checkCase, receivedAt } from './case-form.rules';
import { coVisitorSight } from './co-visitors.rules';
import { changedColumns, mergedInput } from './correction.rules';
import { itemNumber, normaliseQueryCode, QUERY_CODE_ALPHABET, queryCode } from './numbers.rules';
import { checkPetitioner } from './petitioner-form.rules';
import { checkMayKnowCode, nextAttempt } from './query-codes.rules';
import { satisfactionMode, satisfactionScope } from './satisfaction-mode.rules';
import { suggestedKind } from './simple-registration.rules';
import { checkVisitorCount, isCollective } from './visit.rules';

/** The codes a check finds. */
function faultsOf(check: (faults: Faults) => void): string[] {
  const faults = new Faults();
  check(faults);
  try {
    faults.throwIfAny();
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.faults.length === 0 ? [error.code] : error.faults.map(({ code }) => code);
  }
}

const PURPOSES: readonly Purpose[] = ['APPEAL', 'SEEK_SOLUTION', 'ACCUSATION', 'SUGGESTION', 'OTHER'];
const BOOLEANS = [true, false];
/** Every combination there is: 2 × 2 × 2 × 5. */
const EVERY = BOOLEANS.flatMap((firstInSystem) =>
  BOOLEANS.flatMap((anonymous) =>
    BOOLEANS.flatMap((litigationRelated) =>
      PURPOSES.map((purpose) => ({ firstInSystem, anonymous, litigationRelated, purpose })),
    ),
  ),
);
const plain = EVERY.filter((facts) => facts.firstInSystem && !facts.anonymous && !facts.litigationRelated);

describe('satisfaction evaluation', () => {
  rule('PT-SAT-01', 'first, named, non-litigation and SEEK_SOLUTION: REQUIRED, in scope, locked', () => {
    const required = EVERY.filter((facts) => satisfactionMode(facts) === 'REQUIRED');
    expect(required).toEqual(plain.filter(({ purpose }) => purpose === 'SEEK_SOLUTION'));
    expect(required).toHaveLength(1);
    expect(satisfactionScope(required[0]!, null)).toEqual({
      satisfactionMode: 'REQUIRED',
      satisfactionInScope: true,
    });
    expect(() => satisfactionScope(required[0]!, false)).toThrow(
      expect.objectContaining({ code: 'SATISFACTION_LOCKED' }),
    );
  });

  rule(
    'PT-SAT-02',
    'first, named, non-litigation with another purpose: MANUAL, default out, the officer decides',
    () => {
      const manual = EVERY.filter((facts) => satisfactionMode(facts) === 'MANUAL');
      expect(manual).toEqual(plain.filter(({ purpose }) => purpose !== 'SEEK_SOLUTION'));
      for (const facts of manual)
        for (const [ticked, inScope] of [
          [null, false],
          [false, false],
          [true, true],
        ] as const)
          expect(satisfactionScope(facts, ticked)).toEqual({
            satisfactionMode: 'MANUAL',
            satisfactionInScope: inScope,
          });
    },
  );

  rule('PT-SAT-03', 'anonymous, repeated or litigation-related: EXCLUDED, and cannot be selected', () => {
    const excluded = EVERY.filter((facts) => satisfactionMode(facts) === 'EXCLUDED');
    expect(excluded).toHaveLength(EVERY.length - plain.length);
    for (const facts of excluded) {
      expect(satisfactionScope(facts, false)).toEqual({
        satisfactionMode: 'EXCLUDED',
        satisfactionInScope: false,
      });
      expect(() => satisfactionScope(facts, true)).toThrow(
        expect.objectContaining({ code: 'SATISFACTION_LOCKED' }),
      );
    }
  });
});

describe('numbers', () => {
  rule('PT-REG-05', 'item numbers by region, day, channel; codes of 8 characters without 0, O, 1, I', () => {
    expect(itemNumber('370102001000', '2026-03-05', 'ONLINE', 7)).toBe('370102-20260305-W-00007');
    expect(itemNumber('370000000000', '2026-12-31', 'LETTER', 99_999)).toBe('370000-20261231-L-99999');
    expect(itemNumber('370000000000', '2026-12-31', 'VISIT', 100_000)).toBe('370000-20261231-V-100000');
    expect(QUERY_CODE_ALPHABET).toHaveLength(32);
    expect(QUERY_CODE_ALPHABET).not.toMatch(/[0O1I]/);
    expect(new Set(QUERY_CODE_ALPHABET).size).toBe(32);
    // Each character for the same number of bytes: none likelier than another.
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const [character] = queryCode(new Uint8Array(8).fill(byte));
      counts.set(character!, (counts.get(character!) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array(32).fill(8));
    expect(() => queryCode(new Uint8Array(7))).toThrow(RangeError);
    expect(normaliseQueryCode(' abcd-2345 ')).toBe('ABCD2345');
  });
});

describe('the form', () => {
  const good = {
    title: '标题',
    content: '内容',
    problemRegionCode: '370102001000',
    purpose: 'APPEAL',
    contentCategory: 'OTHER',
  } as const;
  it.each([
    ['a good one', good, []],
    ['blank title', { ...good, title: ' \n' }, ['FIELD_REQUIRED']],
    ['title of 200 characters beyond the basic plane', { ...good, title: '𠀀'.repeat(200) }, []],
    ['title of 201', { ...good, title: '字'.repeat(201) }, ['TEXT_TOO_LONG']],
    ['content of 10,001', { ...good, content: '字'.repeat(10_001) }, ['TEXT_TOO_LONG']],
    ['nobody affected', { ...good, affectedCount: 0 }, ['INVALID_INPUT']],
    [
      'an accused that is no id',
      { ...good, accusedOrganisationId: 'x', accusedAccountId: 'y' },
      ['NOT_FOUND', 'NOT_FOUND'],
    ],
    ['nothing at all', {}, Array(5).fill('FIELD_REQUIRED')],
  ])('%s', (_title, typed, codes) => {
    expect(faultsOf((faults) => checkCase(typed, faults))).toEqual(codes);
  });

  it.each([
    ['a name is enough', { name: '张三' }, false, []],
    ['nobody, not anonymous', {}, false, ['FIELD_REQUIRED']],
    ['nobody, anonymous', {}, true, []],
    ['a number without a type', { name: '张三', idNumber: 'A1234' }, false, ['FIELD_REQUIRED']],
    [
      'a resident number with a wrong check character',
      { name: '张三', idType: 'RESIDENT_ID', idNumber: '370102198001011238' },
      false,
      ['INVALID_ID'],
    ],
    ['a passport', { name: '张三', idType: 'PASSPORT', idNumber: 'e1234567' }, false, []],
    [
      'a number with blanks between',
      { name: '张三', idType: 'RESIDENT_ID', idNumber: '370102 19800101 1237' },
      false,
      [],
    ],
    ['a birth date that does not exist', { name: '张三', birthDate: '2026-02-30' }, false, ['INVALID_INPUT']],
    ['born tomorrow', { name: '张三', birthDate: '2026-03-03' }, false, ['INVALID_INPUT']],
    ['+86', { name: '张三', mobile: '+86 138-1234-5678' }, false, []],
    ['a landline as mobile', { name: '张三', mobile: '0531-1234567' }, false, ['INVALID_PHONE']],
    [
      'e-mail, postcode, phone',
      { name: '张三', email: 'x', postcode: '25', phone: 'abc' },
      false,
      ['INVALID_INPUT', 'INVALID_INPUT', 'INVALID_INPUT'],
    ],
  ] as const)('petitioner: %s', (_title, typed, anonymous, codes) => {
    const check = { path: 'petitioner', anonymous, today: '2026-03-02', isRegion: () => true };
    expect(faultsOf((faults) => checkPetitioner(typed, check, faults)).sort()).toEqual([...codes].sort());
  });

  it('receipt is now unless said, and never in the future', () => {
    const now = new Date('2026-03-02T01:00:00Z');
    const of = (stated: Date | null) => faultsOf((faults) => receivedAt(stated, now, faults));
    expect(receivedAt(null, now, new Faults())).toBe(now);
    expect(of(new Date('2026-03-02T01:00:00.001Z'))).toEqual(['INVALID_INPUT']);
    expect(of(new Date(Number.NaN))).toEqual(['INVALID_INPUT']);
    expect(of(new Date('2020-01-01T00:00:00Z'))).toEqual([]);
  });
});

describe('visits', () => {
  rule(
    ['PT-VIS-02', 'PT-VIS-07'],
    '1 + co-visitors ≤ visitors; at most five representatives; five are collective',
    () => {
      const named = (count: number, representatives: number) =>
        Array.from({ length: count }, (_, index) => ({ representative: index < representatives }));
      const check = (visitors: number, count: number, representatives = 0) =>
        faultsOf((faults) => checkVisitorCount(visitors, named(count, representatives), faults));
      expect(check(1, 0)).toEqual([]);
      expect(check(1, 1)).toEqual(['COUNT_MISMATCH']);
      expect(check(4, 3)).toEqual([]);
      expect(check(4, 4)).toEqual(['COUNT_MISMATCH']);
      expect(check(10, 6, 4)).toEqual([]);
      expect(check(10, 6, 5)).toEqual(['TOO_MANY_REPRESENTATIVES']);
      for (const visitors of [0, -1, 1.5, 100_001, Number.NaN])
        expect(check(visitors, 0)).toEqual(['INVALID_INPUT']);
      expect([4, 5].map(isCollective)).toEqual([false, true]);
    },
  );

  const item = {
    purpose: 'APPEAL',
    confidential: false,
    needToKnow: false,
    anonymous: false,
    accountId: null,
    organisationId: 'registering',
    custodianOrganisationId: 'unit',
    responsibleOrganisationId: 'unit',
    accusedOrganisationId: 'accused',
    accusedAccountId: null,
  } as const;
  it.each([
    ['registering', ['petitions:VISIT_REGISTRAR'], 'FULL'],
    ['registering', ['petitions:STATISTICIAN'], 'COUNT'],
    ['unit', ['petitions:HANDLER'], 'NAMES'],
    ['held it once', ['petitions:HANDLER'], 'COUNT'],
    ['bureau above', ['petitions:SUPERVISOR'], 'COUNT'],
    ['accused', ['petitions:HANDLER'], 'NONE'],
  ] as const)('co-visitors as %s %s: %s', (organisationId, roles, sight) => {
    const viewer = { kind: 'OFFICER', accountId: 'a', organisationId, roles } as const;
    expect(coVisitorSight(item, viewer)).toBe(sight);
    expect(coVisitorSight({ ...item, confidential: true }, viewer)).toBe(
      identityView({ ...item, confidential: true }, viewer) === 'FULL' ? sight : 'NONE',
    );
  });
});

describe('corrections, query codes, simple registrations', () => {
  it('what is left out stays, null clears, and only what differs is written', () => {
    const stored = { title: '甲', demand: '乙', letterCount: 2 };
    const merged = mergedInput<object>(stored, { title: '丙', demand: null, letterCount: undefined });
    expect(merged).toEqual({ title: '丙', demand: null, letterCount: 2 });
    expect(changedColumns(stored as unknown as CaseItem, merged)).toEqual({ title: '丙', demand: null });
  });

  it('a message waits 1, 5, 15 and 60 minutes, then has failed', () => {
    const at = new Date('2026-03-02T01:00:00Z');
    const minutes = [1, 2, 3, 4, 5].map((attempts) => {
      const next = nextAttempt(attempts, at);
      return next === null ? null : (next.getTime() - at.getTime()) / 60_000;
    });
    expect(minutes).toEqual([1, 5, 15, 60, null]);
  });

  const code = { organisationId: 'registering', anonymous: false };
  it.each([
    ['a registrar of the registering organisation', 'registering', 'LETTER_REGISTRAR', {}, null],
    ['its handler', 'registering', 'HANDLER', {}, null],
    ['its leader', 'registering', 'LEADER', {}, 'QUERY_CODE_NOT_YOURS'],
    ['the handler who holds it', 'holder', 'HANDLER', {}, 'QUERY_CODE_NOT_YOURS'],
    ['a registrar where it is held', 'holder', 'LETTER_REGISTRAR', {}, 'QUERY_CODE_NOT_YOURS'],
    ['somebody else', 'other', 'HANDLER', {}, 'QUERY_CODE_NOT_YOURS'],
    ['anonymous', 'registering', 'HANDLER', { anonymous: true }, 'NO_QUERY_CODE'],
  ])('query code for %s', (_title, organisationId, role, changes, refused) => {
    const check = () =>
      checkMayKnowCode({ ...code, ...changes }, { organisationId, roles: [`petitions:${role}`] });
    if (refused === null) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: refused }));
  });

  rule('PT-SIM-03', 'the kind that an earlier item suggests', () => {
    const item = { litigationRelated: false };
    expect(suggestedKind(null)).toBe('REPEAT');
    expect(suggestedKind({ item, matterStatus: 'OPEN' })).toBe('REPEAT');
    expect(suggestedKind({ item: { litigationRelated: true }, matterStatus: 'LAPSED' })).toBe('LITIGATION');
    expect(suggestedKind({ item: { litigationRelated: true }, matterStatus: 'FINAL' })).toBe('FINAL');
  });
});
