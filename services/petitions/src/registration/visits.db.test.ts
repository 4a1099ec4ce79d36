import { Readable } from 'node:stream';
import type { Principal } from '@junxian/identity';
import { type Json, rule, scenario } from '@junxian/test-kit';
import { faultsOf, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { officer } from '../testing/store.support.test';
import { codesOf, ID_NUMBERS, ok, registerVisit, VISITS, visit, visitInput } from './registration.fixture';

let stage: PublicStage;
let interviewer: Principal;
beforeAll(async () => {
  stage = await openPublicStage();
  interviewer = await stage.store.appoint(officer('shandong', 'INTERVIEWER'));
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

const companions = (count: number, changes: Json = {}): Json[] =>
  Array.from({ length: count }, (_, index) => ({ name: `随访${index + 1}`, source: 'MANUAL', ...changes }));
const CO_VISITORS = `query ($id: ID!) { caseItem(id: $id) { coVisitorCount
  coVisitors { name(reveal: true) sex idType idNumber address source representative photo { fileName } } visitorPhoto { fileName } } }`;
const coVisitors = async (id: string, by: Principal = VISITS): Promise<Json> =>
  ok(await stage.as(by, CO_VISITORS, { id })).caseItem;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const START = `mutation ($size: Int!) { startAttachmentUpload(fileName: "照片.png", mime: "image/png", size: $size) { fileId uploadUrl } }`;
const photo = async (by: Principal): Promise<string> => {
  const { uploadUrl, fileId } = ok(await stage.as(by, START, { size: PNG.length })).startAttachmentUpload;
  await stage.files.receive(uploadUrl.split('/').at(-1), Readable.from([PNG]));
  return fileId;
};

describe('a visit is registered', () => {
  rule(
    'PT-VIS-01',
    "the visitor's data come from the ID reader or by hand, and it is kept which",
    async () => {
      const card = {
        name: '李四',
        idType: 'RESIDENT_ID',
        idNumber: ID_NUMBERS.li,
        householdAddress: '济南市历下区',
      };
      const read = await visit(stage, { source: 'ID_READER', petitioner: card });
      const typed = await visit(stage, { source: 'MANUAL' });
      const rows = await stage.store.adminQuery(
        'SELECT source, sex, birth_date::text AS birth FROM petitioner WHERE case_item_id = ANY($1) ORDER BY id',
        [[read.id, typed.id]],
      );
      expect(rows).toEqual([
        { source: 'ID_READER', sex: 'MALE', birth: '1990-03-07' },
        { source: 'MANUAL', sex: null, birth: null },
      ]);
      expect(read).toMatchObject({
        channel: 'VISIT',
        itemNo: expect.stringMatching(/-V-\d{5}$/),
        petitionDate: '2026-03-02',
      });
      const contradicting = { ...card, sex: 'FEMALE', birthDate: '1990-01-01' };
      expect(
        faultsOf(await registerVisit(stage, visitInput({ source: 'ID_READER', petitioner: contradicting }))),
      ).toEqual([
        { code: 'INVALID_ID', field: 'petitioner.sex' },
        { code: 'INVALID_ID', field: 'petitioner.birthDate' },
      ]);
    },
  );

  scenario(
    'petitions',
    20,
    'visitorCount 4 and 4 co-visitors: COUNT_MISMATCH; 3 co-visitors pass',
    async () => {
      const refused = await registerVisit(stage, visitInput({ visitorCount: 4, coVisitors: companions(4) }));
      expect(refused.errors![0]!.extensions).toMatchObject({
        code: 'COUNT_MISMATCH',
        field: 'visitorCount',
        details: { visitorCount: 4, named: 5 },
      });
      const item = await visit(stage, { visitorCount: 4, coVisitors: companions(3) });
      expect(item).toMatchObject({ visitorCount: 4, collective: false });
      expect(await coVisitors(item.id)).toMatchObject({ coVisitorCount: 3 });
    },
  );

  rule(
    'PT-VIS-02',
    'co-visitors by ID card and photo, never more than came; later ones count as well',
    async () => {
      const [main, companion] = [await photo(VISITS), await photo(VISITS)];
      const item = await visit(stage, {
        visitorCount: 3,
        photoFileId: main,
        coVisitors: [
          {
            name: '随访甲',
            source: 'ID_READER',
            idType: 'RESIDENT_ID',
            idNumber: ID_NUMBERS.zhang,
            photoFileId: companion,
          },
        ],
      });
      expect(await coVisitors(item.id)).toEqual({
        coVisitorCount: 1,
        visitorPhoto: { fileName: '照片.png' },
        coVisitors: [
          {
            name: '随访甲',
            sex: 'MALE',
            idType: 'RESIDENT_ID',
            idNumber: '370102************',
            address: null,
            source: 'ID_READER',
            representative: false,
            photo: { fileName: '照片.png' },
          },
        ],
      });
      const ADD = `mutation ($id: ID!, $version: Int!, $name: String!) { addCoVisitor(caseItemId: $id, expectedVersion: $version,
      coVisitor: { name: $name, source: MANUAL }) { coVisitors { id } } }`;
      const add = (name: string) => stage.as(VISITS, ADD, { id: item.id, version: item.version, name });
      const { addCoVisitor } = ok(await add('随访乙'));
      expect(codesOf(await add('随访丙'))).toEqual(['COUNT_MISMATCH']);
      expect(codesOf(await add(' '))).toEqual(['FIELD_REQUIRED', 'COUNT_MISMATCH']);
      const REMOVE = `mutation ($id: ID!, $version: Int!, $who: ID!) { removeCoVisitor(caseItemId: $id, expectedVersion: $version, coVisitorId: $who) { id } }`;
      const variables = { id: item.id, version: item.version, who: addCoVisitor.coVisitors[1].id };
      ok(await stage.as(VISITS, REMOVE, variables));
      expect(codesOf(await stage.as(VISITS, REMOVE, variables))).toEqual(['NOT_FOUND']);
      ok(await add('随访丙'));
      // Fewer visitors than people named cannot be said afterwards either.
      const UPDATE = `mutation ($id: ID!, $version: Int!) { updateRegistration(caseItemId: $id, expectedVersion: $version, input: { visitorCount: 2 }) { id } }`;
      expect(codesOf(await stage.as(VISITS, UPDATE, { id: item.id, version: item.version }))).toEqual([
        'COUNT_MISMATCH',
      ]);
      // A file that somebody else uploaded is no photo of this visit.
      const foreign = await photo(interviewer);
      expect(codesOf(await registerVisit(stage, visitInput({ photoFileId: foreign })))).toEqual([
        'FILE_NOT_FOUND',
      ]);
    },
  );

  rule('PT-VIS-03', "saving with an interviewer puts the item in that person's interview list", async () => {
    const item = await visit(stage, { interviewerId: interviewer.accountId });
    expect(item.interviewer).toEqual({ id: interviewer.accountId });
    const { interviews } = ok(
      await stage.as(interviewer, '{ interviews { nodes { state caseItem { id } } } }'),
    );
    expect(interviews.nodes).toContainEqual({ state: 'TODO', caseItem: { id: item.id } });
    const { workList } = ok(
      await stage.as(interviewer, '{ workList(list: INTERVIEWS) { nodes { kind caseItem { id } } } }'),
    );
    expect(workList.nodes).toContainEqual({ kind: 'INTERVIEW', caseItem: { id: item.id } });
    // The registrar still holds the item; somebody who does not interview here cannot be chosen.
    const custody = await stage.store.adminQuery(
      'SELECT kind FROM org_task WHERE case_item_id = $1 AND custody',
      [item.id],
    );
    expect(custody).toEqual([{ kind: 'HANDLE' }]);
    const elsewhere = await stage.store.appoint(officer('jinan', 'INTERVIEWER'));
    for (const interviewerId of [
      VISITS.accountId,
      elsewhere.accountId,
      '01890000-0000-7000-8000-000000000000',
    ])
      expect(codesOf(await registerVisit(stage, visitInput({ interviewerId })))).toEqual([
        'NO_SUCH_INTERVIEWER',
      ]);
  });

  rule('PT-VIS-07', 'at most five representatives; five visitors and more are collective', async () => {
    for (const [visitorCount, collective] of [
      [4, false],
      [5, true],
      [200, true],
    ] as const)
      expect(await visit(stage, { visitorCount })).toMatchObject({ collective });
    const representatives = (count: number) =>
      visitInput({ visitorCount: 20, coVisitors: companions(count, { representative: true }) });
    expect(codesOf(await registerVisit(stage, representatives(5)))).toEqual(['TOO_MANY_REPRESENTATIVES']);
    ok(await registerVisit(stage, representatives(4)));
  });

  it('all faults of a visit are told together', async () => {
    const answer = await registerVisit(stage, {
      ...visitInput(),
      visitorCount: 0,
      coVisitors: [
        { source: 'ID_READER' },
        { name: '某', source: 'MANUAL', idType: 'RESIDENT_ID', idNumber: '1' },
      ],
      photoFileId: 'x',
    });
    expect(faultsOf(answer)).toEqual([
      { code: 'FIELD_REQUIRED', field: 'coVisitors[0].name' },
      { code: 'FIELD_REQUIRED', field: 'coVisitors[0].idNumber' },
      { code: 'INVALID_ID', field: 'coVisitors[1].idNumber' },
      { code: 'INVALID_INPUT', field: 'visitorCount' },
      { code: 'NOT_FOUND', field: 'photoFileId' },
    ]);
  });
});

describe('co-visitors by who looks', () => {
  it('registering officers in full, the responsible unit names, supervisors a number, others nothing', async () => {
    const item = await visit(stage, {
      visitorCount: 2,
      coVisitors: [
        { name: '随访甲', source: 'MANUAL', idType: 'PASSPORT', idNumber: 'E12345678', address: '济南' },
      ],
    });
    const unit = officer('lixiaUnit', 'HANDLER');
    await stage.store.adminQuery(
      `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at) VALUES ($1, $2, 'HELD', now(), now())`,
      [unit.organisationId, item.id],
    );
    await stage.store.adminQuery(
      'UPDATE case_item SET responsible_organisation_id = $1, custodian_organisation_id = $1 WHERE id = $2',
      [unit.organisationId, item.id],
    );
    expect((await coVisitors(item.id)).coVisitors[0]).toMatchObject({ name: '随访甲', address: '济南' });
    expect((await coVisitors(item.id, unit)).coVisitors).toEqual([
      {
        name: '随访甲',
        sex: null,
        idType: null,
        idNumber: null,
        address: null,
        source: 'MANUAL',
        representative: false,
        photo: null,
      },
    ]);
    const supervisor = await coVisitors(item.id, officer('nation', 'SUPERVISOR'));
    expect(supervisor).toMatchObject({ coVisitorCount: 1, coVisitors: null, visitorPhoto: null });
    expect(await coVisitors(item.id, officer('qingdao', 'HANDLER'))).toBeNull();
    await stage.store.adminQuery('UPDATE case_item SET confidential = true WHERE id = $1', [item.id]);
    expect(await coVisitors(item.id, officer('nation', 'SUPERVISOR'))).toMatchObject({
      coVisitorCount: null,
      coVisitors: null,
    });
    expect(await coVisitors(item.id, unit)).toMatchObject({ coVisitorCount: null, coVisitors: null });
  });
});
