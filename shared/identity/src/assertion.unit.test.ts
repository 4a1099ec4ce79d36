import { principals, testIssuer } from '@junxian/test-kit';
import { AssertionVerifier, ReusedAssertion, signAssertion } from './assertion';
import { isInScope, scopeOf, servicePrincipal, serviceScope } from './principal';

const now = new Date('2026-11-21T00:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const officer = principals.officer({ regionCode: '140215000000', regionLevel: 'COUNTY', roles: ['a:B'] });

describe('an assertion that is used again', () => {
  const { privateJwk } = testIssuer('gateway');

  it('is signed anew once half of its life is over, and when the clock was set', async () => {
    const vouching = new ReusedAssertion(officer, privateJwk, 'gateway');
    const first = await vouching.at(now.getTime());
    expect(await vouching.at(now.getTime() + 14_999)).toBe(first);
    const second = await vouching.at(now.getTime() + 15_000);
    expect(second).not.toBe(first);
    expect(await vouching.at(now.getTime() - 3_600_000)).not.toBe(second);
  });

  it('is asked for anew where signing failed', async () => {
    const key = { ...privateJwk };
    delete key.d;
    const vouching = new ReusedAssertion(officer, key, 'gateway');
    const failed = vouching.at(now.getTime());
    await expect(failed).rejects.toThrow();
    const again = vouching.at(now.getTime());
    expect(again).not.toBe(failed);
    await expect(again).rejects.toThrow();
  });
});

describe('assertions', () => {
  const gateway = testIssuer('gateway');
  const sign = (issuer: typeof gateway, name: string, principal = officer, lifetimeSeconds = 30) =>
    signAssertion(principal, issuer.privateJwk, { issuer: name, lifetimeSeconds, now });

  it('carries the principal, until it expires', async () => {
    const token = await sign(gateway, 'gateway');
    expect(await gateway.verifier.verify(token, later(29))).toEqual(officer);
    expect(await gateway.verifier.verify(token, later(29))).toEqual(officer);
    await expect(gateway.verifier.verify(token, later(33))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it.each([
    ['nothing', async () => undefined],
    ['an empty text', async () => ''],
    ['noise', async () => 'a.b.c'],
    ['a stranger with the same name', () => sign(testIssuer('gateway'), 'gateway')],
    ['a key under another name', () => sign(gateway, 'directory')],
    [
      'no signature',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
    ],
  ])('refuses %s', async (_title, token) => {
    await expect(gateway.verifier.verify(await token(), now)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('refuses to sign for longer than a minute', async () => {
    await expect(sign(gateway, 'gateway', officer, 61)).rejects.toThrow(RangeError);
  });

  it('lets a service speak for itself only', async () => {
    const petitions = testIssuer('petitions');
    const verifier = new AssertionVerifier({ keys: [...gateway.jwks.keys, ...petitions.jwks.keys] });
    const own = await sign(petitions, 'petitions', servicePrincipal('petitions'));
    expect((await verifier.verify(own, now)).roles).toEqual(['service:petitions']);
    for (const principal of [officer, servicePrincipal('directory')]) {
      const token = await sign(petitions, 'petitions', principal);
      await expect(verifier.verify(token, now)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});

describe('scopes', () => {
  it.each([
    ['a county', { regionCode: '140215000000', regionLevel: 'COUNTY' as const }, ['140215', '140216']],
    [
      'a city whose neighbour differs in the fourth digit',
      { regionCode: '141000000000', regionLevel: 'CITY' as const },
      ['1410', '1411'],
    ],
    [
      'a township directly below a city',
      { regionCode: '441900003000', regionLevel: 'TOWNSHIP' as const },
      ['441900003', '441900004'],
    ],
    [
      'an account still pending',
      { regionCode: '140215000000', regionLevel: 'COUNTY' as const, pending: true },
      ['', ''],
    ],
  ])('%s', (_title, options, range) => {
    const scope = scopeOf(principals.officer(options));
    expect([scope.regionLow, scope.regionHigh]).toEqual(range);
    expect(scope.actor).toBe('CALLER');
  });

  it('holds the roles of whoever may act, and none of an account still pending', () => {
    const appointed = { regionCode: '140215000000', regionLevel: 'COUNTY' as const, roles: ['a:B'] };
    expect(scopeOf(principals.officer(appointed)).roles).toEqual(['a:B']);
    expect(scopeOf(principals.officer({ ...appointed, pending: true })).roles).toEqual([]);
  });

  it.each([
    ['140215100001', true],
    ['140215000000', true],
    ['140216000000', false],
    ['140214999999', false],
  ])('a county covers itself and what is below it: %s %s', (code, expected) => {
    const county = { regionCode: '140215000000', regionLevel: 'COUNTY' as const };
    expect(isInScope(scopeOf(principals.officer(county)), code)).toBe(expected);
    expect(isInScope(scopeOf(principals.anonymous()), code)).toBe(false);
  });

  it('a service acts on the whole country, somebody anonymous on nothing', () => {
    expect(serviceScope('test')).toMatchObject({
      actor: 'SERVICE',
      regionLow: '0',
      regionHigh: ':',
      accountId: null,
    });
    expect(scopeOf(principals.anonymous())).toMatchObject({
      actor: 'ANONYMOUS',
      regionLow: '',
      regionHigh: '',
    });
  });
});
