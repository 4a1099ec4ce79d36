import { scopeOf } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { refused } from '../testing/refusals.support.test';
import { officer, VILLAGES } from '../testing/store.support.test';
import { traceOf } from './household-files.service';
import { openStage, type Stage } from './maintenance.fixture';
import { addProjectMeasures, type ProjectMeasure, removeProjectMeasures } from './measures.service';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;

rule(
  'PA-YR-04',
  'name, document type and number of a member are locked; unchanged they are accepted',
  async () => {
    const { id, first } = await stage.household();
    const [head] = await stage.members(id);
    const before = await stage.everything(id);
    const save = { memberId: head!.id, year: 2017, expectedVersion: head!.version };
    const other = { name: '演示他人', idType: 'OFFICER_CARD', idNumber: idNumber(900) } as const;
    expect(await refused(stage.saveMember({ ...save, ...other, workMonths: 2 }))).toEqual([
      'FIELD_LOCKED name',
      'FIELD_LOCKED idType',
      'FIELD_LOCKED idNumber',
    ]);
    expect(await refused(stage.saveMember({ ...save, idNumber: null }))).toEqual(['FIELD_LOCKED idNumber']);
    expect(await stage.everything(id)).toEqual(before);
    const same = {
      name: '演示户主',
      idType: 'RESIDENT_ID',
      idNumber: idNumber(first).toLowerCase(),
    } as const;
    await stage.saveMember({ ...save, ...same, workMonths: 2 });
    expect((await stage.members(id))[0]).toMatchObject({
      workMonths: 2,
      idNumberSealed: head!.idNumberSealed,
    });
  },
);

rule(
  'PA-HH-06',
  'a change of relation keeps exactly one head; head and former head change in one save',
  async () => {
    const { id } = await stage.household();
    const [head, wife, son] = await stage.members(id);
    const save = ({ id: memberId, version: expectedVersion }: { id: string; version: number }) => ({
      memberId,
      year: 2017,
      expectedVersion,
    });
    expect(await refused(stage.saveMember({ ...save(head!), relationToHead: 'OTHER' }))).toEqual([
      'HEAD_REQUIRED relationToHead',
    ]);
    expect(await refused(stage.saveMember({ ...save(son!), relationToHead: 'HEAD' }))).toEqual([
      'HEAD_REQUIRED otherRelations',
    ]);
    const { version } = await stage.record(id);
    await stage.saveMember({
      ...save(son!),
      relationToHead: 'HEAD',
      otherRelations: [
        { memberId: head!.id, relationToHead: 'FATHER' },
        { memberId: wife!.id, relationToHead: 'MOTHER' },
      ],
    });
    const relations = async (year: number) =>
      (await stage.members(id, year)).map((one) => [one.id, one.relationToHead]);
    expect(await relations(2017)).toEqual([
      [son!.id, 'HEAD'],
      [head!.id, 'FATHER'],
      [wife!.id, 'MOTHER'],
    ]);
    expect((await relations(2016)).map(([, relation]) => relation)).toEqual(['HEAD', 'SPOUSE', 'SON']);
    // Whoever saw the household before learns that it has changed.
    expect((await stage.record(id)).version).toBeGreaterThan(version);
  },
);

it('of two members made head at once, exactly one becomes it', async () => {
  const { id } = await stage.household();
  const [head, wife, son] = await stage.members(id);
  const become = (one: typeof head) =>
    stage
      .saveMember({
        memberId: one!.id,
        year: 2017,
        expectedVersion: one!.version,
        relationToHead: 'HEAD',
        otherRelations: [{ memberId: head!.id, relationToHead: 'OTHER' }],
      })
      .then(
        () => 'saved',
        (error: { code?: string }) => error.code,
      );
  expect((await Promise.all([become(wife), become(son)])).sort()).toEqual(['HEAD_REQUIRED', 'saved']);
  expect((await stage.members(id)).filter(({ relationToHead }) => relationToHead === 'HEAD')).toHaveLength(1);
});

rule(
  'PA-HH-07',
  'birth date and sex keep matching the document; ages count at the end of the year saved',
  async () => {
    const { id } = await stage.household();
    const son = (await stage.members(id, 2015))[2]!;
    const save = (changes: object, expectedVersion = son.version) =>
      stage.saveMember({ memberId: son.id, year: 2015, expectedVersion, ...changes });
    expect(await refused(save({ birthDate: '1995-06-02' }))).toEqual(['INVALID_ID birthDate']);
    expect(await refused(save({ sex: 'FEMALE' }))).toEqual(['INVALID_ID sex']);
    // Born in 1995: 20 years old at the end of 2015, an age for school and for work.
    await save({ education: null, schoolStatus: 'COLLEGE_OR_ABOVE', labourAbility: 'ORDINARY' });
    expect((await stage.members(id, 2015))[2]).toMatchObject({
      schoolStatus: 'COLLEGE_OR_ABOVE',
      education: null,
    });
    const next = son.version + 1;
    expect(await refused(save({ schoolStatus: null }, next))).toEqual(['INVALID_INPUT education']);
    expect(await refused(save({ health: [], workMonths: 13, ethnicity: null }, next))).toEqual([
      'FIELD_REQUIRED ethnicity',
      'INVALID_INPUT health',
      'INVALID_INPUT workMonths',
    ]);
  },
);

it('a member who no longer counts, one of elsewhere and one nobody knows are not maintained', async () => {
  const { id } = await stage.household();
  const wife = (await stage.members(id))[1]!;
  await stage.adminQuery(`UPDATE member_year_record SET status = '5' WHERE member_id = $1 AND year = 2017`, [
    wife.id,
  ]);
  const save = (memberId: string, expectedVersion = wife.version) =>
    refused(stage.saveMember({ memberId, year: 2017, expectedVersion, workMonths: 1 }));
  expect(await save(wife.id)).toEqual(['STATE_CONFLICT memberId']);
  expect(await save(wife.id, 9)).toEqual(['STALE_VERSION expectedVersion']);
  const elsewhere = await stage.identify(householdForm(VILLAGES.shandong, [memberForm(800)]));
  const [stranger] = await stage.adminQuery<{ id: string }>(
    'SELECT member_id AS id FROM member_year_record WHERE household_id = $1',
    [elsewhere],
  );
  for (const memberId of [stranger!.id, uuid(0), 'x']) {
    expect(await save(memberId)).toEqual(['NOT_FOUND memberId']);
  }
});

rule(
  'PA-HH-08',
  'the outcome records the two assurances and three guarantees; its per-capita income is computed',
  async () => {
    const { id } = await stage.household();
    expect(await stage.outcome(id)).toMatchObject({
      version: 0,
      perCapitaIncome: '2000.00',
      housingSafe: null,
    });
    const assured = {
      foodAssured: true,
      clothingAssured: true,
      waterSafe: true,
      waterDifficulty: false,
      housingSafe: true,
      criticalIllnessInsured: true,
      compulsoryEducationMet: false,
    };
    await stage.saveOutcome(id, 2017, 0, assured);
    await stage.saveOutcome(id, 2017, 1, { compulsoryEducationMet: true, housingSafe: null });
    expect(await stage.outcome(id)).toMatchObject({
      ...assured,
      compulsoryEducationMet: true,
      housingSafe: null,
      version: 2,
    });
    expect(await refused(stage.saveOutcome(id, 2017, 0, { foodAssured: false }))).toEqual([
      'STALE_VERSION expectedVersion',
    ]);
  },
);

describe('measures', () => {
  const manual = () => stage.services.manualMeasures;
  const form = { category: 'INDUSTRY', content: ' 发放种羊两只 ' } as const;
  const add = (householdId: string, year: number, changes: object = {}) =>
    stage.write((tx) => manual().save(tx, { householdId, year, ...form, ...changes }));
  const brought = (householdId: string, n: number, year = 2017): ProjectMeasure => ({
    householdId,
    year,
    projectId: uuid(1),
    beneficiaryId: uuid(n),
    category: 'INFRASTRUCTURE',
    content: '危房改造',
    amount: '20000.00',
    date: '2017-05-01',
  });
  // Measures of projects are written by who keeps the projects.
  const projectOfficer = scopeOf(officer('140215000000', 'COUNTY', 'PROJECT'));
  const bring = (...measures: ProjectMeasure[]) =>
    stage.database.write(projectOfficer, (tx) => addProjectMeasures(tx, measures, traceOf(tx, stage.clock)));

  rule(
    'PA-HH-10',
    'by hand they are added, changed and deleted in 2016 and 2017, only looked at before',
    async () => {
      const { id } = await stage.household();
      for (const year of [2014, 2015]) expect(await refused(add(id, year))).toEqual(['FIELD_LOCKED year']);
      for (const year of [2016, 2017]) {
        await add(id, year, { amount: '1500.5', date: `${year}-03-01` });
        const [measure] = await stage.measures(id, year);
        expect(measure).toMatchObject({
          source: 'MANUAL',
          category: 'INDUSTRY',
          content: '发放种羊两只',
          amount: '1500.50',
          date: `${year}-03-01`,
          projectId: null,
        });
        const { id: measureId } = measure!;
        const change = { id: measureId, expectedVersion: 1, category: 'FINANCE', content: '小额信贷' };
        await add(id, year, change);
        expect(await refused(add(id, year, change))).toEqual(['STALE_VERSION expectedVersion']);
        expect(await stage.measures(id, year)).toMatchObject([
          { category: 'FINANCE', amount: null, version: 2 },
        ]);
        const remove = (version: number) => stage.write((tx) => manual().delete(tx, measureId, version));
        expect(await refused(remove(1))).toEqual(['STALE_VERSION expectedVersion']);
        await remove(2);
        expect(await stage.measures(id, year)).toEqual([]);
        expect(await refused(remove(2))).toEqual(['NOT_FOUND id']);
      }
    },
  );

  rule(
    'PA-HH-10',
    'those of projects are read-only here in every year, and come and go with their beneficiaries',
    async () => {
      const { id } = await stage.household();
      await bring(brought(id, 11), brought(id, 12, 2014));
      for (const year of [2014, 2017]) {
        const [measure] = await stage.measures(id, year);
        expect(measure).toMatchObject({ source: 'PROJECT', projectId: uuid(1), content: '危房改造', year });
        const { id: measureId, version: expectedVersion } = measure!;
        expect(await refused(add(id, year, { id: measureId, expectedVersion }))).toEqual(['FIELD_LOCKED id']);
        expect(await refused(stage.write((tx) => manual().delete(tx, measureId, expectedVersion)))).toEqual([
          'FIELD_LOCKED id',
        ]);
      }
      await stage.database.write(projectOfficer, (tx) => removeProjectMeasures(tx, [uuid(11)]));
      expect(await stage.measures(id, 2017)).toEqual([]);
      expect(await stage.measures(id, 2014)).toHaveLength(1);
    },
  );

  it('a project brings no measure to a household of elsewhere or without a record of the year', async () => {
    const { id } = await stage.household();
    const elsewhere = await stage.identify(householdForm(VILLAGES.shandong, [memberForm(801)]));
    expect(await refused(bring(brought(id, 21), brought(elsewhere, 22)))).toEqual(['STATE_CONFLICT']);
    await stage.adminQuery('DELETE FROM household_year_record WHERE household_id = $1 AND year = 2015', [id]);
    expect(await refused(bring(brought(id, 23, 2015)))).toEqual(['STATE_CONFLICT']);
    expect(await stage.measures(id, 2017)).toEqual([]);
  });

  it('tells every fault of the form, and keeps to the household and year it names', async () => {
    const { id } = await stage.household();
    const faulty = { content: ' ', amount: '1.234', date: '2017-13-01' };
    const fields = ['INVALID_INPUT content', 'INVALID_INPUT amount', 'INVALID_INPUT date'];
    expect(await refused(add(id, 2017, faulty))).toEqual(fields);
    for (const date of ['2016-12-31', '2017-11-21', '2018-01-01']) {
      expect(await refused(add(id, 2017, { date }))).toEqual(['INVALID_INPUT date']);
    }
    await add(id, 2016);
    const [measure] = await stage.measures(id, 2016);
    expect(await refused(add(id, 2017, { id: measure!.id, expectedVersion: 1 }))).toEqual(['NOT_FOUND id']);
    expect(await refused(add(id, 2016, { id: measure!.id }))).toEqual(['STALE_VERSION expectedVersion']);
  });
});
