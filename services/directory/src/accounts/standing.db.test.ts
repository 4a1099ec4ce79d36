import { rule } from '@junxian/test-kit';
import type { Caller } from '../caller';
import { claimsOf, codeOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';
import { accountsFollowOrganisations } from './region-following.service';
import { disableAccount, enableAccount, transferAccount } from './standing.service';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const memberLogin = { realm: 'PARTY', module: 'PARTY_APP' } as const;

const createAdmin = (by: Caller, organisation: keyof Stage['organisations'], loginName: string) =>
  stage.as(by, (tx) =>
    stage.services.administrators.createAdmin(tx, by, {
      organisationId: stage.organisations[organisation],
      loginName,
      realms: ['PARTY'],
    }),
  );

describe('standing', () => {
  it('disabling ends the sessions and bars the account until it is enabled', async () => {
    const county = await stage.admin('county');
    const id = await stage.account({ name: 'branch001', organisation: 'branch', realms: ['RETIRED_CADRE'] });
    // The first entry to FIVE_REGISTERS is the account's second version.
    const { refreshToken } = await stage.login({ loginName: 'branch001' });
    const disabled = await stage.as(county, (tx) =>
      disableAccount(tx, county, { accountId: id, expectedVersion: 2 }),
    );
    expect(disabled.status).toBe('DISABLED');
    expect(await codeOf(stage.services.refreshing.refresh(refreshToken, 'ip'))).toBe('REFRESH_INVALID');
    expect(await stage.test.adminQuery('SELECT kind, subject FROM revocation')).toEqual([
      { kind: 'ACCOUNT', subject: id },
    ]);
    expect(
      await codeOf(
        stage.as(county, (tx) => enableAccount(tx, county, { accountId: id, expectedVersion: 1 })),
      ),
    ).toBe('STALE_VERSION');
    await stage.as(county, (tx) => enableAccount(tx, county, { accountId: id, expectedVersion: 3 }));
    expect((await stage.login({ loginName: 'branch001' })).account.status).toBe('ACTIVE');
    const announced = [...(await stage.events('disabled')), ...(await stage.events('enabled'))];
    expect(announced.map(({ subject, aggregateversion }) => [subject, aggregateversion])).toEqual([
      [id, 3],
      [id, 4],
    ]);
  });

  it('an account disabled before its activation is not active when enabled', async () => {
    const county = await stage.admin('county');
    const { account } = await createAdmin(county, 'branch', 'branch001');
    await stage.as(county, (tx) => disableAccount(tx, county, { accountId: account.id, expectedVersion: 1 }));
    const enabled = await stage.as(county, (tx) =>
      enableAccount(tx, county, { accountId: account.id, expectedVersion: 2 }),
    );
    expect(enabled.status).toBe('PENDING_ACTIVATION');
  });

  rule(
    'DI-ACC-01',
    'a disabled administrator makes room for another, and then cannot come back',
    async () => {
      const county = await stage.admin('county');
      const id = await stage.account({ name: 'branch001', organisation: 'branch' });
      await stage.as(county, (tx) => disableAccount(tx, county, { accountId: id, expectedVersion: 1 }));
      await createAdmin(county, 'branch', 'branch002');
      expect(
        await codeOf(
          stage.as(county, (tx) => enableAccount(tx, county, { accountId: id, expectedVersion: 2 })),
        ),
      ).toBe('ADMIN_EXISTS');
    },
  );

  it('a transfer moves account and appointment, ends sessions, and asks for authority on both sides', async () => {
    const committee = await stage.admin('committee');
    const county = await stage.admin('county');
    const member = await stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
    const { refreshToken } = await stage.login({ loginName: '13812345678', ...memberLogin });
    const move = (by: Caller, organisation: keyof Stage['organisations'], expectedVersion = 1) =>
      stage.as(by, (tx) =>
        transferAccount(tx, by, {
          accountId: member,
          organisationId: stage.organisations[organisation],
          expectedVersion,
        }),
      );
    expect(await codeOf(move(county, 'neighbour'))).toBe('NOT_FOUND');
    expect(await codeOf(move(county, 'unit'))).toBe('FORBIDDEN');
    expect(await codeOf(move(committee, 'neighbour', 7))).toBe('STALE_VERSION');
    expect(await move(committee, 'neighbour')).toMatchObject({
      organisationId: stage.organisations.neighbour,
      regionCode: '140214000000',
      version: 2,
    });
    expect(await codeOf(stage.services.refreshing.refresh(refreshToken, 'ip'))).toBe('REFRESH_INVALID');
    expect(
      claimsOf((await stage.login({ loginName: '13812345678', ...memberLogin })).accessToken),
    ).toMatchObject({
      org: stage.organisations.neighbour,
      reg: '140214000000',
      roles: ['directory:PERSON'],
    });
    expect(
      (await stage.events('region-changed')).map(({ data }) => [
        data.previousRegionCode,
        data.regionCode,
        data.regionLevel,
      ]),
    ).toEqual([['140215100000', '140214000000', 'COUNTY']]);
    expect(await stage.events('ended')).toHaveLength(1);
  });

  rule('DI-REG-10', 'accounts follow their organisation to its new code', async () => {
    const id = await stage.account({ name: 'neighbour001', organisation: 'neighbour' });
    await stage.test.adminQuery(`UPDATE organisation SET region_code = '140215000000' WHERE id = $1`, [
      stage.organisations.neighbour,
    ]);
    const follow = () =>
      stage.inService((tx) => accountsFollowOrganisations(tx, stage.clock.today(), stage.clock.now()));
    expect([await follow(), await follow()]).toEqual([1, 0]);
    expect((await stage.events('region-changed')).map(({ data }) => data)).toEqual([
      {
        accountId: id,
        organisationId: stage.organisations.neighbour,
        regionCode: '140215000000',
        regionLevel: 'COUNTY',
        previousRegionCode: '140214000000',
      },
    ]);
    await stage.test.adminQuery(`UPDATE organisation SET region_code = '140214000000' WHERE id = $1`, [
      stage.organisations.neighbour,
    ]);
  });
});
