import { checkRegionCode, referenceRegions } from '@junxian/administrative-region';
import { checkCitizenNumber } from '@junxian/identity';
import { checkPassword } from '../accounts/password.rules';
import { checkRealName } from '../accounts/real-name.rules';
import { roleDefinition } from '../appointments/role-catalogue';
import { checkMobile, checkUsername } from '../public-accounts/public-account.rules';
import { DEMO_PASSWORD, demoAccounts, demoAccountTable, demoOrganisations } from './demo-accounts';
import { demoId } from './demo-data';
import { demoCitizens } from './demo-petitions';

describe('the demonstration data', () => {
  it('lies in regions of the national file, each with its level there', () => {
    for (const { regionCode, regionLevel } of demoOrganisations) {
      checkRegionCode(regionCode, regionLevel);
      expect(referenceRegions().levelOf(regionCode)).toBe(regionLevel);
    }
  });

  it('has superiors that come first and hold the region', () => {
    const seen = new Set<string>();
    for (const { key, superior } of demoOrganisations) {
      if (superior !== null) expect(seen).toContain(superior);
      seen.add(key);
    }
  });

  it('gives only roles that exist, may be granted, and fit the level', () => {
    for (const { appointments } of demoAccounts)
      for (const { organisation, roles } of appointments) {
        const level = demoOrganisations.find(({ key }) => key === organisation)?.regionLevel;
        for (const code of roles) {
          const role = roleDefinition(code);
          expect(role?.grantableBy).toMatch(/ADMINISTRATOR|STAFF/);
          if (role?.levels.length) expect(role.levels).toContain(level);
        }
      }
  });

  it('has names and a password that the rules accept', () => {
    expect(() => checkPassword(DEMO_PASSWORD, { minLength: 8, symbols: '!@#$%^&*_-+=.?' })).not.toThrow();
    for (const { realName } of demoAccounts) expect(() => checkRealName(realName)).not.toThrow();
    for (const { loginName, mobile, idNumber } of demoCitizens) {
      expect([checkUsername(loginName), checkMobile(mobile)]).toEqual([loginName, mobile]);
      if (idNumber !== null) expect(checkCitizenNumber(idNumber).normalised).toBe(idNumber);
    }
  });

  it('has ids that never change', () => {
    expect(demoId('account', 'shanxi')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(demoId('account', 'shanxi')).toBe(demoId('account', 'shanxi'));
    expect(new Set(demoAccounts.map(({ loginName }) => demoId('account', loginName))).size).toBe(
      demoAccounts.length,
    );
  });

  it('prints a line for each account', () => {
    expect(demoAccountTable().find(({ loginName }) => loginName === 'twoposts')).toMatchObject({
      region: '140214000000, 140215000000',
    });
    expect(demoAccountTable()).toHaveLength(demoAccounts.length + demoCitizens.length);
  });
});
