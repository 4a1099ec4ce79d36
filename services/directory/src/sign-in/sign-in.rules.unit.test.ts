import { secondsToWait } from '@junxian/persistence';
import { rule } from '@junxian/test-kit';
import { decideRefresh } from '../sessions/refresh.rules';
import { checkOperatorName, checkSlot, hasSingleSlot, isIdle } from '../sessions/session-slot.rules';
import { codeOf } from '../testing/refusals.support.test';
import { decideAttempt, isLocked, type LoginState, NO_FAILURES } from './lockout.rules';
import {
  autoLoginOffered,
  type Channel,
  checkAutoLogin,
  checkModule,
  type Module,
  mayEnter,
  needsCaptcha,
} from './modules.rules';
import { decideRotation, type KeyLife, signingKeyAt } from './signing-key.rules';

const at = (time: string) => new Date(`2026-03-02T${time}+08:00`);
describe('lockout', () => {
  const policy = { threshold: 5, lockMinutes: 300 };
  const attempts = (state: LoginState, count: number, now: Date) => {
    let present = state;
    for (let index = 0; index < count; index += 1) {
      const decision = decideAttempt(present, policy, false, now);
      if (decision.kind === 'LOCKED') throw new Error('locked');
      present = decision.next;
    }
    return present;
  };

  rule('DI-LOG-01', 'the fifth wrong login locks for exactly five hours, the right password included', () => {
    const fifth = decideAttempt(attempts(NO_FAILURES, 4, at('08:59:00')), policy, false, at('09:00:00'));
    expect(fifth).toMatchObject({ kind: 'LOCKS', lockedUntil: at('14:00:00') });
    const locked = (fifth as { next: LoginState }).next;
    expect(decideAttempt(locked, policy, true, at('13:59:59')).kind).toBe('LOCKED');
    expect(decideAttempt(locked, policy, true, new Date(at('14:00:00').getTime() - 1)).kind).toBe('LOCKED');
    expect(decideAttempt(locked, policy, true, at('14:00:00')).kind).toBe('ACCEPTED');
    expect([isLocked(locked, at('13:59:59')), isLocked(locked, at('14:00:00'))]).toEqual([true, false]);
  });

  rule(
    'DI-LOG-04',
    'a success resets the count; attempts during the lock change nothing; after it the count starts anew',
    () => {
      const four = attempts(NO_FAILURES, 4, at('09:00:00'));
      expect(decideAttempt(four, policy, true, at('09:00:01'))).toEqual({
        kind: 'ACCEPTED',
        next: NO_FAILURES,
      });
      const locked = attempts(four, 1, at('09:00:00'));
      expect(decideAttempt(locked, policy, false, at('10:00:00'))).toEqual({
        kind: 'LOCKED',
        lockedUntil: at('14:00:00'),
      });
      expect(decideAttempt(locked, policy, false, at('14:00:00'))).toEqual({
        kind: 'WRONG',
        next: { failedCount: 1, lockedAt: null, lockedUntil: null },
      });
    },
  );

  rule('DI-LOG-02', 'with the policy of PARTY the lock ends after an hour', () => {
    const decision = decideAttempt(
      { failedCount: 4, lockedAt: null, lockedUntil: null },
      { threshold: 5, lockMinutes: 60 },
      false,
      at('10:00:00'),
    );
    expect(decision).toMatchObject({ kind: 'LOCKS', lockedUntil: at('11:00:00') });
  });
});

describe('modules', () => {
  it('belong to one realm each', () => {
    expect(codeOf(() => checkModule('PARTY', 'PARTY_ADMIN'))).toBeNull();
    expect(codeOf(() => checkModule('RETIRED_CADRE', 'PARTY_ADMIN'))).toBe('MODULE_NOT_OF_REALM');
    expect(codeOf(() => checkModule('PUBLIC', 'PT'))).toBe('MODULE_NOT_OF_REALM');
    expect(codeOf(() => checkModule('PUBLIC', 'PUBLIC_PETITIONS'))).toBeNull();
    expect(codeOf(() => checkModule('PETITIONS', 'PUBLIC_PETITIONS'))).toBe('MODULE_NOT_OF_REALM');
  });

  rule(
    'DI-LOG-06',
    'the Party back office asks for a captcha, and administrators enter the Party realm nowhere else',
    () => {
      expect(needsCaptcha('PARTY_ADMIN', { captchaForAdmins: true })).toBe(true);
      expect(needsCaptcha('PARTY_ADMIN', { captchaForAdmins: false })).toBe(false);
      expect(needsCaptcha('PARTY_APP', { captchaForAdmins: true })).toBe(false);
      expect(needsCaptcha('BASIC_INFO', { captchaForAdmins: true })).toBe(false);
      expect([
        mayEnter('ADMIN', 'PARTY_APP'),
        mayEnter('ADMIN', 'PARTY_ADMIN'),
        mayEnter('PERSON', 'PARTY_APP'),
      ]).toEqual([false, true, true]);
    },
  );

  it('citizens enter through the public module, and nobody else does', () => {
    const kinds = ['ADMIN', 'PERSON', 'CITIZEN'] as const;
    expect(kinds.map((kind) => mayEnter(kind, 'PUBLIC_PETITIONS'))).toEqual([false, false, true]);
    expect(kinds.map((kind) => mayEnter(kind, 'PETITIONS'))).toEqual([true, true, false]);
    expect(mayEnter('CITIZEN', 'PARTY_APP')).toBe(false);
  });

  rule('DI-SES-06', 'auto-login is not offered on the VPN, and refused when asked for', () => {
    const channels: Channel[] = ['VPN', 'GOV_EXTRANET', 'INTERNET'];
    expect(channels.map(autoLoginOffered)).toEqual([false, true, true]);
    expect(channels.map((channel) => codeOf(() => checkAutoLogin(channel, true)))).toEqual([
      'AUTO_LOGIN_NOT_OFFERED',
      null,
      null,
    ]);
    expect(codeOf(() => checkAutoLogin('VPN', false))).toBeNull();
  });
});

describe('the rate limit', () => {
  rule(
    'DI-LOG-07',
    'a window slides: so many attempts in so many seconds, then RATE_LIMITED until the oldest leaves it',
    () => {
      const limit = { attempts: 3, windowSeconds: 60 };
      const admitted = [at('09:00:00'), at('09:00:20'), at('09:00:40')];
      expect(secondsToWait([], limit, at('09:00:41'))).toBe(0);
      expect(secondsToWait(admitted.slice(1), limit, at('09:00:41'))).toBe(0);
      expect(secondsToWait(admitted, limit, at('09:00:41'))).toBe(19);
      expect(secondsToWait([...admitted].reverse(), limit, at('09:00:59'))).toBe(1);
      expect(secondsToWait(admitted, limit, at('09:01:00'))).toBe(0);
    },
  );
});

describe('session slots', () => {
  const slot = (channel: Channel, module: Module, hasExtranet = false) =>
    hasSingleSlot({ channel, module, hasExtranet });

  rule('DI-SES-01', 'VPN and BASIC_INFO hold one session', () => {
    expect(slot('VPN', 'BASIC_INFO')).toBe(true);
    expect(slot('INTERNET', 'BASIC_INFO')).toBe(false);
    const place = { channel: 'VPN', module: 'BASIC_INFO', hasExtranet: false } as const;
    expect([codeOf(() => checkSlot(place, 0)), codeOf(() => checkSlot(place, 1))]).toEqual([
      null,
      'SESSION_IN_USE',
    ]);
  });

  rule('DI-SES-02', 'FIVE_REGISTERS holds several', () => {
    expect(slot('VPN', 'FIVE_REGISTERS')).toBe(false);
    expect(
      codeOf(() => checkSlot({ channel: 'VPN', module: 'FIVE_REGISTERS', hasExtranet: false }, 7)),
    ).toBeNull();
  });

  rule('DI-SES-03', 'a unit with government extranet shares its account in all modules', () => {
    expect(
      (['BASIC_INFO', 'FIVE_REGISTERS', 'PT'] as Module[]).map((module) => slot('VPN', module, true)),
    ).toEqual([false, false, false]);
  });

  rule('DI-SES-05', 'only VPN sessions end by idleness, at the configured minute', () => {
    const session = (channel: Channel) => ({ channel, lastSeenAt: at('09:00:00') });
    expect(isIdle(session('VPN'), 30, at('09:29:59'))).toBe(false);
    expect(isIdle(session('VPN'), 30, at('09:30:00'))).toBe(true);
    expect(isIdle(session('INTERNET'), 30, at('19:30:00'))).toBe(false);
  });

  rule('DI-SES-04', 'an operator’s name is kept as typed, within reason', () => {
    expect([checkOperatorName(' 王芳 '), checkOperatorName(''), checkOperatorName(null)]).toEqual([
      '王芳',
      null,
      null,
    ]);
    expect(codeOf(() => checkOperatorName('王'.repeat(31)))).toBe('INVALID_INPUT');
    expect(codeOf(() => checkOperatorName('王\n芳'))).toBe('INVALID_INPUT');
  });
});

describe('refresh tokens', () => {
  const open = { endedAt: null, expiresAt: at('20:00:00') };
  const fresh = { usedAt: null, expiresAt: at('20:00:00'), session: open };
  it.each([
    ['unknown', undefined, '09:00:00', 'INVALID'],
    ['fresh', fresh, '09:00:00', 'ROTATE'],
    ['used a moment ago', { ...fresh, usedAt: at('09:00:00') }, '09:00:05', 'ROTATE'],
    ['used before the grace', { ...fresh, usedAt: at('09:00:00') }, '09:00:06', 'REUSED'],
    [
      'used, long expired',
      { ...fresh, usedAt: at('09:00:00'), expiresAt: at('10:00:00') },
      '11:00:00',
      'REUSED',
    ],
    ['expired', { ...fresh, expiresAt: at('09:00:00') }, '09:00:00', 'INVALID'],
    [
      'of a session past its life',
      { ...fresh, session: { ...open, expiresAt: at('08:00:00') } },
      '09:00:00',
      'INVALID',
    ],
    [
      'of an ended session',
      { ...fresh, session: { ...open, endedAt: at('08:00:00') } },
      '09:00:00',
      'INVALID',
    ],
    [
      'reused after the session ended',
      { ...fresh, usedAt: at('07:00:00'), session: { ...open, endedAt: at('08:00:00') } },
      '09:00:00',
      'INVALID',
    ],
  ])('%s', (_, token, now, decision) => {
    expect(decideRefresh(token, 5, at(now))).toBe(decision);
  });
});

describe('signing keys', () => {
  const rotation = { rotateEverySeconds: 30 * 86_400, publishAheadSeconds: 86_400, keepSeconds: 3_600 };
  const day = (number: number, hours = 0) => new Date(Date.UTC(2026, 0, number, hours));
  const keys = (...lives: [string, Date][]): KeyLife[] =>
    lives.map(([kid, activeFrom]) => ({ kid, activeFrom }));

  it.each<[string, KeyLife[], Date, { create: Date | null; drop: string[] }]>([
    ['no key yet', [], day(1), { create: day(1), drop: [] }],
    ['a young key', keys(['a', day(1)]), day(29), { create: null, drop: [] }],
    [
      'a day before its time the next is published',
      keys(['a', day(1)]),
      day(30),
      { create: day(31), drop: [] },
    ],
    [
      'the next is published once',
      keys(['a', day(1)], ['b', day(31)]),
      day(30, 1),
      { create: null, drop: [] },
    ],
    [
      'late: the next is still published ahead of its use',
      keys(['a', day(1)]),
      day(40),
      { create: day(41), drop: [] },
    ],
    [
      'the old one stays while its tokens live',
      keys(['a', day(1)], ['b', day(31)]),
      day(31, 0),
      { create: null, drop: [] },
    ],
    [
      'and goes an hour later',
      keys(['a', day(1)], ['b', day(31)]),
      day(31, 1),
      { create: null, drop: ['a'] },
    ],
  ])('%s', (_, present, now, expected) => {
    const decision = decideRotation(present, now, rotation);
    expect({ create: decision.create?.activeFrom ?? null, drop: decision.drop }).toEqual(expected);
  });

  it('signs with the newest active key, never with one that was only published', () => {
    const present = keys(['a', day(1)], ['b', day(31)]);
    expect(signingKeyAt(present, day(30))?.kid).toBe('a');
    expect(signingKeyAt(present, day(31))?.kid).toBe('b');
    expect(signingKeyAt([], day(31))).toBeUndefined();
  });
});
