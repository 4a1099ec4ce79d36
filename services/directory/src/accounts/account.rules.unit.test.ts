import { rule } from '@junxian/test-kit';
import { codeOf, codesOf } from '../testing/refusals.support.test';
import {
  checkMayCreateAdmin,
  checkMayManage,
  checkMayUnlock,
  ORG_ADMIN,
  type Relation,
  relationOf,
  SYSTEM_STAFF,
} from './authority.rules';
import { checkExtraAccountRequest } from './extra-account.rules';
import {
  ageOn,
  checkAdminLoginName,
  checkPrefix,
  formOfLoginName,
  generatedNames,
  maskedPersonalName,
  personalLoginName,
} from './login-name.rules';
import { checkPassword, oneTimePassword, strictest } from './password.rules';
import { checkRealName } from './real-name.rules';

const policy = { minLength: 8, symbols: '!@#$_-' };

describe('passwords', () => {
  rule('DI-ACC-10', 'digits, letters and symbols are all needed, and only allowed symbols', () => {
    const cases: [password: string, codes: string[]][] = [
      ['abc12345!', []],
      ['A1_aaaaa', []],
      ['abc12345', ['PASSWORD_NEEDS_SYMBOL']],
      ['abcdefg!', ['PASSWORD_NEEDS_DIGIT']],
      ['1234567!', ['PASSWORD_NEEDS_LETTER']],
      ['abc123中', ['PASSWORD_SYMBOL_NOT_ALLOWED', 'PASSWORD_LENGTH', 'PASSWORD_NEEDS_SYMBOL']],
      ['abc1234!%', ['PASSWORD_SYMBOL_NOT_ALLOWED']],
      ['abc 1234!', ['PASSWORD_SYMBOL_NOT_ALLOWED']],
      ['ab1!', ['PASSWORD_LENGTH']],
      [`a1!${'x'.repeat(62)}`, ['PASSWORD_LENGTH']],
      ['１２３abcd!', ['PASSWORD_SYMBOL_NOT_ALLOWED', 'PASSWORD_NEEDS_DIGIT']],
    ];
    for (const [password, codes] of cases)
      expect([password, codesOf(() => checkPassword(password, policy))]).toEqual([password, codes]);
  });

  rule('DI-ACC-10', 'a symbol outside the set is named, the password is not', () => {
    const refused = (password: string) => {
      try {
        checkPassword(password, policy);
      } catch (error) {
        return error as { text: { zh: string; en: string }; details: { symbols: string[] } };
      }
      throw new Error('accepted');
    };
    const { text, details } = refused('secret12%&!');
    expect(details.symbols).toEqual(['%', '&']);
    expect(text.zh).toContain('% &');
    expect(text.zh + text.en).not.toContain('secret');
    expect(refused('secret 12!').text.zh).toContain('空格');
  });

  rule(
    'DI-ACC-10',
    'the set is configuration: what one realm allows another may not, and an account obeys all its realms',
    () => {
      const both = strictest([policy, { minLength: 10, symbols: '!%' }]);
      expect(both).toEqual({ minLength: 10, symbols: '!' });
      expect(codeOf(() => checkPassword('abcdef123!', both))).toBeNull();
      expect(codeOf(() => checkPassword('abcdef123@', both))).toBe('PASSWORD_SYMBOL_NOT_ALLOWED');
      expect(codeOf(() => checkPassword('abcdef123%', { minLength: 8, symbols: '%' }))).toBeNull();
    },
  );

  it('one-time passwords satisfy the policy whatever chance gives', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      let state = seed + 1;
      const randomInt = (below: number) => {
        state = (state * 48_271) % 2_147_483_647;
        return state % below;
      };
      const password = oneTimePassword({ minLength: 14, symbols: '!@' }, randomInt);
      expect(password).toHaveLength(14);
      expect(() => checkPassword(password, { minLength: 14, symbols: '!@' })).not.toThrow();
    }
  });
});

describe('names', () => {
  rule('DI-ACC-09', 'a real name is 2–30 Chinese characters or ·, and no role word', () => {
    const good = ['张伟', '欧阳文静', '阿卜杜热西提·买买提', '㐀㐁', '张'.repeat(30), ' 李四 '];
    const bad = [
      '张',
      '张'.repeat(31),
      '管理员',
      '系统管理员',
      '王书记',
      'Zhang',
      '张伟1',
      '张 伟',
      '·张伟',
      '张伟·',
      '张··伟',
      '',
      '支部',
    ];
    expect(good.map((name) => codeOf(() => checkRealName(name)))).toEqual(good.map(() => null));
    expect(bad.map((name) => codeOf(() => checkRealName(name)))).toEqual(bad.map(() => 'INVALID_REAL_NAME'));
    expect(checkRealName(' 李四 ')).toBe('李四');
  });

  rule('DI-ACC-06', 'an administrator’s login name is never a personal mobile number', () => {
    const cases: [name: string, code: string | null][] = [
      ['tys001', null],
      ['Tys.branch-2_a', null],
      ['13812345678', 'LOGIN_NAME_IS_MOBILE'],
      ['+8613812345678', 'LOGIN_NAME_IS_MOBILE'],
      ['138-1234-5678', 'LOGIN_NAME_IS_MOBILE'],
      ['a13812345678', 'LOGIN_NAME_IS_MOBILE'],
      ['admin_8613812345678', 'LOGIN_NAME_IS_MOBILE'],
      ['tys113812345678', null],
      ['12812345678', 'INVALID_LOGIN_NAME'],
      ['1tys', 'INVALID_LOGIN_NAME'],
      ['ab', 'INVALID_LOGIN_NAME'],
      ['太原001', 'INVALID_LOGIN_NAME'],
      ['', 'INVALID_LOGIN_NAME'],
    ];
    expect(cases.map(([name]) => [name, codeOf(() => checkAdminLoginName(name))])).toEqual(cases);
  });

  rule('DI-ACC-11', 'an administrator’s name is kept as typed', () => {
    expect(checkAdminLoginName('TyS001')).toBe('TyS001');
  });

  rule(
    'DI-ACC-05',
    'a prefix is lower-case letters, and the registered abbreviation where there is one',
    () => {
      const cases: [prefix: string, expected: string | null, code: string | null][] = [
        ['tys', null, null],
        ['tys', 'tys', null],
        ['dts', 'tys', 'INVALID_PREFIX'],
        ['TYS', null, 'INVALID_PREFIX'],
        ['tys1', null, 'INVALID_PREFIX'],
        ['太原', null, 'INVALID_PREFIX'],
        ['', null, 'INVALID_PREFIX'],
      ];
      for (const [prefix, expected, code] of cases)
        expect([prefix, codeOf(() => checkPrefix(prefix, expected))]).toEqual([prefix, code]);
    },
  );

  rule('DI-ACC-04', 'generated names begin with the prefix and count on', () => {
    expect(generatedNames('tys', 0, 3)).toEqual(['tys001', 'tys002', 'tys003']);
    expect(generatedNames('tys', 998, 3)).toEqual(['tys999', 'tys1000', 'tys1001']);
    expect(generatedNames('tys', 5, 0)).toEqual([]);
  });

  const facts = { idNumber: '14021519760303123X', birthDate: '1976-03-03', today: '2026-03-03' };

  rule(
    'DI-ACC-12',
    'mobile before landline before the last 11 of the ID number, the last only from 50 years on',
    () => {
      expect(personalLoginName({ ...facts, mobile: '138 1234 5678', landline: '0352-2345678' })).toEqual({
        name: '13812345678',
        form: 'MOBILE',
      });
      expect(personalLoginName({ ...facts, mobile: '+86 13812345678' }).name).toBe('13812345678');
      expect(personalLoginName({ ...facts, landline: '(0352)2345678' })).toEqual({
        name: '03522345678',
        form: 'LANDLINE',
      });
      expect(personalLoginName({ ...facts, landline: '010-62345678' }).name).toBe('01062345678');
      expect(personalLoginName(facts)).toEqual({ name: '9760303123X', form: 'ID_TAIL' });
      expect(codeOf(() => personalLoginName({ ...facts, today: '2026-03-02' }))).toBe('PHONE_REQUIRED');
      expect(codeOf(() => personalLoginName({ ...facts, mobile: '12812345678' }))).toBe('INVALID_PHONE');
      expect(codeOf(() => personalLoginName({ ...facts, landline: '2345678' }))).toBe('INVALID_PHONE');
    },
  );

  it('counts whole years', () => {
    expect([
      ageOn('1976-03-03', '2026-03-02'),
      ageOn('1976-03-03', '2026-03-03'),
      ageOn('1976-02-29', '2026-02-28'),
    ]).toEqual([49, 50, 49]);
  });

  rule('DI-ACC-16', 'the form of a login name tells whether a code can reach it', () => {
    expect(
      ['13812345678', '03522345678', '9760303123X', '00012311234', 'tys001', '976030312'].map(
        formOfLoginName,
      ),
    ).toEqual(['MOBILE', 'LANDLINE', 'ID_TAIL', 'ID_TAIL', 'ADMIN', 'ADMIN']);
  });

  it('a personal name is masked by its form', () => {
    expect(['13812345678', '03522345678', '9760303123X'].map(maskedPersonalName)).toEqual([
      '138****5678',
      '0352*****78',
      '*********3X',
    ]);
  });
});

describe('extra administrators', () => {
  rule(['DI-ACC-02', 'DI-ACC-03'], '100 people may ask, 99 are refused without anybody deciding', () => {
    const headcounts = [null, 0, 99, 100, 101];
    expect(headcounts.map((headcount) => codeOf(() => checkExtraAccountRequest(headcount)))).toEqual([
      'HEADCOUNT_UNKNOWN',
      'HEADCOUNT_TOO_SMALL',
      'HEADCOUNT_TOO_SMALL',
      null,
      null,
    ]);
  });
});

describe('authority', () => {
  const admin = { accountId: 'actor', organisationId: 'o', roles: [ORG_ADMIN] };

  it('is derived from the tree', () => {
    expect(relationOf(admin, 'actor', 0)).toBe('SELF');
    expect(relationOf(admin, 'other', 0)).toBe('OWN_ADMIN');
    expect(relationOf(admin, 'other', 1)).toBe('DIRECT_SUPERIOR');
    expect(relationOf(admin, 'other', 3)).toBe('HIGHER_SUPERIOR');
    expect(relationOf(admin, 'other', null)).toBe('NONE');
    expect(relationOf({ ...admin, roles: ['poverty-alleviation:OPERATOR'] }, 'other', 1)).toBe('NONE');
  });

  const relations: Relation[] = ['SELF', 'OWN_ADMIN', 'DIRECT_SUPERIOR', 'HIGHER_SUPERIOR', 'NONE'];
  const allowed = (check: (relation: Relation) => void) =>
    relations.filter((relation) => codeOf(() => check(relation)) === null);

  const within = { beyondScope: false, beyondTree: false, elsewhere: false };
  const manage = (
    targetIsAdministrator: boolean,
    { targetIsTop = false, actorRoles = [ORG_ADMIN], posts = within } = {},
  ) =>
    allowed((relation) =>
      checkMayManage({ relation, targetIsAdministrator, targetIsTop, actorRoles }, posts),
    );

  rule('DI-ACC-14', 'a direct or higher superior resets, never oneself or a peer', () => {
    const staff = [SYSTEM_STAFF];
    expect(manage(true)).toEqual(['DIRECT_SUPERIOR', 'HIGHER_SUPERIOR']);
    expect(manage(false)).toEqual(['OWN_ADMIN', 'DIRECT_SUPERIOR', 'HIGHER_SUPERIOR']);
    expect(manage(true, { actorRoles: staff })).toEqual(['DIRECT_SUPERIOR', 'HIGHER_SUPERIOR']);
    expect(manage(true, { actorRoles: staff, targetIsTop: true })).toEqual([
      'OWN_ADMIN',
      'DIRECT_SUPERIOR',
      'HIGHER_SUPERIOR',
      'NONE',
    ]);
  });

  rule('DI-ACC-14', 'nobody resets an account that could do more than they can themselves', () => {
    const elsewhere = { ...within, elsewhere: true, beyondTree: true };
    expect(manage(false, { posts: elsewhere })).toEqual([]);
    expect(manage(false, { posts: { ...within, elsewhere: true } })).toEqual([
      'OWN_ADMIN',
      'DIRECT_SUPERIOR',
      'HIGHER_SUPERIOR',
    ]);
    expect(manage(false, { posts: elsewhere, actorRoles: [SYSTEM_STAFF] })).toHaveLength(4);
    for (const actorRoles of [[ORG_ADMIN], [SYSTEM_STAFF]]) {
      expect(
        manage(false, { actorRoles, targetIsTop: true, posts: { ...elsewhere, beyondScope: true } }),
      ).toEqual([]);
    }
  });

  rule(
    'DI-LOG-03',
    'a member is unlocked by the own administrator, an administrator by a superior; where superiors do not count, by staff',
    () => {
      const unlock = (
        realmKnowsSuperiors: boolean,
        targetIsAdministrator: boolean,
        actorRoles = [ORG_ADMIN],
      ) =>
        allowed((relation) =>
          checkMayUnlock(realmKnowsSuperiors, {
            relation,
            targetIsAdministrator,
            targetIsTop: false,
            actorRoles,
          }),
        );
      expect(unlock(true, false)).toEqual(['OWN_ADMIN']);
      expect(unlock(true, true)).toEqual(['DIRECT_SUPERIOR', 'HIGHER_SUPERIOR']);
      expect(unlock(true, true, [SYSTEM_STAFF])).toEqual(['DIRECT_SUPERIOR', 'HIGHER_SUPERIOR']);
      expect(unlock(false, true)).toEqual([]);
      expect(unlock(false, false)).toEqual([]);
      expect(unlock(false, true, [SYSTEM_STAFF])).toEqual([
        'OWN_ADMIN',
        'DIRECT_SUPERIOR',
        'HIGHER_SUPERIOR',
        'NONE',
      ]);
    },
  );

  rule(
    'DI-ACC-07',
    'in the Party tree only the direct superior issues an administrator’s credentials',
    () => {
      const create = (kind: string, targetIsTop = false, actorRoles = [ORG_ADMIN]) =>
        allowed((relation) => checkMayCreateAdmin(kind, { relation, targetIsTop, actorRoles }));
      expect(create('PARTY')).toEqual(['DIRECT_SUPERIOR']);
      expect(create('UNIT')).toEqual(['DIRECT_SUPERIOR', 'HIGHER_SUPERIOR']);
      expect(create('UNIT', true, [SYSTEM_STAFF])).toEqual(relations);
    },
  );
});
