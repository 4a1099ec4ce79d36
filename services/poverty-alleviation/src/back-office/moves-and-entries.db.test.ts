import { rule } from '@junxian/test-kit';
import { duplicatesPage } from '../duplicates/duplicates.service';
import { figures, rebuilt, recounted } from '../statistics/statistics.fixture';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { refused } from '../testing/refusals.support.test';
import { VILLAGES } from '../testing/store.support.test';
import { type Office, openOffice, pairWithHelper } from './back-office.fixture';
import { ROWS_OF_HOUSEHOLD, ROWS_OF_YEAR } from './move-village';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

describe('moving to another village', () => {
  const move = (householdId: string, villageCode: string) =>
    office.confirmed(office.functions.moveVillage, { householdId, villageCode });

  rule(
    'PA-BO-07',
    'moves the record of the cycle within the province and ends pairings that do not hold there',
    async () => {
      const { id } = await office.household();
      await office.earlierYears(id, 2016);
      await office.adminQuery(
        `UPDATE household_year_record SET natural_village_code = $2 WHERE household_id = $1`,
        [id, `${VILLAGES.yunzhou1}03`],
      );
      await pairWithHelper(office, id, VILLAGES.yunzhou1);
      await pairWithHelper(office, id, VILLAGES.yunzhou1, VILLAGES.yungang);
      const shown = await office.preview(office.functions.moveVillage, {
        householdId: id,
        villageCode: VILLAGES.yungang,
      });
      expect([shown.before, shown.after]).toMatchObject([
        { villageCode: VILLAGES.yunzhou1, naturalVillageCode: `${VILLAGES.yunzhou1}03`, helperPairings: 2 },
        { villageCode: VILLAGES.yungang, naturalVillageCode: null, helperPairings: 1 },
      ]);
      await move(id, VILLAGES.yungang);

      const [now, before] = [await office.file(id), await office.file(id, 2016)];
      expect([
        now.record.regionCode,
        now.record.basic.naturalVillageCode,
        now.householdNo.slice(0, 12),
      ]).toEqual([VILLAGES.yungang, null, VILLAGES.yunzhou1]);
      expect([before.record.regionCode, before.record.basic.naturalVillageCode]).toEqual([
        VILLAGES.yunzhou1,
        `${VILLAGES.yunzhou1}03`,
      ]);
      const standing = await office.adminQuery(
        `SELECT (SELECT region_code FROM household WHERE id = $1) AS household,
         (SELECT array_agg(DISTINCT p.region_code) FROM member p JOIN member_year_record r ON r.member_id = p.id WHERE r.household_id = $1) AS members,
         (SELECT array_agg(region_code ORDER BY year, region_code) FROM member_year_record WHERE household_id = $1) AS records,
         (SELECT array_agg(DISTINCT region_code) FROM household_status_history WHERE household_id = $1) AS history,
         (SELECT array_agg(DISTINCT region_code) FROM back_office_operation WHERE household_id = $1) AS log`,
        [id],
      );
      expect(standing).toEqual([
        {
          household: VILLAGES.yungang,
          members: [VILLAGES.yungang],
          records: [...Array(3).fill(VILLAGES.yunzhou1), ...Array(3).fill(VILLAGES.yungang)],
          history: [VILLAGES.yungang],
          log: [VILLAGES.yungang],
        },
      ]);
      expect(
        await office.adminQuery(
          `SELECT region_code, end_date::text, end_reason FROM helper_pairing WHERE household_id = $1 ORDER BY end_date NULLS LAST`,
          [id],
        ),
      ).toEqual([
        { region_code: VILLAGES.yungang, end_date: '2017-11-20', end_reason: 'VILLAGE_CHANGED' },
        { region_code: VILLAGES.yungang, end_date: null, end_reason: null },
      ]);
      expect((await office.events('household.record-changed')).at(-1)!.data).toEqual({
        householdId: id,
        year: 2017,
        parts: ['VILLAGE'],
      });
    },
  );

  rule(
    'PA-YR-01',
    'natural changes of earlier years go on counting where the household lived then',
    async () => {
      const { id, memberId } = await office.household().then(({ members, ...file }) => ({
        ...file,
        memberId: members[1]!.id,
      }));
      await office.earlierYears(id, 2016);
      await office.adminQuery(
        `INSERT INTO population_change (change_id, household_id, operation_id, year, region_code, kind, direction, member_id,
         to_household_id, reason, change_date, operator, at)
       VALUES (uuidv7(), $1, uuidv7(), 2016, $2, 'ADD', 'IN', $3, $1, '01', '2016-05-01', 'x', now())`,
        [id, VILLAGES.yunzhou1, memberId],
      );
      const added = async () => ({
        left: await figures(office, 'NATURAL_CHANGE', VILLAGES.yunzhou1, { year: 2016 }),
        reached: await figures(office, 'NATURAL_CHANGE', VILLAGES.yungang, { year: 2016 }),
      });
      const stands = { left: expect.objectContaining({ 'natural.added': '1' }), reached: {} };
      await recounted(office, [id], 2016);
      expect(await added()).toEqual(stands);
      await move(id, VILLAGES.yungang);
      await recounted(office, [id], 2016);
      expect(await added()).toEqual(stands);
      await rebuilt(office, 2016);
      expect(await added()).toEqual(stands);
    },
  );

  it('is refused to where it stands, beyond the province, to no village, and while the region is split', async () => {
    const { id } = await office.household();
    const to = (villageCode: string) => refused(move(id, villageCode));
    expect(await to(VILLAGES.yunzhou1)).toEqual(['STATE_CONFLICT input.villageCode']);
    expect(await to(VILLAGES.shandong)).toEqual(['OUT_OF_REGION input.villageCode']);
    expect(await to('140215100000')).toEqual(['INVALID_REGION_CODE input.villageCode']);
    await office.adminQuery(
      `WITH change AS (INSERT INTO region_change (change_id, kind, from_codes, to_codes, moves, effective_date, received_at)
         VALUES (uuidv7(), 'SPLIT', '{}', '{}', '[]', '2018-01-01', now()) RETURNING change_id)
       INSERT INTO split_task (change_id, household_id, region_code, region_epoch, candidate_codes)
       SELECT change_id, $1, $2, 1, '{}' FROM change`,
      [id, VILLAGES.yunzhou1],
    );
    expect(await to(VILLAGES.yungang)).toEqual(['STATE_CONFLICT input.villageCode']);
  });

  it('takes along every table that says where a household stands, or leaves it for a reason', async () => {
    const left = {
      beneficiary_household: 'stays as history where the project was carried out',
      household_year_record: 'moves, with its natural village cleared',
      counter_contribution: 'follows by the event',
      statistic_contribution: 'follows by the event',
    };
    const tables = await office.adminQuery<{ name: string }>(
      `SELECT a.table_name AS name FROM information_schema.columns a JOIN information_schema.columns b USING (table_schema, table_name)
       WHERE a.table_schema = 'public' AND a.column_name = 'household_id' AND b.column_name = 'region_code' ORDER BY 1`,
    );
    const known = [...ROWS_OF_HOUSEHOLD, ...ROWS_OF_YEAR, ...Object.keys(left)];
    expect(tables.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('supplementary entries', () => {
  const flags = (householdId: string) =>
    office.adminQuery(
      `SELECT h.is_supplementary AS household, p.is_supplementary AS person, p.system_serial IS NOT NULL AS serial
       FROM household h JOIN member_year_record r ON r.household_id = h.id JOIN member p ON p.id = r.member_id
       WHERE h.id = $1 ORDER BY p.person_no`,
      [householdId],
    );

  rule(
    'PA-BO-10',
    'add a member who is flagged and counts in the income, but as no natural increase',
    async () => {
      const { id, householdNo } = await office.household([]);
      const add = (changes: object) =>
        office.confirmed(office.functions.supplementMember, {
          householdId: id,
          member: memberForm(office.next(), { relationToHead: 'SON', ...changes }),
        });
      const line = await add({});
      const { members, record } = await office.file(id);
      expect(
        members.map(({ relationToHead, status, personNo }) => [relationToHead, status, personNo]),
      ).toEqual([
        ['HEAD', 'NORMAL', `${householdNo}01`],
        ['SON', 'NORMAL', `${householdNo}02`],
      ]);
      expect([record.basic.memberCount, record.incomeAndHealth.perCapitaNetIncome]).toEqual([2, '8000.00']);
      expect(await flags(id)).toEqual([
        { household: false, person: false, serial: false },
        { household: false, person: true, serial: false },
      ]);
      expect(await office.log(line)).toMatchObject({
        function: '8.10',
        target_id: members[1]!.id,
        household_id: id,
      });
      expect((await office.events('member.changed')).at(-1)!.data).toMatchObject({
        kind: 'SUPPLEMENT',
        memberId: members[1]!.id,
        perCapitaBefore: '16000.00',
        perCapitaAfter: '8000.00',
      });
      expect(await office.adminQuery('SELECT FROM population_change WHERE household_id = $1', [id])).toEqual(
        [],
      );
      expect(await refused(add({ relationToHead: 'HEAD', workMonths: 13 }))).toEqual([
        'HEAD_NOT_ALLOWED input.member.relationToHead',
        'INVALID_INPUT input.member.workMonths',
      ]);
    },
  );

  rule('PA-BO-10', 'are refused to a number that is active anywhere in the country', async () => {
    const { first } = await office.household([], VILLAGES.shandong);
    const { id } = await office.household([]);
    const member = memberForm(first, { relationToHead: 'SON' });
    expect(
      await refused(office.confirmed(office.functions.supplementMember, { householdId: id, member })),
    ).toEqual(['DUPLICATE_ID input.member.idNumber']);
  });

  rule(
    'PA-BO-12',
    'of a person without a number need a birth date and give a serial; such persons are no duplicates',
    async () => {
      const { id } = await office.household([]);
      const without = (changes: object) =>
        office.confirmed(office.functions.supplementMember, {
          householdId: id,
          member: {
            ...memberForm(1, { relationToHead: 'MOTHER', sex: 'FEMALE', idType: 'NONE' }),
            idNumber: null,
            ...changes,
          },
        });
      expect(await refused(without({ birthDate: '' }))).toEqual(['INVALID_INPUT input.member.birthDate']);
      expect(await refused(without({ idNumber: idNumber(office.next()) }))).toEqual([
        'INVALID_INPUT input.member.idNumber',
      ]);
      expect((await office.log(await without({}))).function).toBe('8.12');
      await without({ relationToHead: 'OTHER' });
      const serials = await office.adminQuery<{ system_serial: string }>(
        `SELECT p.system_serial FROM member p JOIN member_year_record r ON r.member_id = p.id
       WHERE r.household_id = $1 AND r.id_type = '00' AND r.id_number_index IS NULL`,
        [id],
      );
      expect(serials.map(({ system_serial }) => system_serial)).toEqual([
        expect.stringMatching(/^W\d{11}$/),
        expect.stringMatching(/^W\d{11}$/),
      ]);
      expect(new Set(serials.map(({ system_serial }) => system_serial)).size).toBe(2);
      const duplicates = async () => {
        const { nodes } = await office.read((tx) =>
          duplicatesPage(tx, { low: '14', high: '15' }, { year: 2017 }),
        );
        return nodes.flatMap(({ holders }) => holders).filter(({ householdId }) => householdId === id);
      };
      expect(await duplicates()).toEqual([]);
      // That persons of the household with one number are found shows that those without would have been.
      const twins = [office.next(), office.next()].map((one) => memberForm(one, { relationToHead: 'SON' }));
      for (const member of twins)
        await office.confirmed(office.functions.supplementMember, { householdId: id, member });
      const sons = (await office.file(id)).members.filter(({ relationToHead }) => relationToHead === 'SON');
      await office.sameNumber(sons[1]!.id, sons[0]!.id, 2017);
      expect((await duplicates()).map(({ memberId }) => memberId).sort()).toEqual(
        sons.map((son) => son.id).sort(),
      );
      // Later the person gets a number: 8.6 takes it.
      const [mother] = (await office.file(id)).members.filter(
        ({ relationToHead }) => relationToHead === 'MOTHER',
      );
      const serial = office.next();
      await office.confirmed(office.functions.correctIdentity, {
        memberId: mother!.id,
        idType: 'RESIDENT_ID' as const,
        idNumber: idNumber(serial, '1970-01-01', 'FEMALE'),
      });
      expect((await office.file(id)).members.find(({ id: one }) => one === mother!.id)!.idType).toBe(
        'RESIDENT_ID',
      );
    },
  );

  const household = (changes: object = {}, members = [memberForm(office.next())]) => ({
    identifiedYear: 2014,
    household: householdForm(VILLAGES.yunzhouOther, members),
    ...changes,
  });

  rule('PA-BO-11', 'of a household state the year it was identified in and flag it', async () => {
    const input = household();
    const shown = await office.preview(office.functions.supplementHousehold, input);
    expect(shown).toMatchObject({ function: 'SUPPLEMENT_HOUSEHOLD', confirmation: VILLAGES.yunzhouOther });
    const line = await office.log(await office.confirmed(office.functions.supplementHousehold, input));
    const id = line.household_id as string;
    expect(line).toMatchObject({ function: '8.11', target_id: id, region_code: VILLAGES.yunzhouOther });
    expect(shown.after.householdNo).toBe((await office.file(id)).householdNo);
    expect(await flags(id)).toEqual([{ household: true, person: true, serial: false }]);
    expect(
      await office.adminQuery(
        `SELECT h.identified_year, r.year, r.poverty_status FROM household h JOIN household_year_record r ON r.household_id = h.id WHERE h.id = $1`,
        [id],
      ),
    ).toEqual([{ identified_year: 2014, year: 2017, poverty_status: '0' }]);
    expect((await office.events('household.identified')).at(-1)!.data).toMatchObject({
      householdId: id,
      origin: 'SUPPLEMENT',
    });

    expect(await refused(office.preview(office.functions.supplementHousehold, input))).toEqual([
      'DUPLICATE_ID input.household.members[0].idNumber',
    ]);
    expect(
      await refused(
        office.preview(office.functions.supplementHousehold, household({ identifiedYear: 2013 })),
      ),
    ).toEqual(['INVALID_INPUT input.identifiedYear']);
    const headless = household({}, [memberForm(office.next(), { relationToHead: 'SON' })]);
    expect(await refused(office.preview(office.functions.supplementHousehold, headless))).toEqual([
      'HEAD_REQUIRED input.household.members',
    ]);
    // Wherever in the form something is wrong, it is named by its place in the input.
    const faulty = household({}, [memberForm(office.next(), { workMonths: 13 })]);
    const form = { ...faulty.household, villageCode: '140215100000' };
    expect(
      await refused(office.preview(office.functions.supplementHousehold, { ...faulty, household: form })),
    ).toEqual([
      'INVALID_REGION_CODE input.household.villageCode',
      'INVALID_INPUT input.household.members[0].workMonths',
    ]);
    const basic = { ...form.basic, naturalVillageCode: `${VILLAGES.yunzhouOther}77` };
    const unknown = { ...household().household, basic };
    expect(
      await refused(office.preview(office.functions.supplementHousehold, household({ household: unknown }))),
    ).toEqual(['INVALID_INPUT input.household.basic.naturalVillageCode']);
  });

  rule(
    'PA-BO-13',
    'take a household whose head has no number; the same order sent twice registers it once',
    async () => {
      const head = { ...memberForm(1, { idType: 'NONE' }), idNumber: null };
      const input = household({}, [head, memberForm(office.next(), { relationToHead: 'SON' })]);
      const { confirmation, previewToken } = await office.preview(
        office.functions.supplementHousehold,
        input,
      );
      const order = { reason: '补录', confirmation, previewToken };
      const results = await Promise.allSettled(
        [1, 2].map(() => office.execute(office.functions.supplementHousehold, input, order)),
      );
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [done] = results.filter((result) => result.status === 'fulfilled');
      const line = await office.log(done!.value);
      expect(line.function).toBe('8.13');
      expect(await flags(line.household_id as string)).toEqual([
        { household: true, person: true, serial: true },
        { household: true, person: true, serial: false },
      ]);
    },
  );
});

rule(
  'PA-BO-14',
  'a village becomes poor or non-poor; one that is delisted must be put back first',
  async () => {
    const villageCode = VILLAGES.yunzhou2;
    const set = (villageAttribute: 'POOR' | 'NON_POOR') =>
      office.confirmed(office.functions.setVillageAttribute, { villageCode, villageAttribute });
    const attribute = () =>
      office.adminQuery('SELECT village_attribute, delist_year FROM poor_village WHERE region_code = $1', [
        villageCode,
      ]);
    expect(await refused(set('NON_POOR'))).toEqual(['STATE_CONFLICT input.villageAttribute']);
    expect(await office.log(await set('POOR'))).toMatchObject({
      function: '8.14',
      target_id: villageCode,
      region_code: villageCode,
      before: { villageAttribute: 'NON_POOR' },
      after: { villageAttribute: 'POOR' },
    });
    expect(await attribute()).toEqual([{ village_attribute: '01', delist_year: null }]);
    await office.adminQuery(
      `UPDATE poor_village SET delist_year = 2017, delist_reason = '达标' WHERE region_code = $1`,
      [villageCode],
    );
    expect(await refused(set('NON_POOR'))).toEqual(['STATE_CONFLICT input.villageCode']);
    await office.adminQuery(
      'UPDATE poor_village SET delist_year = NULL, delist_reason = NULL WHERE region_code = $1',
      [villageCode],
    );
    await set('NON_POOR');
    expect(await attribute()).toEqual([{ village_attribute: '02', delist_year: null }]);
    expect((await office.events('village.attribute-changed')).map(({ data }) => data.attribute)).toEqual([
      'POOR',
      'NON_POOR',
    ]);
  },
);
