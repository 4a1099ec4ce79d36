import type { Principal } from '@junxian/identity';
import { countStatements, type Json, rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
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
import { joinMatterOf } from './duplicates.service';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

const QINGDAO = officer('qingdao', ['LETTER_REGISTRAR', 'HANDLER']);
const FIND = `query ($name: String, $address: String, $idNumber: String, $mobile: String) {
  findDuplicates(name: $name, address: $address, idNumber: $idNumber, mobile: $mobile) {
    candidates { id itemNo petitionDate organisation { id } state match likeness caseItem { id title petitioner { displayName } } }
    simple { kind name } } }`;
const find = async (search: Json, by: Principal = LETTERS): Promise<Json[]> =>
  ok(await stage.as(by, FIND, search)).findDuplicates.candidates;
let serial = 0;
/** A name nobody else in these tests has. */
const someone = () => `测试甲${(serial += 1)}`;

describe('the duplicate check', () => {
  rule('PT-DUP-01', 'name with address finds similar items, with their status', async () => {
    const name = someone();
    const there = await letter(stage, { petitioner: { name, householdAddress: '济南市解放路街' } });
    const near = await letter(stage, { petitioner: { name, householdAddress: '济南市历下区解放路街12号院' } });
    await letter(stage, { petitioner: { name, householdAddress: '青岛市香港中路' } });
    await letter(stage, { petitioner: { name: someone(), householdAddress: '济南市解放路街' } });
    const found = await find({ name, address: '济南市解放路街' });
    expect(found.map(({ id, match, state }) => ({ id, match, state }))).toEqual([
      { id: there.id, match: 'NAME_AND_ADDRESS', state: 'REGISTERED' },
      { id: near.id, match: 'NAME_AND_ADDRESS', state: 'REGISTERED' },
    ]);
    expect(found[0]!.likeness).toBe(1);
    expect(await find({ name })).toHaveLength(3);
    expect(await find({ address: '济南市解放路街' })).toEqual([]);
    expect(await find({})).toEqual([]);
  });

  rule('PT-DUP-05', 'what an ID card says is searched, and an equal number ranks before all else', async () => {
    const name = someone();
    const sameName = await letter(stage, { petitioner: { name, householdAddress: '济南市解放路街', mobile: '13811110000' } });
    const sameNumber = await letter(stage, {
      petitioner: { name: someone(), householdAddress: '别处', idType: 'RESIDENT_ID', idNumber: ID_NUMBERS.zhang },
    });
    const found = await find({
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
      { input: { data: letterInput().data, petitioner: { name }, source: 'ID_READER', visitorCount: 1, duplicates: NEITHER } },
    );
    expect(codesOf(answer)).toEqual(['FIELD_REQUIRED']);
  });

  it('is refused to who neither registers nor interviews, also past the schema', async () => {
    for (const role of ['HANDLER', 'LEADER', 'RECEIVER', 'SUPERVISOR', 'STATISTICIAN'])
      expect(codesOf(await stage.as(officer('shandong', role), FIND, { name: '张三' }))).toEqual(['FORBIDDEN']);
    const name = someone();
    await letter(stage, { petitioner: { name } });
    const raw = (by: Principal) =>
      stage.store.readAs(by, (tx) => tx.query('SELECT * FROM pt_dup_06_candidates($1, NULL, NULL, NULL, NULL)', [name]));
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
    const counted = (name: string) => countStatements(stage.store.database, () => find({ name }));
    const [few, fifty] = [await counted(one), await counted(many)];
    expect(fifty.result).toHaveLength(50);
    expect(fifty.statements).toBe(few.statements);
  });
});

describe('decisions', () => {
  scenario('petitions', 18, '张三, 济南市解放路街 with one earlier item: SAME_MATTER and SAME_PERSON', async () => {
    const earlier = await letter(stage, {
      petitioner: { name: '张三', householdAddress: '济南市解放路街', idType: 'RESIDENT_ID', idNumber: ID_NUMBERS.li, mobile: '13800001234' },
    });
    const found = await find({ name: '张三', address: '济南市解放路街' });
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
    expect(await prefill('SAME_MATTER')).toMatchObject({ title: earlier.title, content: earlier.content, petitioner: person });
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
    expect(await revealed(stage, repeated.id)).toMatchObject({ name: '张三', idNumber: ID_NUMBERS.li, mobile: '13800001234' });
    const samePerson = { kind: 'SAME_PERSON', linkedItemId: earlier.id };
    const { data } = letterInput({ data: { title: '另一件事', content: '另一内容', problemRegionCode: '370202000000' } });
    const another = ok(
      await registerLetter(stage, { data, petitioner: {}, petitionDate: '2026-03-02', duplicates: samePerson }),
    ).registerLetter;
    expect(another).toMatchObject({ firstInSystem: true, satisfactionMode: 'REQUIRED', title: '另一件事', itemsOfMatter: [] });
    expect(await revealed(stage, another.id)).toMatchObject({ name: '张三', mobile: '13800001234' });
    const empty = await registerLetter(stage, { data: {}, petitioner: {}, petitionDate: '2026-03-02', duplicates: samePerson });
    expect(codesOf(empty)).toEqual(Array(5).fill('FIELD_REQUIRED'));
  });

  rule(['PT-DUP-02', 'PT-DUP-03'], 'SAME_MATTER joins the matter and counts, SAME_PERSON opens a new one', async () => {
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
  });

  rule('PT-DUP-04', 'what is found must be decided about; a refusal leaves nothing behind', async () => {
    const name = someone();
    const first = await letter(stage, { petitioner: { name } });
    const input = letterInput({ petitioner: { name }, duplicates: null });
    const answer = await registerLetter(stage, input);
    expect(answer.errors![0]!.extensions).toMatchObject({ code: 'DUPLICATES_UNDECIDED', details: { found: 1 } });
    for (const [duplicates, code] of [
      [{ kind: 'SAME_MATTER' }, 'FIELD_REQUIRED'],
      [{ kind: 'NEITHER', linkedItemId: first.id }, 'INVALID_INPUT'],
      [{ kind: 'SAME_MATTER', linkedItemId: 'x' }, 'NOT_FOUND'],
      [{ kind: 'SAME_PERSON', linkedItemId: '01890000-0000-7000-8000-000000000000' }, 'NOT_FOUND'],
    ] as const)
      expect(codesOf(await registerLetter(stage, letterInput({ petitioner: { name }, duplicates })))).toEqual([code]);
    expect(await find({ name })).toHaveLength(1);
    const [matter] = await stage.store.adminQuery(
      'SELECT item_count FROM petition_matter m JOIN case_item c ON c.matter_id = m.id WHERE c.id = $1',
      [first.id],
    );
    expect(matter).toEqual({ item_count: 1 });
  });

  rule('PT-DUP-07', 'earlier items of the matter are listed on the item page with their handling', async () => {
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
      await stage.as(LETTERS, `{ caseItem(id: "${second.id}") { itemsOfMatter { id itemNo state handlingRecords { mode destination { id } } } } }`),
    );
    expect(caseItem.itemsOfMatter).toEqual([
      {
        id: first.id,
        itemNo: first.itemNo,
        state: 'IN_HANDLING',
        handlingRecords: [{ mode: 'FORWARD', destination: { id: ORGANISATIONS.jinan.id } }],
      },
    ]);
  });
});

describe('beyond the own scope', () => {
  scenario('petitions', 36, "Qingdao reads a Jinan-only item: NOT_FOUND; the duplicate search shows number, date, organisation, status", async () => {
    const name = someone();
    const jinan = officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']);
    const item = await letter(stage, { petitioner: { name, mobile: '13822223333' } }, jinan);
    expect(ok(await stage.as(QINGDAO, `{ caseItem(id: "${item.id}") { id } }`)).caseItem).toBeNull();
    const FORWARD = `mutation ($id: ID!, $to: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to, opinion: "x" }) { record { id } } }`;
    expect(codesOf(await stage.as(QINGDAO, FORWARD, { id: item.id, to: ORGANISATIONS.shinan.id }))).toEqual(['NOT_FOUND']);
    const answer = await stage.as(QINGDAO, FIND, { name });
    expect(ok(answer).findDuplicates.candidates).toEqual([
      {
        id: item.id,
        itemNo: item.itemNo,
        petitionDate: '2026-03-02',
        organisation: { id: ORGANISATIONS.jinan.id },
        state: 'REGISTERED',
        match: 'NAME',
        likeness: 0,
        caseItem: null,
      },
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/拖欠|解放路|1382222/);
    // To Jinan itself, and to the province above, the same candidate shows in full.
    for (const by of [jinan, LETTERS]) expect((await find({ name }, by))[0]!.caseItem).toMatchObject({ id: item.id });
  });

  rule('PT-DUP-06', 'the link alone is carried from an item out of scope; its matter is joined all the same', async () => {
    const name = someone();
    const item = await letter(stage, { petitioner: { name, mobile: '13822224444' } }, officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']));
    const PREFILL = `query ($id: ID!) { duplicatePrefill(linkedItemId: $id, kind: SAME_MATTER) {
      title content problemAddress petitioner { displayName } } }`;
    expect(ok(await stage.as(QINGDAO, PREFILL, { id: item.id })).duplicatePrefill).toEqual({
      title: null,
      content: null,
      problemAddress: null,
      petitioner: null,
    });
    const sameMatter = { kind: 'SAME_MATTER', linkedItemId: item.id };
    const bare = await registerLetter(stage, { data: {}, petitioner: {}, petitionDate: '2026-03-02', duplicates: sameMatter }, QINGDAO);
    expect(codesOf(bare)).toEqual(Array(6).fill('FIELD_REQUIRED'));
    const joined = await letter(stage, { petitioner: { name }, duplicates: sameMatter }, QINGDAO);
    expect(joined).toMatchObject({
      firstInSystem: false,
      duplicateDecision: { kind: 'SAME_MATTER', linkedItem: null },
      itemsOfMatter: [],
      petitioner: { mobile: null },
    });
    const [row] = await stage.store.adminQuery(
      'SELECT a.matter_id = b.matter_id AS same FROM case_item a, case_item b WHERE a.id = $1 AND b.id = $2',
      [item.id, joined.id],
    );
    expect(row).toEqual({ same: true });
    // The province sees both and their tie.
    const { caseItem } = ok(await stage.as(LETTERS, `{ caseItem(id: "${joined.id}") { itemsOfMatter { id } } }`));
    expect(caseItem.itemsOfMatter).toEqual([{ id: item.id }]);
  });

  rule('PT-HND-08', 'the accused unit never learns of an accusation by the duplicate check, a decision or the guard', async () => {
    const [name, mobile] = [someone(), '13822225555'];
    const jinan = officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']);
    const accusing = await letter(stage, {
      petitioner: { name, mobile },
      data: { purpose: 'SEEK_SOLUTION', accusedOrganisationId: ORGANISATIONS.qingdao.id },
    }, jinan);
    const accusedOfficer = await letter(stage, {
      petitioner: { name, mobile },
      data: { accusedAccountId: QINGDAO.accountId },
    }, jinan);
    const search = { name, mobile, address: '济南市解放路街' };
    const unknown = { name: someone(), mobile: '13822226666', address: '济南市解放路街' };
    const [hit, miss] = [await stage.as(QINGDAO, FIND, search), await stage.as(QINGDAO, FIND, unknown)];
    expect(hit).toEqual(miss);
    expect(ok(hit).findDuplicates.candidates).toEqual([]);
    expect(await find(search)).toHaveLength(2);
    // The same work for both: as many statements, and the items are never asked for one by one.
    const counted = (variables: Json) => countStatements(stage.store.database, () => stage.as(QINGDAO, FIND, variables));
    expect((await counted(search)).statements).toBe((await counted(unknown)).statements);
    for (const linkedItemId of [accusing.id, accusedOfficer.id])
      for (const kind of ['SAME_MATTER', 'SAME_PERSON'])
        expect(codesOf(await registerLetter(stage, letterInput({ duplicates: { kind, linkedItemId } }), QINGDAO))).toEqual(['NOT_FOUND']);
    // The guard says nothing either: registering passes as if there were no such item.
    ok(await registerLetter(stage, letterInput({ petitioner: { name, mobile }, duplicates: null }), QINGDAO));
  });

  it('nobody learns who stands behind a protected or anonymous item, but its holder', async () => {
    const jinan = officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']);
    for (const changes of [{ data: { purpose: 'ACCUSATION' } }, { data: { confidential: true } }]) {
      const name = someone();
      const item = await letter(stage, { petitioner: { name }, ...changes }, jinan);
      expect(await find({ name }, QINGDAO)).toEqual([]);
      // The province may see the item, not whose it is: it is not found by the name either.
      expect(ok(await stage.as(LETTERS, `{ caseItem(id: "${item.id}") { petitioner { displayName } } }`)).caseItem).toEqual({ petitioner: null });
      expect(await find({ name })).toEqual([]);
      expect((await find({ name }, jinan)).map(({ id }) => id)).toEqual([item.id]);
      await expect(
        stage.store.as(QINGDAO, (tx) => joinMatterOf(tx, item.id, stage.store.clock.now())),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    const name = someone();
    await letter(stage, { anonymous: true, petitioner: { name } }, jinan);
    for (const by of [jinan, LETTERS, QINGDAO]) expect(await find({ name }, by)).toEqual([]);
  });

  it('a matter is joined by registrars alone', async () => {
    const item = await letter(stage, { petitioner: { name: someone() } });
    for (const by of [officer('shandong', 'HANDLER'), officer('shandong', 'INTERVIEWER'), officer('qingdao', 'LEADER')]) {
      officerOf(by);
      await expect(
        stage.store.as(by, (tx) => joinMatterOf(tx, item.id, stage.store.clock.now())),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});
