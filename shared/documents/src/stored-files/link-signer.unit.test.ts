import { ManualClock } from '@junxian/calendar';
import { SignJWT, UnsecuredJWT } from 'jose';
import { LinkSigner } from './link-signer';

const clock = new ManualClock('2026-03-02T01:00:00Z');
const key = Buffer.alloc(32, 1);
const signer = new LinkSigner(key, clock);
const start = clock.now();
afterEach(() => clock.set(start.toISOString()));

describe('signed links', () => {
  const content = { purpose: 'petitions.export', payload: { exportId: 'e-1', rows: 3 } };
  const invalid = { code: 'LINK_INVALID', httpStatus: 404 };

  it('give back what was signed until they expire, to the second', async () => {
    const { token, expiresAt } = await signer.signedLink(content, 300);
    expect(expiresAt).toEqual(new Date('2026-03-02T01:05:00Z'));
    expect(token).toMatch(/^[\w.-]+$/);
    clock.set(new Date(expiresAt.getTime() - 1000).toISOString());
    expect(await signer.verify(token, 'petitions.export')).toEqual(content.payload);
    clock.set(expiresAt.toISOString());
    await expect(signer.verify(token, 'petitions.export')).rejects.toMatchObject(invalid);
  });

  it('are refused alike for another purpose, by another key, changed, unsigned, endless or no token', async () => {
    const { token } = await signer.signedLink(content, 300);
    const [head, body, mac] = token.split('.') as [string, string, string];
    const forged = Buffer.from(
      JSON.stringify({
        ...JSON.parse(Buffer.from(body, 'base64url').toString()),
        payload: { exportId: 'e-2' },
      }),
    ).toString('base64url');
    const claims = { iss: 'junxian-link', aud: 'petitions.export', payload: {} };
    const cases = [
      `${head}.${forged}.${mac}`,
      new UnsecuredJWT(claims).setExpirationTime('2h').encode(),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key),
      (await new LinkSigner(Buffer.alloc(32, 2), clock).signedLink(content, 300)).token,
      'x',
      '',
      'x'.repeat(100_000),
    ];
    for (const wrong of cases) {
      await expect(signer.verify(wrong, 'petitions.export')).rejects.toMatchObject(invalid);
    }
    await expect(signer.verify(token, 'file-download')).rejects.toMatchObject(invalid);
  });

  it('need a real key', () => expect(() => new LinkSigner(Buffer.alloc(16), clock)).toThrow(RangeError));
});
