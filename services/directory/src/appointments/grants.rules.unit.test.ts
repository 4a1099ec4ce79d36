import type { RegionLevel } from '@junxian/administrative-region';
import { isRefusal } from '@junxian/errors';
import {
  checkGrantable,
  checkMayAdminister,
  checkRevocable,
  checkValidity,
  type Granter,
  type Holder,
  holdsOn,
  type Validity,
} from './grants.rules';
import { roleCatalogue, roleDefinition, withImpliedRoles } from './role-catalogue';

const ORG_ADMIN = 'directory:ORG_ADMIN';
const SYSTEM_STAFF = 'directory:SYSTEM_STAFF';

const code = (work: () => void): string => {
  try {
    work();
    return 'OK';
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
};

const granter = (part: Partial<Granter> = {}): Granter => ({
  accountId: 'granter',
  organisationId: 'org',
  regionCode: '140200000000',
  regionLevel: 'CITY',
  roles: [ORG_ADMIN],
  ...part,
});
const holder = (part: Partial<Holder> = {}): Holder => ({
  accountId: 'holder',
  regionCode: '140215000000',
  regionLevel: 'COUNTY',
  isOwnOrSubordinateOrganisation: true,
  ...part,
});

describe('who may administer whose appointment', () => {
  const linfen = granter({ regionCode: '141000000000' });
  const cases: [title: string, Granter, Holder, expected: string][] = [
    [
      'own administrator, own member',
      granter(),
      holder({ regionCode: '140200000000', regionLevel: 'CITY' }),
      'OK',
    ],
    ['superior administrator, county below', granter(), holder(), 'OK'],
    ['oneself', granter(), holder({ accountId: 'granter' }), 'OWN_APPOINTMENT'],
    [
      'oneself, as staff',
      granter({ roles: [SYSTEM_STAFF] }),
      holder({ accountId: 'granter' }),
      'OWN_APPOINTMENT',
    ],
    ['no administrator at all', granter({ roles: ['poverty-alleviation:MANAGER'] }), holder(), 'FORBIDDEN'],
    [
      'SUPERIOR_ADMIN in the token alone',
      granter({ roles: ['directory:SUPERIOR_ADMIN'] }),
      holder(),
      'FORBIDDEN',
    ],
    ['another city', granter(), holder({ regionCode: '140300000000', regionLevel: 'CITY' }), 'OUT_OF_REGION'],
    [
      'Linfen 1410 over Lüliang 1411',
      linfen,
      holder({ regionCode: '141100000000', regionLevel: 'CITY' }),
      'OUT_OF_REGION',
    ],
    [
      'the province above',
      granter(),
      holder({ regionCode: '140000000000', regionLevel: 'PROVINCE' }),
      'OUT_OF_REGION',
    ],
    [
      'a wider level with a code inside',
      granter({ regionCode: '140000000000', regionLevel: 'PROVINCE' }),
      holder({ regionCode: '140000000000', regionLevel: 'NATION' }),
      'OUT_OF_REGION',
    ],
    ['the nation', granter(), holder({ regionCode: '000000000000', regionLevel: 'NATION' }), 'OUT_OF_REGION'],
    [
      'a peer in the same city',
      granter(),
      holder({ isOwnOrSubordinateOrganisation: false }),
      'NOT_SUBORDINATE',
    ],
    [
      'staff, any organisation',
      granter({ roles: [SYSTEM_STAFF] }),
      holder({ isOwnOrSubordinateOrganisation: false }),
      'OK',
    ],
    [
      'staff of one province in another',
      granter({ roles: [SYSTEM_STAFF], regionCode: '140000000000', regionLevel: 'PROVINCE' }),
      holder({ regionCode: '370000000000', regionLevel: 'PROVINCE' }),
      'OUT_OF_REGION',
    ],
  ];
  it.each(cases)('%s', (_, by, of, expected) => {
    expect(code(() => checkMayAdminister(by, of))).toBe(expected);
  });
});

describe('which role may be granted', () => {
  const admin = [ORG_ADMIN];
  const staff = [SYSTEM_STAFF];
  const cases: [role: string, granterRoles: string[], level: RegionLevel, expected: string][] = [
    ['poverty-alleviation:OPERATOR', admin, 'COUNTY', 'OK'],
    ['poverty-alleviation:OPERATOR', admin, 'PROVINCE', 'ROLE_LEVEL_MISMATCH'],
    ['poverty-alleviation:MANAGER', admin, 'TOWNSHIP', 'ROLE_LEVEL_MISMATCH'],
    ['poverty-alleviation:PROVINCE_ADMIN', admin, 'PROVINCE', 'ROLE_BEYOND_OWN'],
    [
      'poverty-alleviation:PROVINCE_ADMIN',
      [ORG_ADMIN, 'poverty-alleviation:PROVINCE_ADMIN'],
      'PROVINCE',
      'OK',
    ],
    ['poverty-alleviation:PROVINCE_ADMIN', staff, 'PROVINCE', 'OK'],
    ['poverty-alleviation:PROVINCE_ADMIN', staff, 'COUNTY', 'ROLE_LEVEL_MISMATCH'],
    ['directory:ORG_ADMIN', admin, 'COUNTY', 'OK'],
    ['directory:AUDITOR', admin, 'COUNTY', 'ROLE_BEYOND_OWN'],
    ['directory:AUDITOR', [ORG_ADMIN, 'directory:AUDITOR'], 'COUNTY', 'OK'],
    ['directory:REGION_MAINTAINER', admin, 'NATION', 'ROLE_BEYOND_OWN'],
    ['directory:SYSTEM_STAFF', staff, 'NATION', 'OK'],
    ['directory:SYSTEM_STAFF', admin, 'NATION', 'ROLE_BEYOND_OWN'],
    ['directory:SYSTEM_STAFF', staff, 'COUNTY', 'ROLE_LEVEL_MISMATCH'],
    ['directory:SUPERIOR_ADMIN', staff, 'NATION', 'ROLE_NOT_GRANTABLE'],
    ['directory:SUPERIOR_ADMIN', [ORG_ADMIN, 'directory:SUPERIOR_ADMIN'], 'COUNTY', 'ROLE_NOT_GRANTABLE'],
    ['student-affairs:STUDENT', staff, 'COUNTY', 'ROLE_NOT_GRANTABLE'],
    ['petitions:HANDLER', admin, 'VILLAGE', 'OK'],
    ['directory:EMPEROR', staff, 'NATION', 'ROLE_UNKNOWN'],
    // Central money is issued by the nation itself (PA-FD-01).
    ['poverty-alleviation:FUND', admin, 'NATION', 'OK'],
    ['poverty-alleviation:FUND', admin, 'VILLAGE', 'ROLE_LEVEL_MISMATCH'],
  ];
  it.each(cases)('%s from %j to level %s: %s', (role, roles, regionLevel, expected) => {
    expect(
      code(() => checkGrantable(granter({ roles }), roleDefinition(role), { regionLevel }, 'role')),
    ).toBe(expected);
  });

  it('names the field at fault', () => {
    expect(() =>
      checkGrantable(granter(), roleDefinition('directory:AUDITOR'), { regionLevel: 'COUNTY' }, 'roles[1]'),
    ).toThrow(expect.objectContaining({ field: 'roles[1]' }));
  });

  it.each([
    ['poverty-alleviation:OPERATOR', admin, 'OK'],
    ['directory:AUDITOR', admin, 'ROLE_BEYOND_OWN'],
    ['directory:AUDITOR', staff, 'OK'],
    ['directory:SYSTEM_STAFF', [ORG_ADMIN, 'directory:AUDITOR'], 'ROLE_BEYOND_OWN'],
  ] as [string, string[], string][])('revoking %s as %j: %s', (role, roles, expected) => {
    expect(code(() => checkRevocable(granter({ roles }), roleDefinition(role)))).toBe(expected);
  });
});

describe('validity', () => {
  const today = '2026-03-10';
  const term: Validity = { from: '2026-01-01', to: '2026-12-31' };
  const cases: [Validity, inside: Validity | undefined, expected: string][] = [
    [{ from: today, to: null }, undefined, 'OK'],
    [{ from: '2026-03-09', to: null }, undefined, 'validFrom'],
    [{ from: today, to: today }, undefined, 'validTo'],
    [{ from: today, to: '2026-03-11' }, term, 'OK'],
    [{ from: today, to: '2026-12-31' }, term, 'OK'],
    [{ from: today, to: '2027-01-01' }, term, 'validTo'],
    [{ from: today, to: null }, term, 'validTo'],
    [{ from: '2026-12-31', to: '2027-01-02' }, term, 'validFrom'],
    [{ from: today, to: '2026-05-01' }, { from: '2026-04-01', to: null }, 'validFrom'],
  ];
  it.each(cases)('%j inside %j: %s', (validity, inside, expected) => {
    const check = () => checkValidity(validity, today, inside);
    if (expected === 'OK') expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'INVALID_VALIDITY', field: expected }));
  });

  it('holds from its first day up to, not on, its end', () => {
    expect(['2025-12-31', '2026-01-01', '2026-12-30', '2026-12-31'].map((day) => holdsOn(term, day))).toEqual(
      [false, true, true, false],
    );
  });
});

describe('the catalogue of roles', () => {
  it('names each role once, and implied roles exist', () => {
    const codes = roleCatalogue.map((role) => role.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const role of roleCatalogue) for (const implied of role.implies) expect(codes).toContain(implied);
  });

  it('gives a province administrator what the role implies, and nothing twice', () => {
    expect(withImpliedRoles(['poverty-alleviation:PROVINCE_ADMIN', 'poverty-alleviation:FUND'])).toEqual([
      'poverty-alleviation:FUND',
      'poverty-alleviation:MANAGER',
      'poverty-alleviation:PROJECT',
      'poverty-alleviation:PROVINCE_ADMIN',
    ]);
  });
});
