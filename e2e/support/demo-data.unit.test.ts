import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoAccounts, demoOrganisations } from '../../services/directory/src/demo-data/demo-accounts';
import { demoId } from '../../services/directory/src/demo-data/demo-data';
import { demoCitizens } from '../../services/directory/src/demo-data/demo-petitions';
import * as petitions from '../../services/petitions/src/demo-data/demo-directory';

/** Services never import each other, so petitions says again what directory's demonstration is; here it is the same. */
describe('the demonstration of petitions', () => {
  it('knows the organisations of directory’s, under the same ids', () => {
    for (const [key, said] of Object.entries(petitions.demoOrganisations)) {
      const { kind, sealName, regionCode, superior } = demoOrganisations.find((known) => known.key === key)!;
      expect(said).toEqual({ kind, sealName, regionCode, superior });
      expect(petitions.demoId('organisation', key)).toBe(demoId('organisation', key));
    }
  });

  it('knows its officers, their organisations and roles', () => {
    for (const [key, { organisation, roles }] of Object.entries(petitions.demoOfficers)) {
      const { appointments } = demoAccounts.find(({ loginName }) => loginName === key)!;
      expect(appointments[0]).toMatchObject({
        organisation,
        roles: roles.map((role) => `petitions:${role}`),
      });
      expect(petitions.demoId('account', key)).toBe(demoId('account', key));
    }
  });

  it('knows its citizens', () => {
    expect(
      Object.entries(petitions.demoCitizens).map(([loginName, { mobile, person }]) => ({
        loginName,
        mobile,
        idNumber: person?.idNumber ?? null,
      })),
    ).toEqual(demoCitizens.map(({ loginName, mobile, idNumber }) => ({ loginName, mobile, idNumber })));
  });
});

it('the README names every demonstration account', () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
  for (const { loginName } of [...demoAccounts, ...demoCitizens])
    expect(readme).toContain(`\`${loginName}\``);
});
