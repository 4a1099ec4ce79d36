import { ANONYMOUS } from '@junxian/identity';
import { type OutsideIssuer, principalOfClaims, principalOfOutsideClaims } from './claims.rules';
import { RevocationList, readRevocationPage } from './revocations.rules';

describe('withdrawals', () => {
  const token = { sessionId: 's', accountId: 'a', appointmentId: 'p', issuedAt: 1_000 };
  const code = (list: RevocationList, facts = token) => list.decide(facts)?.code ?? 'valid';
  const withEntry = (kind: 'SESSION' | 'ACCOUNT' | 'APPOINTMENT', subject: string, notBefore: number) => {
    const list = new RevocationList();
    list.add({ kind, subject, notBefore, expiresAt: 9_000 });
    return list;
  };

  it.each([
    ['SESSION', 's', 0, 'UNAUTHENTICATED'],
    ['SESSION', 'other', 0, 'valid'],
    ['ACCOUNT', 'a', 1_001, 'TOKEN_STALE'],
    ['ACCOUNT', 'a', 1_000, 'valid'],
    ['ACCOUNT', 's', 2_000, 'valid'],
    ['APPOINTMENT', 'p', 1_500, 'TOKEN_STALE'],
    ['APPOINTMENT', 'p', 999, 'valid'],
  ] as const)('%s %s not before %d: %s', (kind, subject, notBefore, expected) => {
    expect(code(withEntry(kind, subject, notBefore))).toBe(expected);
  });

  it('the later of two entries counts, and what is known already is no news', () => {
    const list = withEntry('ACCOUNT', 'a', 5_000);
    expect(list.add({ kind: 'ACCOUNT', subject: 'a', notBefore: 500, expiresAt: 600 })).toBe(false);
    expect(code(list)).toBe('TOKEN_STALE');
    expect(list.add({ kind: 'ACCOUNT', subject: 'a', notBefore: 6_000, expiresAt: 600 })).toBe(true);
    expect(code(list, { ...token, issuedAt: 5_500 })).toBe('TOKEN_STALE');
  });

  it('are dropped once no token can match them', () => {
    const list = withEntry('SESSION', 's', 0);
    list.purge(8_999);
    expect([list.size, code(list)]).toEqual([1, 'UNAUTHENTICATED']);
    list.purge(9_000);
    expect([list.size, code(list)]).toEqual([0, 'valid']);
  });

  it('are read from the feed, whose misshapen entries are never skipped', () => {
    const entry = { id: '7', kind: 'SESSION', subject: 's', notBefore: '2026-01-01T00:00:00Z', expiresAt: 5 };
    expect(readRevocationPage({ entries: [entry] })).toEqual({
      entries: [{ kind: 'SESSION', subject: 's', notBefore: Date.UTC(2026, 0, 1), expiresAt: 5 }],
      cursor: '7',
    });
    expect(readRevocationPage({ entries: [entry], cursor: 12 }).cursor).toBe('12');
    expect(readRevocationPage({ entries: [] }).cursor).toBeNull();
    for (const broken of [
      null,
      {},
      { entries: [{ ...entry, kind: 'X' }] },
      { entries: [{ ...entry, subject: 1 }] },
      { entries: [{ ...entry, notBefore: 'soon' }] },
    ]) {
      expect(() => readRevocationPage(broken)).toThrow();
    }
  });
});

const refusalOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('claims of directory', () => {
  const claims = {
    sub: 'a',
    sid: 's',
    apt: 'p',
    org: 'o',
    reg: '140200000000',
    lvl: 'CITY',
    roles: ['x:Y'],
    knd: 'OFFICER',
    pnd: false,
  };

  it.each<[string, object, string]>([
    ['whole', {}, 'accepted'],
    [
      'of a citizen, without region',
      { knd: 'CITIZEN', reg: null, lvl: null, apt: null, org: null },
      'accepted',
    ],
    ['without account', { sub: undefined }, 'UNAUTHENTICATED'],
    ['with a level that is none', { lvl: 'PLANET' }, 'UNAUTHENTICATED'],
    ['with a region but no level', { lvl: undefined }, 'UNAUTHENTICATED'],
    ['that claim to be a service', { knd: 'SERVICE' }, 'UNAUTHENTICATED'],
  ])('%s: %s', (_name, change, expected) => {
    expect(refusalOf(() => principalOfClaims({ ...claims, ...change }))).toBe(expected);
  });

  it('a citizen acts for nobody but themselves', () => {
    const citizen = { sub: 'a', sid: 's', knd: 'CITIZEN', roles: ['public:CITIZEN'], opn: null, pnd: false };
    expect(principalOfClaims({ ...citizen, cit: 'c1_x' })).toEqual({
      ...ANONYMOUS,
      kind: 'CITIZEN',
      accountId: 'a',
      sessionId: 's',
      roles: ['public:CITIZEN'],
      citizenId: 'c1_x',
    });
    expect(principalOfClaims({ ...citizen, cit: null }).citizenId).toBeNull();
  });

  it('roles that are no texts are dropped', () => {
    expect(principalOfClaims({ ...claims, roles: ['a:B', 7, null] }).roles).toEqual(['a:B']);
    expect(principalOfClaims({ ...claims, roles: 'a:B' }).roles).toEqual([]);
  });
});

describe('claims of an outside issuer', () => {
  const issuer: OutsideIssuer = {
    issuer: 'https://idp.example',
    jwksUri: 'https://idp.example/keys',
    audience: 'junxian',
    claims: {
      accountId: 'sub',
      regionCode: 'https://idp.example/region',
      regionLevel: 'a.b',
      roles: 'realm_access.roles',
    },
    allowedRoles: ['x:Y'],
    within: { regionCode: '140200000000', regionLevel: 'CITY' },
  };
  const claims = {
    sub: 'u',
    'https://idp.example/region': '140202000000',
    a: { b: 'COUNTY' },
    realm_access: { roles: ['x:Y', 'x:Z'] },
  };

  it('are clamped to allowed roles', () => {
    expect(principalOfOutsideClaims(claims, issuer)).toMatchObject({
      regionCode: '140202000000',
      regionLevel: 'COUNTY',
      roles: ['x:Y'],
      pending: false,
    });
  });

  it('of two issuers never share an account id', () => {
    const one = principalOfOutsideClaims(claims, issuer).accountId;
    expect(principalOfOutsideClaims(claims, issuer).accountId).toBe(one);
    expect(
      principalOfOutsideClaims(claims, { ...issuer, issuer: 'https://other.example' }).accountId,
    ).not.toBe(one);
  });

  it.each<[object, string]>([
    [{ 'https://idp.example/region': '140300000000' }, 'FORBIDDEN'],
    [{ a: { b: 'PROVINCE' } }, 'FORBIDDEN'],
    [{ a: {} }, 'UNAUTHENTICATED'],
    [{ sub: '' }, 'UNAUTHENTICATED'],
  ])('with %j: %s', (change, expected) => {
    expect(refusalOf(() => principalOfOutsideClaims({ ...claims, ...change }, issuer))).toBe(expected);
  });
});
