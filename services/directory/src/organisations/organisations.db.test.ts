import type { Principal } from '@junxian/identity';
import { rule, type TestDatabase, testDatabase, testKeys } from '@junxian/test-kit';
import { parseAuditKeys, useAuditKeys } from '../audit/audit-keys';
import { migrations } from '../migrations';
import { as, clock, events, insertRegions, officer, place } from './organisation.fixture';
import type { OrganisationRow } from './organisation.store';
import {
  createOrganisation,
  markConverted,
  moveOrganisation,
  type OrganisationChange,
  type OrganisationInput,
  removeOrganisation,
  restoreOrganisation,
  updateOrganisation,
} from './organisations.service';

const { fieldCipher } = testKeys;
const staff = officer('000000000000', 'NATION', ['SYSTEM_STAFF']);
let test: TestDatabase;
let city: string;
let county: string;
let office: string;
let neighbour: string;
let cityAdmin: Principal;
let countyAdmin: Principal;
let officeAdmin: Principal;
let neighbourAdmin: Principal;

beforeAll(() => useAuditKeys(parseAuditKeys(Buffer.alloc(32, 3).toString('base64'))));
beforeEach(async () => {
  test = await testDatabase({ service: 'directory', migrations });
  await insertRegions(test);
  [city] = (await place(test, { sealName: '大同市民政局', regionCode: '140200000000' })) as [string];
  [county, neighbour] = (await place(
    test,
    { sealName: '云州区民政局', regionCode: '140215000000', superiorId: city },
    { sealName: '左云县民政局', regionCode: '140226000000', superiorId: city },
  )) as [string, string];
  [office] = (await place(test, {
    sealName: '云州区低保中心',
    regionCode: '140215000000',
    superiorId: county,
    kind: 'DEPARTMENT',
    registered: false,
  })) as [string];
  cityAdmin = officer('140200000000', 'CITY', ['ORG_ADMIN'], city);
  countyAdmin = officer('140215000000', 'COUNTY', ['ORG_ADMIN'], county);
  officeAdmin = officer('140215000000', 'COUNTY', ['ORG_ADMIN'], office);
  neighbourAdmin = officer('140226000000', 'COUNTY', ['ORG_ADMIN'], neighbour);
});
afterEach(() => test.close());

const update = (principal: Principal, id: string, change: OrganisationChange, version = 1) =>
  as(test, principal, (tx, caller) => updateOrganisation(tx, caller, fieldCipher, id, change, version));
const move = (principal: Principal, id: string, to: string, version = 1) =>
  as(test, principal, (tx, caller) => moveOrganisation(tx, caller, id, to, version));
const remove = (principal: Principal, id: string, version = 1) =>
  as(test, principal, (tx, caller) => removeOrganisation(tx, caller, id, version));
const restore = (principal: Principal, id: string, version = 2) =>
  as(test, principal, (tx, caller) => restoreOrganisation(tx, caller, id, version));
const convert = (principal: Principal, id: string, on: string, version = 1) =>
  as(test, principal, (tx, caller) => markConverted(tx, caller, id, on, version));
const create = (principal: Principal, input: Partial<OrganisationInput> = {}) =>
  as(test, principal, (tx, caller) =>
    createOrganisation(tx, caller, fieldCipher, {
      kind: 'DEPARTMENT',
      sealName: '云州区救助站',
      superiorId: county,
      regionCode: '140215000000',
      unifiedSocialCreditCode: null,
      headcount: null,
      hasExtranet: false,
      contactName: null,
      contactPhone: null,
      adminPrefix: null,
      ...input,
    }),
  );

const refused = (code: string) => expect.objectContaining({ name: 'Refusal', code });
const outcome = (work: Promise<OrganisationRow>) =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
const lastAudit = async () =>
  (
    await test.adminQuery(
      'SELECT action, target_id, account_id, before, after FROM audit_entry ORDER BY sequence DESC LIMIT 1',
    )
  )[0];

describe('who changes what', () => {
  rule('DI-ORG-04', 'basic data are changed by the own administrator and by nobody else', async () => {
    const change = { headcount: 40, contactPhone: '0352-5123456' };
    for (const principal of [cityAdmin, countyAdmin, neighbourAdmin]) {
      expect(await outcome(update(principal, office, change))).toBe(
        principal === neighbourAdmin ? 'NOT_FOUND' : 'FORBIDDEN',
      );
    }
    const member = officer('140215000000', 'COUNTY', [], office);
    expect(await outcome(update(member, office, change))).toBe('FORBIDDEN');
    const after = await update(officeAdmin, office, change);
    expect(after).toMatchObject({ headcount: 40, version: 2, sealName: '云州区低保中心' });
    expect(fieldCipher.open(after.contactPhoneSealed!, 'organisation.contact_phone')).toBe('0352-5123456');
    expect(await events(test)).toEqual([
      {
        type: 'organisation.changed.v1',
        data: {
          organisationId: office,
          sealName: '云州区低保中心',
          kind: 'DEPARTMENT',
          regionCode: '140215000000',
          superiorId: county,
        },
      },
    ]);
    expect(await lastAudit()).toMatchObject({
      action: 'ORGANISATION_CHANGED',
      target_id: office,
      account_id: officeAdmin.accountId,
      before: { headcount: null },
      after: { headcount: 40, contactChanged: true },
    });
  });

  rule(
    'DI-ORG-04',
    'structure is changed by the administrator of a direct or higher superior and by nobody else',
    async () => {
      const structure = { kind: 'BUREAU', adminPrefix: 'yz' } as const;
      expect(await outcome(update(officeAdmin, office, structure))).toBe('FORBIDDEN');
      expect(await outcome(update(neighbourAdmin, office, structure))).toBe('NOT_FOUND');
      expect(await update(countyAdmin, office, structure)).toMatchObject(structure);
      expect(await update(cityAdmin, office, { adminPrefix: null }, 2)).toMatchObject({
        adminPrefix: null,
        version: 3,
      });
      expect(await outcome(update(cityAdmin, city, structure))).toBe('FORBIDDEN');
    },
  );

  it('a stale version, an empty change and an emptied name are refused', async () => {
    expect(await outcome(update(officeAdmin, office, { headcount: 1 }, 7))).toBe('STALE_VERSION');
    expect(await outcome(update(officeAdmin, office, {}))).toBe('INVALID_INPUT');
    expect(await outcome(update(officeAdmin, office, { sealName: null } as never))).toBe('INVALID_INPUT');
  });

  rule('DI-ORG-01', 'a new name is freed of blanks and must be free in the whole country', async () => {
    await place(test, { sealName: '示范站', regionCode: '370100000000' });
    const error = await update(officeAdmin, office, { sealName: '示 范　站' }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toEqual(refused('DUPLICATE_NAME'));
    expect(JSON.stringify(error)).not.toContain('3701');
    expect(await update(officeAdmin, office, { sealName: '云州区 救助站' })).toMatchObject({
      sealName: '云州区救助站',
    });
  });
});

describe('a new organisation below', () => {
  it('is created by an administrator at or above its superior', async () => {
    const created = await create(cityAdmin, { sealName: '云州区 救助站', contactPhone: '0352-5123456' });
    expect(created).toMatchObject({
      sealName: '云州区救助站',
      registered: false,
      superiorId: county,
      version: 1,
    });
    expect((await events(test)).map((event) => event.type)).toEqual(['organisation.registered.v1']);
    expect(await lastAudit()).toMatchObject({ action: 'ORGANISATION_REGISTERED', target_id: created.id });
    expect(await outcome(create(countyAdmin, { sealName: '另一站' }))).toBe('done');
  });

  rule('DI-ORG-02', 'is never a unit: units come from the sheet', async () => {
    expect(await outcome(create(countyAdmin, { kind: 'UNIT' }))).toBe('UNIT_NEEDS_SHEET');
    expect(await outcome(update(countyAdmin, office, { kind: 'UNIT' }))).toBe('UNIT_NEEDS_SHEET');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['FORBIDDEN', () => create(officeAdmin)],
    ['NOT_FOUND', () => create(neighbourAdmin)],
    // The city lies above the county administrator's region and is not seen at all.
    ['NOT_FOUND', () => create(countyAdmin, { superiorId: city })],
    ['REGION_NOT_BELOW_SUPERIOR', () => create(cityAdmin, { regionCode: '140226000000' })],
    ['REGION_UNKNOWN', () => create(cityAdmin, { regionCode: '140299000000' })],
    ['DUPLICATE_NAME', () => create(cityAdmin, { sealName: '左云县 民政局' })],
    ['INVALID_CREDIT_CODE', () => create(cityAdmin, { unifiedSocialCreditCode: '123' })],
  ])('is refused with %s', async (code, work) => {
    await expect(work()).rejects.toEqual(refused(code));
  });

  it('races for one name end with one of them', async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcome(create(countyAdmin))));
    expect(outcomes.sort()).toEqual([...Array(4).fill('DUPLICATE_NAME'), 'done']);
  });
});

describe('moving in the tree', () => {
  rule('DI-ORG-04', 'is for an administrator above both ends', async () => {
    const [bureau] = (await place(test, {
      sealName: '云州区残联',
      regionCode: '140215000000',
      superiorId: county,
    })) as [string];
    const bureauAdmin = officer('140215000000', 'COUNTY', ['ORG_ADMIN'], bureau);
    expect(await outcome(move(officeAdmin, office, bureau))).toBe('FORBIDDEN');
    expect(await outcome(move(bureauAdmin, office, bureau))).toBe('FORBIDDEN');
    expect(await outcome(move(neighbourAdmin, office, neighbour))).toBe('NOT_FOUND');
    expect(await move(countyAdmin, office, bureau)).toMatchObject({ superiorId: bureau, version: 2 });
    expect(await lastAudit()).toMatchObject({
      action: 'ORGANISATION_MOVED',
      before: { superiorId: county },
      after: { superiorId: bureau },
    });
    expect((await events(test)).map(({ type, data }) => [type, data.superiorId])).toEqual([
      ['organisation.changed.v1', bureau],
    ]);
    expect(await outcome(move(cityAdmin, office, city, 2))).toBe('done');
  });

  it('never makes a circle, not even by two moves at once', async () => {
    expect(await outcome(move(cityAdmin, county, office))).toBe('CYCLE');
    expect(await outcome(move(cityAdmin, county, county))).toBe('CYCLE');
    const [a, b] = (await place(
      test,
      { sealName: '甲局', regionCode: '140215000000', superiorId: city },
      { sealName: '乙局', regionCode: '140215000000', superiorId: city },
    )) as [string, string];
    const outcomes = await Promise.all([outcome(move(cityAdmin, a, b)), outcome(move(cityAdmin, b, a))]);
    expect(outcomes.sort()).toEqual(['CYCLE', 'done']);
  });

  it('keeps every region inside that of the superior', async () => {
    expect(await outcome(move(cityAdmin, office, neighbour))).toBe('REGION_NOT_BELOW_SUPERIOR');
  });
});

describe('conversion', () => {
  rule('DI-ORG-03', 'puts the date on the unit and tells the other services', async () => {
    expect(await convert(staff, county, '2026-02-01')).toMatchObject({
      convertedToEnterpriseOn: '2026-02-01',
      version: 2,
    });
    expect(await events(test)).toMatchObject([
      {
        type: 'organisation.converted.v1',
        data: { organisationId: county, convertedToEnterpriseOn: '2026-02-01' },
      },
    ]);
    expect(await lastAudit()).toMatchObject({ action: 'ORGANISATION_CONVERTED', target_id: county });
    expect(await outcome(convert(staff, county, '2026-02-02', 2))).toBe('ALREADY_CONVERTED');
    expect(await outcome(convert(staff, office, '2026-02-01'))).toBe('NOT_A_UNIT');
    expect(await outcome(convert(staff, neighbour, '2026-03-02'))).toBe('CONVERSION_IN_FUTURE');
  });
});

describe('removal', () => {
  rule('DI-ORG-05', 'keeps the row, frees the name and is undone by restoring', async () => {
    expect(await remove(countyAdmin, office)).toMatchObject({ validTo: '2026-03-01', version: 2 });
    expect(await outcome(remove(countyAdmin, office, 2))).toBe('ORGANISATION_REMOVED');
    expect(await outcome(update(officeAdmin, office, { headcount: 3 }, 2))).toBe('ORGANISATION_REMOVED');
    clock.set('2026-05-01T09:00:00+08:00');
    try {
      expect(await restore(countyAdmin, office)).toMatchObject({
        validTo: null,
        validFrom: '2020-01-01',
        version: 3,
      });
    } finally {
      clock.set('2026-03-01T09:00:00+08:00');
    }
    expect((await events(test)).map((event) => event.type)).toEqual([
      'organisation.removed.v1',
      'organisation.restored.v1',
    ]);
    expect(await outcome(restore(countyAdmin, office, 3))).toBe('NOT_REMOVED');
  });

  rule('DI-ORG-05', 'is soft: the application cannot delete a row at all', async () => {
    const gone = await as(test, staff, (tx) => tx.query('DELETE FROM organisation RETURNING id'));
    expect(gone).toEqual([]);
    expect(await test.adminQuery('SELECT count(*)::int AS n FROM organisation')).toEqual([{ n: 4 }]);
  });

  it('is refused to the organisation itself and its peers; a top is removed by staff only', async () => {
    expect(await outcome(remove(officeAdmin, office))).toBe('FORBIDDEN');
    expect(await outcome(remove(neighbourAdmin, office))).toBe('NOT_FOUND');
    expect(await outcome(remove(staff, office))).toBe('FORBIDDEN');
    const [top] = (await place(test, { sealName: '山西省民政厅', regionCode: '140000000000' })) as [string];
    const topAdmin = officer('140000000000', 'PROVINCE', ['ORG_ADMIN'], top);
    expect(await outcome(remove(topAdmin, top))).toBe('FORBIDDEN');
    expect(await outcome(remove(staff, top))).toBe('done');
  });

  it('is refused while there are subordinates or accounts in use', async () => {
    expect(await outcome(remove(cityAdmin, county))).toBe('HAS_SUBORDINATES');
    await test.adminQuery(
      `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash, must_change_password, created_at)
       VALUES ('ADMIN', 'yz1', $1, '140215000000', '{PARTY}', 'ACTIVE', 'x', false, now())`,
      [office],
    );
    expect(await outcome(remove(countyAdmin, office))).toBe('HAS_ACCOUNTS');
    await test.adminQuery(`UPDATE account SET status = 'DISABLED'`);
    expect(await outcome(remove(countyAdmin, office))).toBe('done');
  });

  it('cannot be undone while the name is taken or the superior is gone', async () => {
    await remove(countyAdmin, office);
    const [other] = (await place(test, { sealName: '云州区低保中心', regionCode: '370100000000' })) as [
      string,
    ];
    expect(await outcome(restore(countyAdmin, office))).toBe('DUPLICATE_NAME');
    await test.adminQuery('UPDATE organisation SET valid_to = $1 WHERE id = ANY($2)', [
      '2026-03-01',
      [other, county],
    ]);
    expect(await outcome(restore(cityAdmin, office))).toBe('SUPERIOR_REMOVED');
  });
});
