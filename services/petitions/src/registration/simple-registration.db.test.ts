import { type Json, rule, scenario } from '@junxian/test-kit';
import { faultsOf, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { codesOf, LETTERS, letter, ok } from './registration.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

const FIELDS = 'id kind name address letterCount addressee note handlingMode destination linkedItem { id }';
const input = (changes: Json = {}): Json => ({
  kind: 'LITIGATION',
  name: '赵六',
  address: '济南市经十路',
  handlingMode: 'FORWARD',
  destination: '省高级人民法院',
  ...changes,
});
const register = (changes: Json = {}, by = LETTERS) =>
  stage.as(
    by,
    `mutation ($input: SimpleRegistrationInput!) { registerSimple(input: $input) { ${FIELDS} } }`,
    {
      input: input(changes),
    },
  );
const count = async (table: string) =>
  (await stage.store.adminQuery<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

describe('a letter without follow-up', () => {
  scenario(
    'petitions',
    19,
    'kind LITIGATION, letterCount 3: no task, no query code, forward impossible',
    async () => {
      const before = await Promise.all(
        ['case_item', 'org_task', 'query_code_delivery', 'petition_matter'].map(count),
      );
      const simple = ok(await register({ letterCount: 3 })).registerSimple;
      expect(simple).toMatchObject({
        kind: 'LITIGATION',
        letterCount: 3,
        name: '赵*',
        address: '济南市经十路',
      });
      expect(
        await Promise.all(['case_item', 'org_task', 'query_code_delivery', 'petition_matter'].map(count)),
      ).toEqual(before);
      const FORWARD = `mutation ($id: ID!, $to: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to, opinion: "x" }) { record { id } } }`;
      expect(
        codesOf(await stage.as(LETTERS, FORWARD, { id: simple.id, to: ORGANISATIONS.jinan.id })),
      ).toEqual(['NOT_FOUND']);
      for (const mutation of ['showQueryCode', 'printQueryCode', 'smsQueryCode']) {
        const selection = { showQueryCode: '', printQueryCode: '{ queryCode }', smsQueryCode: '{ id }' }[
          mutation
        ];
        const document = `mutation ($id: ID!) { ${mutation}(caseItemId: $id) ${selection} }`;
        expect(codesOf(await stage.as(LETTERS, document, { id: simple.id }))).toEqual(['NOT_FOUND']);
      }
      const events = await stage.store.adminQuery<{ data: Json }>(
        `SELECT envelope::jsonb->'data' AS data FROM outbox WHERE envelope::jsonb->>'type' LIKE '%simple-registration%'
         AND envelope::jsonb->'data'->>'simpleRegistrationId' = $1`,
        [simple.id],
      );
      expect(events.map(({ data }) => data)).toEqual([
        {
          organisationId: LETTERS.organisationId,
          simpleRegistrationId: simple.id,
          kind: 'LITIGATION',
          letterCount: 3,
        },
      ]);
    },
  );

  rule(
    ['PT-SIM-01', 'PT-SIM-02'],
    'five kinds only, with what the list shows; and nothing can be done with it afterwards',
    async () => {
      for (const kind of ['UNCLEAR', 'REPEAT', 'OTHER_PROVINCE', 'LITIGATION', 'FINAL'])
        expect(
          ok(await register({ kind, addressee: '省长', note: '备注', handlingMode: 'ARCHIVE' }))
            .registerSimple,
        ).toMatchObject({
          kind,
          addressee: '省长',
          note: '备注',
          handlingMode: 'ARCHIVE',
          letterCount: 1,
        });
      expect(faultsOf(await register({ kind: 'SOMETHING' }))[0]!.code).not.toBe('INTERNAL');
      expect(
        faultsOf(
          await register({
            name: ' ',
            address: null,
            destination: '',
            letterCount: 0,
            handlingMode: 'SUPERVISE',
          }),
        ),
      ).toEqual([
        { code: 'FEATURE_DISABLED', field: 'handlingMode' },
        { code: 'FIELD_REQUIRED', field: 'name' },
        { code: 'FIELD_REQUIRED', field: 'address' },
        { code: 'FIELD_REQUIRED', field: 'destination' },
        { code: 'INVALID_INPUT', field: 'letterCount' },
      ]);
      // Nothing changes it, not even past the use cases.
      const simple = ok(await register()).registerSimple;
      const changed = await stage.store.as(LETTERS, (tx) =>
        tx.query('UPDATE simple_registration SET note = $2 WHERE id = $1 RETURNING id', [simple.id, 'x']),
      );
      const removed = await stage.store.as(LETTERS, (tx) =>
        tx.query('DELETE FROM simple_registration WHERE id = $1 RETURNING id', [simple.id]),
      );
      expect([changed, removed]).toEqual([[], []]);
      const { simpleRegistrations } = ok(
        await stage.as(
          LETTERS,
          '{ simpleRegistrations(kind: LITIGATION, first: 1) { nodes { id } hasNextPage endCursor } }',
        ),
      );
      expect(simpleRegistrations).toMatchObject({ nodes: [{ id: simple.id }], hasNextPage: true });
    },
  );

  rule('PT-SIM-03', 'switching from the detailed page carries name and address', async () => {
    const earlier = await letter(stage, {
      petitioner: { name: '孙七', householdAddress: '济南市泺源大街' },
      data: { litigationRelated: true },
    });
    const PREFILL = `query ($id: ID!) { simpleRegistrationPrefill(linkedItemId: $id) { kind name(reveal: true) address linkedItemId } }`;
    expect(ok(await stage.as(LETTERS, PREFILL, { id: earlier.id })).simpleRegistrationPrefill).toEqual({
      kind: 'LITIGATION',
      name: '孙七',
      address: '济南市泺源大街',
      linkedItemId: earlier.id,
    });
    const simple = ok(await register({ name: null, address: null, linkedItemId: earlier.id })).registerSimple;
    expect(simple).toMatchObject({ name: '孙*', address: '济南市泺源大街', linkedItem: { id: earlier.id } });
    await stage.store.adminQuery(
      `UPDATE petition_matter SET status = 'FINAL' WHERE id = (SELECT matter_id FROM case_item WHERE id = $1)`,
      [earlier.id],
    );
    expect(ok(await stage.as(LETTERS, PREFILL, { id: earlier.id })).simpleRegistrationPrefill.kind).toBe(
      'FINAL',
    );
    // Of an item out of sight nothing but the link.
    const qingdao = officer('qingdao', 'LETTER_REGISTRAR');
    expect(ok(await stage.as(qingdao, PREFILL, { id: earlier.id })).simpleRegistrationPrefill).toMatchObject({
      kind: 'REPEAT',
      name: null,
      address: null,
    });
    expect(codesOf(await register({ name: null, address: null, linkedItemId: earlier.id }, qingdao))).toEqual(
      ['FIELD_REQUIRED', 'FIELD_REQUIRED'],
    );
  });

  rule(
    'PT-SIM-04',
    'the duplicate check is available here too, and shows simple registrations of the own organisation',
    async () => {
      ok(await register({ name: '周八' }));
      const item = await letter(stage, { petitioner: { name: '周八' } });
      const FIND = '{ findDuplicates(name: "周八") { candidates { id } simple { kind name } } }';
      expect(ok(await stage.as(officer('shandong', 'LETTER_REGISTRAR'), FIND)).findDuplicates).toEqual({
        candidates: [{ id: item.id }],
        simple: [{ kind: 'LITIGATION', name: '周*' }],
      });
      expect(ok(await stage.as(officer('qingdao', 'LETTER_REGISTRAR'), FIND)).findDuplicates.simple).toEqual(
        [],
      );
      expect(codesOf(await register({ linkedItemId: '01890000-0000-7000-8000-000000000000' }))).toEqual([
        'NOT_FOUND',
      ]);
      expect(codesOf(await register({ linkedItemId: 'x' }))).toEqual(['NOT_FOUND']);
      expect(codesOf(await register({}, officer('shandong', 'VISIT_REGISTRAR')))).toEqual(['FORBIDDEN']);
    },
  );
});
