import { ANONYMOUS, type Principal } from '@junxian/identity';
import { principals, rule, subgraphClient, testIssuer } from '@junxian/test-kit';
import { serveStage } from './served-stage.fixture';
import { PASSWORD, type Stage, signInStage } from './sign-in.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage({ loginRate: { attempts: 20, windowSeconds: 60 } });
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const cadre = (name: string, organisation: keyof Stage['organisations'] = 'unit') =>
  stage.account({ name, organisation, realms: ['RETIRED_CADRE'] });

describe('the rate limit', () => {
  rule(
    'DI-LOG-07',
    'very frequent logins are refused with the seconds to wait, by name and address, and let in after',
    async () => {
      await cadre('unit001');
      for (let index = 0; index < 20; index += 1) await stage.login({ loginName: 'unit001' });
      await expect(stage.login({ loginName: 'unit001' })).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        details: { retryAfterSeconds: 60 },
      });
      expect(
        (await stage.login({ loginName: 'unit001', password: PASSWORD }, '192.0.2.8')).accessToken,
      ).toBeTruthy();
      stage.clock.advance(60_000);
      expect((await stage.login({ loginName: 'unit001' })).accessToken).toBeTruthy();
    },
  );

  rule('DI-LOG-07', 'attempts at the same moment are counted one by one', async () => {
    await cadre('unit001');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, () => stage.login({ loginName: 'unit001' })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  });

  rule(
    'DI-LOG-07',
    'one address asks so often what a sign-in form needs; whoever has signed in is not counted',
    async () => {
      const gateway = testIssuer();
      const few = await signInStage({ addressRate: { attempts: 3, windowSeconds: 60 } });
      few.clock.set(new Date().toISOString());
      const running = await serveStage(few, gateway.verifier);
      const ask = (principal: Principal) =>
        subgraphClient(running.url, gateway, principal).query(
          '{ signInOptions(realm: PARTY, module: PARTY_APP, channel: INTERNET) { captchaRequired } }',
        );
      try {
        for (let read = 0; read < 3; read += 1) expect((await ask(ANONYMOUS)).errors).toBeUndefined();
        expect((await ask(ANONYMOUS)).errors?.[0]?.extensions?.code).toBe('RATE_LIMITED');
        const known = principals.officer({ regionCode: '140215000000', regionLevel: 'COUNTY' });
        expect((await ask(known)).errors).toBeUndefined();
      } finally {
        await running.stop();
        await few.close();
      }
    },
  );
});
