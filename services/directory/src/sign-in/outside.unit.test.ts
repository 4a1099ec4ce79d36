import { OWASP_ARGON2, PasswordHasher } from '../accounts/password-hasher';
import { AccessTokenIssuer } from './access-tokens';
import { svgCaptchaDrawer } from './captcha.service';
import type { SigningKeys } from './signing-keys.service';

describe('what stands between us and the outside', () => {
  it('captchas are drawn as pictures that do not contain their text, each another', () => {
    const drawn = Array.from({ length: 20 }, () => svgCaptchaDrawer.draw());
    expect(new Set(drawn.map(({ text }) => text)).size).toBe(20);
    for (const { text, svg } of drawn) {
      expect(text).toMatch(/^[A-HJ-NP-Za-km-z2-9]{5}$/);
      expect(svg).toMatch(/^<svg [^>]*>.*<path .*<\/svg>$/s);
      expect(svg).not.toContain(`>${text}<`);
    }
  });

  it('passwords are hashed with argon2id at the cost OWASP names', async () => {
    const hasher = new PasswordHasher();
    const hash = await hasher.hash('Right-1234');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(OWASP_ARGON2).toEqual({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect([
      await hasher.fits(hash, 'Right-1234'),
      await hasher.fits(hash, 'right-1234'),
      await hasher.fits(null, 'Right-1234'),
    ]).toEqual([true, false, false]);
    expect(await hasher.fits(await hasher.unusable(), '')).toBe(false);
  });

  it('no configuration makes an access token live longer than ten minutes', () => {
    expect(() => new AccessTokenIssuer({} as SigningKeys, 601)).toThrow(RangeError);
  });
});
