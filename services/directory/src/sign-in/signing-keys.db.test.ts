import { testKeys } from '@junxian/test-kit';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { type Stage, signInStage } from './sign-in.fixture';
import { SigningKeys } from './signing-keys.service';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const cadre = (name: string, organisation: keyof Stage['organisations'] = 'unit') =>
  stage.account({ name, organisation, realms: ['RETIRED_CADRE'] });

describe('signing keys', () => {
  const keysWith = (rotateEverySeconds: number) =>
    new SigningKeys(stage.test.database, testKeys.fieldCipher, stage.clock, {
      rotateEverySeconds,
      publishAheadSeconds: 86_400,
      keepSeconds: 3_600,
    });

  it('a token verifies against the published keys, whose private parts stay sealed', async () => {
    await cadre('unit001');
    const { accessToken } = await stage.login({ loginName: 'unit001' });
    const jwks = await stage.services.signingKeys.jwks();
    expect(jwks.keys.every((key) => key.d === undefined && key.crv === 'Ed25519' && key.use === 'sig')).toBe(
      true,
    );
    const verified = await jwtVerify(accessToken, createLocalJWKSet(jwks), {
      issuer: 'junxian-directory',
      audience: 'junxian',
      algorithms: ['EdDSA'],
      currentDate: stage.clock.now(),
    });
    expect(verified.payload.sub).toBeTruthy();
    const [stored] = await stage.test.adminQuery<{ private_sealed: string }>(
      'SELECT private_sealed FROM signing_key',
    );
    expect(stored!.private_sealed).toMatch(/^v1\./);
  });

  it('rotation publishes the next key ahead, signs with it in its time, and drops the old one when its tokens are dead', async () => {
    await stage.test.adminQuery('DELETE FROM signing_key');
    const keys = keysWith(10 * 86_400);
    const old = (await keys.current()).kid;
    stage.clock.advance(9 * 86_400_000);
    await Promise.all([keys.rotate(), keysWith(10 * 86_400).rotate()]);
    const published = (await keys.jwks()).keys.map(({ kid }) => kid);
    expect(published).toHaveLength(2);
    expect((await keys.current()).kid).toBe(old);
    stage.clock.advance(86_400_000);
    const next = (await keys.current()).kid;
    expect([next === old, published.includes(next)]).toEqual([false, true]);
    await keys.rotate();
    expect((await keys.jwks()).keys).toHaveLength(2);
    stage.clock.advance(3_600_000);
    await keys.rotate();
    expect((await keys.jwks()).keys.map(({ kid }) => kid)).toEqual([next]);
    await stage.test.adminQuery('DELETE FROM signing_key');
  });
});
