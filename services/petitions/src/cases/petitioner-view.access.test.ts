import { citizenNumberCheckCharacter } from '@junxian/identity';
import { rule, scenario } from '@junxian/test-kit';
import type { CaseDraft } from '../registration/case-registration.service';
import { registered } from '../testing/cases.support.test';
import { citizen, officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
const { ask } = graphOver(() => store);
afterAll(() => store?.close());

const FIRST_17 = '99999919700101001';
const NUMBER = FIRST_17 + citizenNumberCheckCharacter(FIRST_17);
const MOBILE = '13900000099';
const registrar = officer('lixia', ['LETTER_REGISTRAR', 'HANDLER']);
const PETITIONER = (id: string, reveal = false) =>
  `{ caseItem(id: "${id}") { petitioner { displayName anonymous name(reveal: ${reveal}) idNumber(reveal: ${reveal}) mobile(reveal: ${reveal}) usualAddress citizen { id } } } }`;
const CITIZEN = (id: string) =>
  `{ _entities(representations: [{ __typename: "Citizen", id: "${id}" }]) { ... on Citizen { petitions { itemNo } openPetitionCount } } }`;

function item(changes: Partial<CaseDraft> = {}) {
  const { personal } = store.services;
  return registered(
    store,
    {
      ...changes,
      petitioner: {
        name: '张三丰',
        idType: 'RESIDENT_ID',
        idNumberSealed: personal.seal(NUMBER, 'petitioner.id_number'),
        idNumberIndex: personal.index('idNumber', NUMBER),
        mobileSealed: personal.seal(MOBILE, 'petitioner.mobile'),
        citizenId: changes.anonymous ? null : personal.citizenId(NUMBER),
        usualAddress: '示例路一号',
      },
    },
    registrar,
  );
}

describe('the petitioner, as the graph shows it', () => {
  scenario(
    'petitions',
    34,
    'of an anonymous item every officer sees 匿名 only; Citizen.petitions omits it',
    async () => {
      const citizenId = store.services.personal.citizenId(NUMBER);
      const named = await item();
      const anonymous = await item({ anonymous: true });
      for (const viewer of [
        registrar,
        officer('lixia', 'LEADER'),
        officer('jinan', 'SUPERVISOR'),
        officer('nation', 'STATISTICIAN'),
      ]) {
        const answer = await ask(viewer, PETITIONER(anonymous.id));
        expect(answer.errors).toBeUndefined();
        expect(answer.data!.caseItem.petitioner).toEqual({
          displayName: '匿名',
          anonymous: true,
          name: null,
          idNumber: null,
          mobile: null,
          usualAddress: null,
          citizen: null,
        });
        const revealed = await ask(viewer, PETITIONER(anonymous.id, true));
        expect(revealed.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
        expect(JSON.stringify(revealed)).not.toContain('张三丰');
      }
      const entity = (await ask(registrar, CITIZEN(citizenId))).data!._entities[0];
      expect(entity).toEqual({ petitions: [{ itemNo: named.itemNo }], openPetitionCount: 1 });
    },
  );

  rule(
    'PT-SEC-02',
    'a masked identity is shown in full on demand only, and every such reading leaves an event for the audit log',
    async () => {
      const { id } = await item();
      const masked = await ask(registrar, PETITIONER(id));
      expect(masked.data!.caseItem.petitioner).toMatchObject({
        displayName: '张**',
        name: '张**',
        idNumber: '999999************',
        mobile: '139****0099',
        usualAddress: '示例路一号',
      });
      const reveals = () =>
        store.adminQuery(
          `SELECT envelope::jsonb -> 'data' ->> 'field' AS field, envelope::jsonb -> 'data' ->> 'accountId' AS "accountId"
         FROM outbox WHERE topic = 'junxian.petitions.identity.v1' ORDER BY position`,
        );
      expect(await reveals()).toEqual([]);
      const full = await ask(registrar, PETITIONER(id, true));
      expect(full.data!.caseItem.petitioner).toMatchObject({
        name: '张三丰',
        idNumber: NUMBER,
        mobile: MOBILE,
      });
      expect(await reveals()).toEqual(
        ['name', 'idNumber', 'mobile'].map((field) => ({
          field: `PetitionerView.${field}`,
          accountId: registrar.accountId,
        })),
      );
      const supervisor = officer('jinan', 'SUPERVISOR');
      expect((await ask(supervisor, PETITIONER(id))).data!.caseItem.petitioner).toMatchObject({
        name: '张**',
        usualAddress: null,
        citizen: null,
      });
      expect((await ask(supervisor, PETITIONER(id, true))).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
      expect(await reveals()).toHaveLength(3);
    },
  );

  it('leads to the citizen from an ordinary item, never from an accusation or a confidential one', async () => {
    const citizenOf = async (changes: Partial<CaseDraft>) =>
      (await ask(registrar, PETITIONER((await item(changes)).id))).data!.caseItem.petitioner;
    const citizenId = store.services.personal.citizenId(NUMBER);
    expect(await citizenOf({})).toMatchObject({ name: '张**', citizen: { id: citizenId } });
    for (const changes of [{ confidential: true }, { purpose: 'ACCUSATION', accusedPerson: '示例' }] as const)
      expect(await citizenOf(changes)).toMatchObject({ name: '张**', citizen: null });
  });

  it('is nobody’s of another region or organisation, nor another citizen’s', async () => {
    const { id } = await item();
    for (const stranger of [
      officer('shinan', 'HANDLER'),
      officer('lixiaOtherUnit', 'HANDLER'),
      officer('qingdao', 'SUPERVISOR'),
    ])
      expect((await ask(stranger, PETITIONER(id))).data!.caseItem).toBeNull();
    expect((await ask(citizen(), PETITIONER(id))).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});
