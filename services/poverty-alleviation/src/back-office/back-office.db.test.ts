import type { Refusal } from '@junxian/errors';
import { scopeOf } from '@junxian/identity';
import { rule, scenario } from '@junxian/test-kit';
import { project } from '../funds/funds.fixture';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { refused } from '../testing/refusals.support.test';
import { operatorOf, VILLAGES } from '../testing/store.support.test';
import { type Office, openOffice, pairWithHelper } from './back-office.fixture';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

const statuses = (members: readonly { relationToHead: string; status: string }[]) =>
  members.map(({ relationToHead, status }) => `${relationToHead} ${status}`);

describe('every function', () => {
  rule('PA-BO-00', 'is previewed, confirmed by typing and logged; nothing happens without', async () => {
    const { functions, preview, execute } = office;
    const { id, householdNo } = await office.household();
    const input = { householdId: id, year: 2017, householdAttribute: 'ALLOWANCE_POOR' as const };
    const shown = await preview(functions.adjustAttribute, input);
    expect(shown).toMatchObject({
      before: { householdAttribute: 'GENERAL_POOR' },
      after: { householdAttribute: 'ALLOWANCE_POOR' },
      confirmation: householdNo,
    });
    const order = { reason: '核查', confirmation: householdNo, previewToken: shown.previewToken };
    const act = (changes: object, given = input) =>
      refused(execute(functions.adjustAttribute, given, { ...order, ...changes }));
    expect(await act({ reason: ' ', confirmation: 'yes' })).toEqual([
      'REASON_REQUIRED order.reason',
      'CHECK_FAILED order.confirmation',
    ]);
    // The preview of one thing confirms no other, and none that was overtaken.
    expect(await act({}, { ...input, householdAttribute: 'ALLOWANCE' as 'ALLOWANCE_POOR' })).toEqual([
      'STALE_VERSION order.previewToken',
    ]);
    await office.confirmed(functions.adjustStandard, {
      householdId: id,
      identificationStandard: 'PROVINCIAL',
    });
    expect(await act({})).toEqual(['STALE_VERSION order.previewToken']);
    expect((await office.file(id)).record.basic.householdAttribute).toBe('GENERAL_POOR');

    const logged = await office.log(
      await execute(functions.adjustAttribute, input, {
        ...order,
        docRef: '晋开发办〔2017〕9号',
        previewToken: (await preview(functions.adjustAttribute, input)).previewToken,
      }),
    );
    expect(logged).toMatchObject({
      function: '8.4',
      target_id: id,
      household_id: id,
      region_code: VILLAGES.yunzhou1,
      year: 2017,
      before: { householdAttribute: 'GENERAL_POOR' },
      after: { householdAttribute: 'ALLOWANCE_POOR' },
      reason: '核查',
      doc_ref: '晋开发办〔2017〕9号',
      operator: office.admin.accountId,
    });
    expect(
      await office.adminQuery('SELECT FROM back_office_operation WHERE household_id = $1', [id]),
    ).toHaveLength(2);
  });

  it('done by two at once from one preview happens once', async () => {
    const { functions, preview, execute } = office;
    const { id, householdNo } = await office.household();
    const input = { householdId: id, year: 2017, householdAttribute: 'ALLOWANCE' as const };
    const { previewToken } = await preview(functions.adjustAttribute, input);
    const order = { reason: '核查', confirmation: householdNo, previewToken };
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => execute(functions.adjustAttribute, input, order)),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(
      await office.adminQuery('SELECT FROM back_office_operation WHERE household_id = $1', [id]),
    ).toHaveLength(1);
  });
});

describe('what is locked in base maintenance', () => {
  scenario(
    'poverty-alleviation',
    6,
    'a county operator changing the attribute 01→04 of 2016 is FIELD_LOCKED; the province does it through 8.4',
    async () => {
      const { id } = await office.household();
      await office.earlierYears(id, 2016);
      const { record } = await office.file(id, 2016);
      const save = office.database.write(scopeOf(operatorOf(VILLAGES.yunzhou1)), (tx) =>
        office.services.tabs.saveBasic(tx, {
          householdId: id,
          year: 2016,
          expectedVersion: record.version,
          householdAttribute: 'ALLOWANCE_POOR',
        }),
      );
      expect(await refused(save)).toEqual(['FIELD_LOCKED householdAttribute']);
      const line = await office.confirmed(office.functions.adjustAttribute, {
        householdId: id,
        year: 2016,
        householdAttribute: 'ALLOWANCE_POOR',
      });
      expect((await office.file(id, 2016)).record.basic.householdAttribute).toBe('ALLOWANCE_POOR');
      expect(await office.log(line)).toMatchObject({
        function: '8.4',
        year: 2016,
        before: { householdAttribute: 'GENERAL_POOR' },
        after: { householdAttribute: 'ALLOWANCE_POOR' },
        reason: '核查更正',
      });
    },
  );

  rule(['PA-YR-05', 'PA-BO-04'], 'the attribute changes in the chosen year and in no other', async () => {
    const { id } = await office.household();
    await office.earlierYears(id, 2015, 2016);
    const adjust = (year: number, householdAttribute: 'FIVE_GUARANTEES' | 'GENERAL_POOR') =>
      office.confirmed(office.functions.adjustAttribute, { householdId: id, year, householdAttribute });
    await adjust(2015, 'FIVE_GUARANTEES');
    const attributes = await Promise.all(
      [2015, 2016, 2017].map(async (year) => (await office.file(id, year)).record.basic.householdAttribute),
    );
    expect(attributes).toEqual(['FIVE_GUARANTEES', 'GENERAL_POOR', 'GENERAL_POOR']);
    expect(await refused(adjust(2016, 'GENERAL_POOR'))).toEqual(['STATE_CONFLICT input.householdAttribute']);
    expect((await office.events('household.record-changed')).at(-1)!.data).toEqual({
      householdId: id,
      year: 2015,
      parts: ['ATTRIBUTE'],
    });
  });

  rule('PA-BO-05', 'the identification standard changes in the cycle only', async () => {
    const { id } = await office.household();
    await office.earlierYears(id, 2016);
    const input = { householdId: id, identificationStandard: 'CITY' as const };
    await office.confirmed(office.functions.adjustStandard, input);
    expect((await office.file(id)).record.basic.identificationStandard).toBe('CITY');
    expect((await office.file(id, 2016)).record.basic.identificationStandard).toBe('NATIONAL');
    expect(await refused(office.preview(office.functions.adjustStandard, input))).toEqual([
      'STATE_CONFLICT input.identificationStandard',
    ]);
    await office.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2017');
    try {
      const other = { ...input, identificationStandard: 'NATIONAL' as const };
      expect(await refused(office.preview(office.functions.adjustStandard, other))).toEqual(['YEAR_CLOSED']);
    } finally {
      await office.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2017');
    }
  });
});

describe('clearing', () => {
  rule(
    'PA-BO-02',
    'persons restates the income and is no natural reduction; a head is followed by another',
    async () => {
      const { id, members } = await office.household();
      const [head, wife, son] = members;
      const clear = (memberIds: string[], choice = {}) =>
        office.confirmed(office.functions.clearPersons, { householdId: id, memberIds, ...choice });
      expect(await refused(clear([]))).toEqual(['NOTHING_SELECTED input.memberIds']);
      expect(await refused(clear([head!.id]))).toEqual(['HEAD_REQUIRED input.newHeadId']);
      expect(await refused(clear([head!.id], { newHeadId: head!.id }))).toEqual([
        'NOT_FOUND input.newHeadId',
      ]);
      expect(await refused(clear([son!.id], { newHeadId: wife!.id }))).toEqual([
        'INVALID_INPUT input.newHeadId',
      ]);
      expect(await refused(clear(members.map((one) => one.id)))).toEqual(['STATE_CONFLICT input.memberIds']);

      const line = await clear([head!.id], { newHeadId: wife!.id });
      const after = await office.file(id);
      expect(statuses(after.members)).toEqual(['HEAD NORMAL', 'HEAD CLEARED', 'SON NORMAL']);
      expect([after.record.basic.memberCount, after.record.incomeAndHealth.perCapitaNetIncome]).toEqual([
        2,
        '8000.00',
      ]);
      expect(await office.log(line)).toMatchObject({
        before: { memberCount: 3, perCapitaNetIncome: '5333.33' },
        after: {
          memberCount: 2,
          perCapitaNetIncome: '8000.00',
          members: { [wife!.personNo]: { relationToHead: 'HEAD' } },
        },
      });
      expect(await office.adminQuery('SELECT FROM population_change WHERE household_id = $1', [id])).toEqual(
        [],
      );
      expect((await office.events('member.changed')).at(-1)!.data).toMatchObject({
        kind: 'CLEAR',
        memberId: head!.id,
        fromHouseholdId: id,
        perCapitaBefore: '5333.33',
        perCapitaAfter: '8000.00',
      });
      // Cleared once is cleared.
      expect(await refused(clear([head!.id]))).toEqual(['NOT_FOUND input.memberIds']);
    },
  );

  rule(
    'PA-BO-03',
    'a household clears its members, ends its pairings and keeps what it benefited from',
    async () => {
      const { id, first } = await office.household();
      await pairWithHelper(office, id, VILLAGES.yunzhou1);
      await office.adminQuery(
        `INSERT INTO assistance_measure (household_id, year, region_code, source, project_id, beneficiary_id, category, content,
         created_by, created_at, updated_by, updated_at)
       VALUES ($1, 2017, $2, 'PROJECT', uuidv7(), uuidv7(), '4', '养殖', 'x', now(), 'x', now())`,
        [id, VILLAGES.yunzhou1],
      );
      await office.adminQuery(
        `INSERT INTO beneficiary_household (project_id, household_id, region_code, year, project_type, created_by, created_at)
       VALUES ($1, $2, $3, 2017, '4', 'x', now())`,
        [await project(office), id, VILLAGES.yunzhou1],
      );
      await office.confirmed(office.functions.clearHousehold, { householdId: id });
      const after = await office.file(id);
      expect([after.fileStatus, after.closedYear, after.record.basic.memberCount]).toEqual([
        'CLEARED',
        2017,
        0,
      ]);
      expect(new Set(after.members.map(({ status }) => status))).toEqual(new Set(['CLEARED_WITH_HOUSEHOLD']));
      expect(
        await office.adminQuery(
          'SELECT end_date::text, end_reason FROM helper_pairing WHERE household_id = $1',
          [id],
        ),
      ).toEqual([{ end_date: '2017-11-20', end_reason: 'CLEARED' }]);
      expect(
        await office.adminQuery('SELECT FROM assistance_measure WHERE household_id = $1', [id]),
      ).toHaveLength(1);
      expect(
        await office.adminQuery('SELECT FROM beneficiary_household WHERE household_id = $1', [id]),
      ).toHaveLength(1);
      expect((await office.events('household.cleared')).at(-1)!.data).toEqual({
        householdId: id,
        year: 2017,
      });
      expect(
        await office.adminQuery(
          `SELECT operation FROM household_status_history WHERE household_id = $1 ORDER BY id`,
          [id],
        ),
      ).toEqual([{ operation: 'IDENTIFY' }, { operation: 'CLEAR' }]);
      expect(await refused(office.preview(office.functions.clearHousehold, { householdId: id }))).toEqual([
        'STATE_CONFLICT input.householdId',
      ]);
      // The persons may be identified elsewhere from now on.
      const again = await office.identify(householdForm(VILLAGES.yunzhou2, [memberForm(first)]));
      expect((await office.file(again)).record.basic.memberCount).toBe(1);
    },
  );
});

describe('correcting an identity', () => {
  const correct = (memberId: string, changes: object) =>
    office.confirmed(office.functions.correctIdentity, { memberId, ...changes });

  rule(
    'PA-BO-06',
    'reaches the records of all years, closed ones too, and tells the log neither name nor number',
    async () => {
      const { id, members } = await office.household([]);
      const memberId = members[0]!.id;
      await office.earlierYears(id, 2015, 2016);
      await office.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2015');
      const number = idNumber(office.next(), '1971-02-03', 'FEMALE');
      const document = { idType: 'RESIDENT_ID', idNumber: number, birthDate: '1971-02-03', sex: 'FEMALE' };
      const line = await correct(memberId, { name: '演示更正', ...document });
      await office.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2015');
      const rows = await office.adminQuery(
        'SELECT year, name, sex, birth_date::text, id_number_index, citizen_id, id_number_sealed FROM member_year_record WHERE member_id = $1 ORDER BY year',
        [memberId],
      );
      expect(rows.map(({ year, name, sex, birth_date }) => [year, name, sex, birth_date])).toEqual(
        [2015, 2016, 2017].map((year) => [year, '演示更正', '2', '1971-02-03']),
      );
      expect(
        new Set(rows.map(({ id_number_index, citizen_id }) => `${id_number_index} ${citizen_id}`)).size,
      ).toBe(1);
      expect(office.services.personal.open(rows[0]!.id_number_sealed as string, 'member.id_number')).toBe(
        number,
      );
      const { before, after } = await office.log(line);
      expect(after).toMatchObject({
        nameChanged: true,
        idNumberChanged: true,
        birthDateChanged: true,
        sexChanged: true,
      });
      expect((before as { idNumberMark: string }).idNumberMark).not.toBe(
        (after as { idNumberMark: string }).idNumberMark,
      );
      for (const secret of [number, '演示更正', '演示甲', '1971-02-03']) {
        expect(JSON.stringify([before, after])).not.toContain(secret);
      }
      const told = (await office.events('member.changed'))
        .slice(-3)
        .map(({ data }) => [data.kind, data.year, data.citizenId]);
      expect(told).toEqual([2015, 2016, 2017].map((year) => ['CORRECT', year, rows[0]!.citizen_id]));
      // Whoever has the household open, in whichever year, learns that a member of it has changed.
      const versions = await Promise.all(
        [2015, 2016, 2017].map(async (year) => (await office.file(id, year)).record.version),
      );
      expect(versions).toEqual([2, 2, 2]);
    },
  );

  rule(
    'PA-BO-06',
    'keeps the document when the name alone is corrected, and asks for a valid number that is nobody else’s',
    async () => {
      const [one, other] = [await office.household([]), await office.household([], VILLAGES.shandong)];
      const memberId = one.members[0]!.id;
      const before = await office.adminQuery(
        'SELECT id_number_index FROM member_year_record WHERE member_id = $1',
        [memberId],
      );
      await correct(memberId, { name: '演示改名' });
      expect(
        await office.adminQuery('SELECT id_number_index FROM member_year_record WHERE member_id = $1', [
          memberId,
        ]),
      ).toEqual(before);
      expect(await refused(correct(memberId, { name: '演示改名' }))).toEqual(['STATE_CONFLICT input']);
      expect(await refused(correct(memberId, { sex: 'FEMALE' }))).toEqual(['INVALID_INPUT input.idNumber']);
      const good = idNumber(office.next());
      expect(
        await refused(
          correct(memberId, { idNumber: `${good.slice(0, 17)}${good.endsWith('1') ? '2' : '1'}` }),
        ),
      ).toEqual(['INVALID_ID input.idNumber']);
      expect(await refused(correct(memberId, { idNumber: idNumber(1, '1980-01-01') }))).toEqual([
        'INVALID_ID input.birthDate',
      ]);
      // A number of Shandong, which the administrator of Shanxi does not see.
      const [theirs] = await office.adminQuery<{ sealed: string }>(
        'SELECT id_number_sealed AS sealed FROM member_year_record WHERE member_id = $1',
        [
          (
            await office.adminQuery<{ id: string }>(
              'SELECT member_id AS id FROM member_year_record WHERE household_id = $1',
              [other.id],
            )
          )[0]!.id,
        ],
      );
      const taken = office.services.personal.open(theirs!.sealed, 'member.id_number')!;
      expect(await refused(correct(memberId, { idNumber: taken }))).toEqual(['DUPLICATE_ID input.idNumber']);
    },
  );

  it('to one number of two persons at once is done for one of them', async () => {
    const [one, other] = [await office.household([]), await office.household([])];
    const number = idNumber(office.next());
    const results = await Promise.allSettled(
      [one, other].map(({ members }) => correct(members[0]!.id, { idNumber: number })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect((lost.reason as Refusal).code).toBe('DUPLICATE_ID');
  });
});
