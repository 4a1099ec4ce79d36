import { countStatements, type Json, rule, scenario } from '@junxian/test-kit';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import {
  codesOf,
  LETTERS,
  letter,
  letterInput,
  ok,
  registerLetter,
} from '../registration/registration.fixture';
import { registeredOnline, submitted } from '../submissions/submissions.fixture';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { FIND, find, someone } from './duplicates.fixture';
import { joinMatterOf } from './duplicates.service';

const QINGDAO = officer('qingdao', ['LETTER_REGISTRAR', 'HANDLER']);

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

describe('beyond the own scope', () => {
  scenario(
    'petitions',
    36,
    'Qingdao reads a Jinan-only item: NOT_FOUND; the duplicate search shows number, date, organisation, status',
    async () => {
      const name = someone();
      const jinan = officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']);
      const item = await letter(stage, { petitioner: { name, mobile: '13822223333' } }, jinan);
      expect(ok(await stage.as(QINGDAO, `{ caseItem(id: "${item.id}") { id } }`)).caseItem).toBeNull();
      const FORWARD = `mutation ($id: ID!, $to: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to, opinion: "x" }) { record { id } } }`;
      expect(codesOf(await stage.as(QINGDAO, FORWARD, { id: item.id, to: ORGANISATIONS.shinan.id }))).toEqual(
        ['NOT_FOUND'],
      );
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
      for (const by of [jinan, LETTERS])
        expect((await find(stage, { name }, by))[0]!.caseItem).toMatchObject({ id: item.id });
    },
  );

  rule(
    'PT-DUP-06',
    'the link alone is carried from an item out of scope; its matter is joined all the same',
    async () => {
      const name = someone();
      const item = await letter(
        stage,
        { petitioner: { name, mobile: '13822224444' } },
        officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']),
      );
      const PREFILL = `query ($id: ID!) { duplicatePrefill(linkedItemId: $id, kind: SAME_MATTER) {
      title content problemAddress petitioner { displayName } } }`;
      expect(ok(await stage.as(QINGDAO, PREFILL, { id: item.id })).duplicatePrefill).toEqual({
        title: null,
        content: null,
        problemAddress: null,
        petitioner: null,
      });
      const sameMatter = { kind: 'SAME_MATTER', linkedItemId: item.id };
      const bare = await registerLetter(
        stage,
        { data: {}, petitioner: {}, petitionDate: '2026-03-02', duplicates: sameMatter },
        QINGDAO,
      );
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
      const { caseItem } = ok(
        await stage.as(LETTERS, `{ caseItem(id: "${joined.id}") { itemsOfMatter { id } } }`),
      );
      expect(caseItem.itemsOfMatter).toEqual([{ id: item.id }]);
    },
  );

  rule(
    'PT-HND-08',
    'the accused unit never learns of an accusation by the duplicate check, a decision or the guard',
    async () => {
      const [name, mobile] = [someone(), '13822225555'];
      const jinan = officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']);
      const accusing = await letter(
        stage,
        {
          petitioner: { name, mobile },
          data: { purpose: 'SEEK_SOLUTION', accusedOrganisationId: ORGANISATIONS.qingdao.id },
        },
        jinan,
      );
      const accusedOfficer = await letter(
        stage,
        {
          petitioner: { name, mobile },
          data: { accusedAccountId: QINGDAO.accountId },
        },
        jinan,
      );
      const search = { name, mobile, address: '济南市解放路街' };
      const unknown = { name: someone(), mobile: '13822226666', address: '济南市解放路街' };
      const [hit, miss] = [await stage.as(QINGDAO, FIND, search), await stage.as(QINGDAO, FIND, unknown)];
      expect(hit).toEqual(miss);
      expect(ok(hit).findDuplicates.candidates).toEqual([]);
      expect(await find(stage, search)).toHaveLength(2);
      // The same work for both: as many statements, and the items are never asked for one by one.
      const counted = (variables: Json) =>
        countStatements(stage.store.database, () => stage.as(QINGDAO, FIND, variables));
      expect((await counted(search)).statements).toBe((await counted(unknown)).statements);
      for (const linkedItemId of [accusing.id, accusedOfficer.id])
        for (const kind of ['SAME_MATTER', 'SAME_PERSON'])
          expect(
            codesOf(
              await registerLetter(stage, letterInput({ duplicates: { kind, linkedItemId } }), QINGDAO),
            ),
          ).toEqual(['NOT_FOUND']);
      // The guard says nothing either: registering passes as if there were no such item.
      ok(
        await registerLetter(stage, letterInput({ petitioner: { name, mobile }, duplicates: null }), QINGDAO),
      );
    },
  );

  it('nobody learns who stands behind a protected or anonymous item, but its holder', async () => {
    const jinan = officer('jinan', ['LETTER_REGISTRAR', 'HANDLER']);
    for (const changes of [{ data: { purpose: 'ACCUSATION' } }, { data: { confidential: true } }]) {
      const name = someone();
      const item = await letter(stage, { petitioner: { name }, ...changes }, jinan);
      expect(await find(stage, { name }, QINGDAO)).toEqual([]);
      // The province may see the item, not whose it is: it is not found by the name either.
      expect(
        ok(await stage.as(LETTERS, `{ caseItem(id: "${item.id}") { petitioner { displayName } } }`)).caseItem,
      ).toEqual({ petitioner: null });
      expect(await find(stage, { name })).toEqual([]);
      expect((await find(stage, { name }, jinan)).map(({ id }) => id)).toEqual([item.id]);
      await expect(
        stage.store.as(QINGDAO, (tx) => joinMatterOf(tx, item.id, stage.store.clock.now())),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    const name = someone();
    await letter(stage, { anonymous: true, petitioner: { name } }, jinan);
    for (const by of [jinan, LETTERS, QINGDAO]) expect(await find(stage, { name }, by)).toEqual([]);
  });

  rule(
    'PT-DUP-06',
    'an anonymous item out of sight is no item to who asks for it by its id, unless the check may find it by its account',
    async () => {
      const anonymous = await stage.citizen({ anonymous: true });
      const { item } = await registeredOnline(stage, await submitted(stage, anonymous));
      const PREFILL = `query ($id: ID!) { duplicatePrefill(linkedItemId: $id, kind: SAME_MATTER) { linkedItemId title } }`;
      const asked = (id: string) => stage.as(QINGDAO, PREFILL, { id });
      const [unseen, absent] = [await asked(item.id), await asked('00000000-0000-7000-8000-00000000dead')];
      expect(codesOf(unseen)).toEqual(['NOT_FOUND']);
      expect(unseen).toEqual(absent);
      expect(
        codesOf(
          await registerLetter(
            stage,
            letterInput({ duplicates: { kind: 'SAME_MATTER', linkedItemId: item.id } }),
            QINGDAO,
          ),
        ),
      ).toEqual(['NOT_FOUND']);
      // Who has another submission of that account waiting knows nothing of it yet; who has opened it was shown the item.
      const another = await submitted(stage, anonymous);
      await stage.store.adminQuery('UPDATE online_submission SET organisation_id = $2 WHERE id = $1', [
        another,
        QINGDAO.organisationId,
      ]);
      expect(codesOf(await asked(item.id))).toEqual(['NOT_FOUND']);
      await stage.store.adminQuery(
        `UPDATE online_submission SET state = 'OPENED', opened_at = now(), opened_by = $2 WHERE id = $1`,
        [another, QINGDAO.accountId],
      );
      expect(ok(await asked(item.id)).duplicatePrefill).toEqual({ linkedItemId: item.id, title: null });
    },
  );

  it('a matter is joined by registrars alone', async () => {
    const item = await letter(stage, { petitioner: { name: someone() } });
    for (const by of [
      officer('shandong', 'HANDLER'),
      officer('shandong', 'INTERVIEWER'),
      officer('qingdao', 'LEADER'),
    ]) {
      await expect(
        stage.store.as(by, (tx) => joinMatterOf(tx, item.id, stage.store.clock.now())),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});
