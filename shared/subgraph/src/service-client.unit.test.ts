import { testIssuer } from '@junxian/test-kit';
import { serviceClient } from './service-client';

describe('a call of another service', () => {
  const issuer = testIssuer('petitions');
  const began = Date.parse('2026-01-01T00:00:00Z');
  let now = began;
  const fetched = jest.spyOn(globalThis, 'fetch');
  beforeEach(() => {
    now = began;
    fetched.mockReset().mockImplementation(async () => Response.json({ done: true }));
  });
  afterAll(() => fetched.mockRestore());

  const client = () =>
    serviceClient({
      service: 'petitions',
      privateJwk: issuer.privateJwk,
      baseUrl: 'http://directory.test',
      now: () => new Date(now),
    });
  /** The assertion of the latest call. */
  const vouched = () => new Headers(fetched.mock.lastCall![1]!.headers).get('x-junxian-assertion')!;

  it.each([
    ['one that was just signed serves again', 14_000, true],
    ['one that has lived half its life does not', 15_000, false],
    ['one signed by a clock that was set back since does not', -3_600_000, false],
  ])('is vouched for by an assertion that is valid when it is sent: %s', async (_which, later, isSame) => {
    const directory = client();
    expect(await directory.post('/internal/x', {}, 'key')).toEqual({ done: true });
    const first = vouched();
    now += later;
    await directory.post('/internal/x', {}, 'key');
    expect(vouched() === first).toBe(isSame);
    expect(await issuer.verifier.verify(vouched(), new Date(now + 14_000))).toMatchObject({
      kind: 'SERVICE',
      accountId: 'service:petitions',
    });
  });
});
