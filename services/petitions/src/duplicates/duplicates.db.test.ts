import type { Principal } from '@junxian/identity';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import {
  codesOf,
  ID_NUMBERS,
  LETTERS,
  letter,
  letterInput,
  NEITHER,
  ok,
  registerLetter,
  revealed,
} from '../registration/registration.fixture';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { FIND, find, someone } from './duplicates.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

describe('the duplicate check', () => {
  rule('PT-DUP-01', 'name with address finds similar items, with their status', async () => {
    const name = someone();
    const there = await letter(stage, { petitioner: { name, householdAddress: '济南市解放路街' } });
    const near = await letter(stage, {
      petitioner: { name, householdAddress: '济南市历下区解放路街12号院' },
    });
    await letter(stage, { petitioner: { name, householdAddress: '青岛市香港中路' } });
    await letter(stage, { petitioner: { name: someone(), householdAddress: '济南市解放路街' } });
    const found = await find(stage, { name, address: '济南市解放路街' });
    expect(found.map(({ id, match, state }) => ({ id, match, state }))).toEqual([
      { id: there.id, match: 'NAME_AND_ADDRESS', state: 'REGISTERED' },
      { id: near.id, match: 'NAME_AND_ADDRESS', state: 'REGISTERED' },
    ]);
    expect(found[0]!.likeness).toBe(1);
    expect(await find(stage, { name })).toHaveLength(3);
    expect(await find(stage, { address: '济南市解放路街' })).toEqual([]);
    expect(await find(stage, {})).toEqual([]);
  });

  rule(
    'PT-DUP-05',
    'what an ID card says is searched, and an equal number ranks before all else',
    async () => {
      const name = someone();
      const sameName = await letter(stage, {
        petitioner: { name, householdAddress: '济南市解放路街', mobile: '13811110000' },
      });
      const sameNumber = await letter(stage, {
        petitioner: {
          name: someone(),
          householdAddress: '别处',
          idType: 'RESIDENT_ID',
          idNumber: ID_NUMBERS.zhang,
        },
      });
      const found = await find(stage, {
        name,
        address: '济南市解放路街',
        idNumber: ` ${ID_NUMBERS.zhang.toLowerCase()} `,
        mobile: '138-1111-0000',
      });
      expect(found.map(({ id, match }) => ({ id, match }))).toEqual([
        { id: sameNumber.id, match: 'ID_NUMBER' },
        { id: sameName.id, match: 'MOBILE' },
      ]);
      // A visit registered from the reader must say what the card said.
      const answer = await stage.as(
        officer('shandong', 'VISIT_REGISTRAR'),
        'mutation ($input: RegisterVisitInput!) { registerVisit(input: $input) { id } }',
        {
          input: {
            data: letterInput().data,
            petitioner: { name },
            source: 'ID_READER',
            visitorCount: 1,
            duplicates: NEITHER,
          },
        },
      );
      expect(codesOf(answer)).toEqual(['FIELD_REQUIRED']);
    },
  );

  it('is refused to who neither registers nor interviews, also past the schema', async () => {
    for (const role of ['HANDLER', 'LEADER', 'RECEIVER', 'SUPERVISOR', 'STATISTICIAN'])
      expect(codesOf(await stage.as(officer('shandong', role), FIND, { name: '张三' }))).toEqual([
        'FORBIDDEN',
      ]);
    const name = someone();
    await letter(stage, { petitioner: { name } });
    const raw = (by: Principal) =>
      stage.store.readAs(by, (tx) =>
        tx.query('SELECT * FROM pt_dup_06_candidates($1, NULL, NULL, NULL, NULL)', [name]),
      );
    expect(await raw(LETTERS)).toHaveLength(1);
    expect(await raw(officer('shandong', 'SUPERVISOR'))).toEqual([]);
    const citizen = await stage.citizen();
    expect(await raw(citizen)).toEqual([]);
    expect(codesOf(await stage.as(citizen, FIND, { name }))).toEqual(['FORBIDDEN']);
  });

  it('takes the same few statements for one proposal and for fifty', async () => {
    const [one, many] = [someone(), someone()];
    await letter(stage, { petitioner: { name: one } });
    for (let count = 0; count < 60; count += 1) await letter(stage, { petitioner: { name: many } });
    const counted = (name: string) => countStatements(stage.store.database, () => find(stage, { name }));
    const [few, fifty] = [await counted(one), await counted(many)];
    expect(fifty.result).toHaveLength(50);
    expect(fifty.statements).toBe(few.statements);
  });
});

describe('decisions', () => {
  scenario(
    'petitions',
    18,
    '张三, 济南市解放路街 with one earlier item: SAME_MATTER and SAME_PERSON',
    async () => {
      const earlier = await letter(stage, {
        petitioner: {
          name: '张三',
          householdAddress: '济南市解放路街',
          idType: 'RESIDENT_ID',
          idNumber: ID_NUMBERS.li,
          mobile: '13800001234',
        },
      });
      const found = await find(stage, { name: '张三', address: '济南市解放路街' });
      expect(found.map(({ id }) => id)).toEqual([earlier.id]);
      const prefill = async (kind: string) =>
        ok(
          await stage.as(
            LETTERS,
            `query ($id: ID!, $kind: DuplicateDecisionKind!) { duplicatePrefill(linkedItemId: $id, kind: $kind) {
             title content problemRegionCode purpose contentCategory petitioner { displayName name(reveal: true) mobile(reveal: true) } } }`,
            { id: earlier.id, kind },
          ),
        ).duplicatePrefill;
      const person = { displayName: '张*', name: '张三', mobile: '13800001234' };
      expect(await prefill('SAME_MATTER')).toMatchObject({
        title: earlier.title,
        content: earlier.content,
        petitioner: person,
      });
      expect(await prefill('SAME_PERSON')).toEqual({
        title: null,
        content: null,
        problemRegionCode: null,
        purpose: null,
        contentCategory: null,
        petitioner: person,
      });
      // Registered with nothing but the decision: everything is carried.
      const repeated = ok(
        await registerLetter(stage, {
          data: {},
          petitioner: {},
          petitionDate: '2026-03-02',
          duplicates: { kind: 'SAME_MATTER', linkedItemId: earlier.id },
        }),
      ).registerLetter;
      expect(repeated).toMatchObject({
        firstInSystem: false,
        satisfactionMode: 'EXCLUDED',
        title: earlier.title,
        content: earlier.content,
        duplicateDecision: { kind: 'SAME_MATTER', linkedItem: { id: earlier.id } },
        itemsOfMatter: [{ id: earlier.id }],
      });
      expect(await revealed(stage, repeated.id)).toMatchObject({
        name: '张三',
        idNumber: ID_NUMBERS.li,
        mobile: '13800001234',
      });
      const samePerson = { kind: 'SAME_PERSON', linkedItemId: earlier.id };
      const { data } = letterInput({
        data: { title: '另一件事', content: '另一内容', problemRegionCode: '370202000000' },
      });
      const another = ok(
        await registerLetter(stage, {
          data,
          petitioner: {},
          petitionDate: '2026-03-02',
          duplicates: samePerson,
        }),
      ).registerLetter;
      expect(another).toMatchObject({
        firstInSystem: true,
        satisfactionMode: 'REQUIRED',
        title: '另一件事',
        itemsOfMatter: [],
      });
      expect(await revealed(stage, another.id)).toMatchObject({ name: '张三', mobile: '13800001234' });
      const empty = await registerLetter(stage, {
        data: {},
        petitioner: {},
        petitionDate: '2026-03-02',
        duplicates: samePerson,
      });
      expect(codesOf(empty)).toEqual(Array(5).fill('FIELD_REQUIRED'));
    },
  );

  rule(
    ['PT-DUP-02', 'PT-DUP-03'],
    'SAME_MATTER joins the matter and counts, SAME_PERSON opens a new one',
    async () => {
      const first = await letter(stage, { petitioner: { name: someone() } });
      const decided = (kind: string) =>
        letter(stage, { petitioner: { name: someone() }, duplicates: { kind, linkedItemId: first.id } });
      const [matter, person] = [await decided('SAME_MATTER'), await decided('SAME_PERSON')];
      const [counts] = await stage.store.adminQuery(
        `SELECT (SELECT matter_id FROM case_item WHERE id = $2) = m.id AS joined, (SELECT matter_id FROM case_item WHERE id = $3) = m.id AS "samePerson",
         m.item_count AS items FROM petition_matter m JOIN case_item c ON c.matter_id = m.id WHERE c.id = $1`,
        [first.id, matter.id, person.id],
      );
      expect(counts).toEqual({ joined: true, samePerson: false, items: 2 });
      expect([matter.firstInSystem, person.firstInSystem]).toEqual([false, true]);
    },
  );

  rule('PT-DUP-04', 'what is found must be decided about; a refusal leaves nothing behind', async () => {
    const name = someone();
    const first = await letter(stage, { petitioner: { name } });
    const input = letterInput({ petitioner: { name }, duplicates: null });
    const answer = await registerLetter(stage, input);
    expect(answer.errors![0]!.extensions).toMatchObject({
      code: 'DUPLICATES_UNDECIDED',
      details: { found: 1 },
    });
    for (const [duplicates, code] of [
      [{ kind: 'SAME_MATTER' }, 'FIELD_REQUIRED'],
      [{ kind: 'NEITHER', linkedItemId: first.id }, 'INVALID_INPUT'],
      [{ kind: 'SAME_MATTER', linkedItemId: 'x' }, 'NOT_FOUND'],
      [{ kind: 'SAME_PERSON', linkedItemId: '01890000-0000-7000-8000-000000000000' }, 'NOT_FOUND'],
    ] as const)
      expect(codesOf(await registerLetter(stage, letterInput({ petitioner: { name }, duplicates })))).toEqual(
        [code],
      );
    expect(await find(stage, { name })).toHaveLength(1);
    const [matter] = await stage.store.adminQuery(
      'SELECT item_count FROM petition_matter m JOIN case_item c ON c.matter_id = m.id WHERE c.id = $1',
      [first.id],
    );
    expect(matter).toEqual({ item_count: 1 });
  });

  rule(
    'PT-DUP-07',
    'earlier items of the matter are listed on the item page with their handling',
    async () => {
      const first = await letter(stage, { petitioner: { name: someone() } });
      const second = await letter(stage, {
        petitioner: { name: someone() },
        duplicates: { kind: 'SAME_MATTER', linkedItemId: first.id },
      });
      await stage.as(
        LETTERS,
        `mutation ($id: ID!, $to: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to, opinion: "转送" }) { record { id } } }`,
        { id: first.id, to: ORGANISATIONS.jinan.id },
      );
      const { caseItem } = ok(
        await stage.as(
          LETTERS,
          `{ caseItem(id: "${second.id}") { itemsOfMatter { id itemNo state handlingRecords { mode destination { id } } } } }`,
        ),
      );
      expect(caseItem.itemsOfMatter).toEqual([
        {
          id: first.id,
          itemNo: first.itemNo,
          state: 'IN_HANDLING',
          handlingRecords: [{ mode: 'FORWARD', destination: { id: ORGANISATIONS.jinan.id } }],
        },
      ]);
    },
  );
});
