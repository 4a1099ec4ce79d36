import type { Principal } from '@junxian/identity';
import { countStatements, principals, rule } from '@junxian/test-kit';
import { NUMBERS, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { registeredOnline, submitted } from '../submissions/submissions.fixture';
import { registered } from '../testing/cases.support.test';
import { citizen, officer } from '../testing/store.support.test';

let stage: PublicStage;
let zhang: Principal;
let citizenId: string;
beforeAll(async () => {
  stage = await openPublicStage();
  zhang = await stage.citizen({ idNumber: NUMBERS.beijing });
  citizenId = zhang.citizenId!;
});
afterAll(() => stage?.close());

const EDGE = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Citizen { petitions { itemNo } openPetitionCount } } }`;
const representation = (id: string) => ({ __typename: 'Citizen', id });
const followed = async (who: Principal | null, id = citizenId) => {
  const { data, errors } = await stage.as(who, EDGE, { of: [representation(id)] });
  const [found] = data?._entities ?? [];
  return errors
    ? errors[0]!.extensions!.code
    : found && [found.petitions.map(({ itemNo }: { itemNo: string }) => itemNo), found.openPetitionCount];
};
const petitioner = () => ({ petitioner: { name: '张三', citizenId } });

rule(
  'PT-SEC-01',
  'from a citizen to petitions lead only the citizen in person and officers who see the items',
  async () => {
    expect(citizenId).toMatch(/^c1_/);
    const { item } = await registeredOnline(stage, await submitted(stage, zhang));
    const letter = await registered(stage.store, petitioner());
    const both = [[letter.itemNo, item.itemNo], 2];
    expect(await followed(officer('shandong', 'HANDLER'))).toEqual(both);
    expect(await followed(officer('nation', 'SUPERVISOR'))).toEqual(both);
    for (const organisation of ['jinan', 'lixia', 'qingdao', 'lixiaUnit'] as const)
      expect([organisation, await followed(officer(organisation, ['HANDLER', 'SUPERVISOR']))]).toEqual([
        organisation,
        [[], 0],
      ]);
    // The citizen follows what the own account submitted.
    expect(await followed(zhang)).toEqual([[item.itemNo], 1]);
    expect(await followed(citizen('stranger', 'c1_aaaaaaaaaaaaaaaaaaaaaaaaaa'))).toEqual([[], 0]);
    expect(await followed(zhang, 'c1_aaaaaaaaaaaaaaaaaaaaaaaaaa')).toEqual([[], 0]);
    const elsewhere = principals.officer({
      regionCode: '000000000000',
      regionLevel: 'NATION',
      roles: ['poverty-alleviation:MANAGER'],
    });
    expect(await followed(elsewhere)).toEqual([[], 0]);
    expect(await followed(null)).toBe('UNAUTHENTICATED');
  },
);

rule(
  ['PT-PUB-06', 'PT-HND-08'],
  'anonymous, confidential and accusing items neither resolve nor count',
  async () => {
    const li = await stage.citizen({ idNumber: NUMBERS.other, idType: 'PASSPORT', sex: 'MALE' });
    expect(li.citizenId).toBeNull();
    const other = stage.store.services.personal.citizenId(NUMBERS.other);
    const as = { petitioner: { name: '李四', citizenId: other } };
    const registrar = officer('shandong', 'HANDLER');
    await registered(stage.store, { ...as, confidential: true });
    await registered(stage.store, { ...as, purpose: 'ACCUSATION' });
    await registered(stage.store, { ...as, anonymous: true });
    expect(await followed(registrar, other)).toEqual([[], 0]);
    const plain = await registered(stage.store, as);
    expect(await followed(registrar, other)).toEqual([[plain.itemNo], 1]);
    await stage.store.adminQuery(
      `UPDATE case_item SET state = 'COMPLETED', outcome = 'REPLIED', completed_at = now() WHERE id = $1`,
      [plain.id],
    );
    expect(await followed(registrar, other)).toEqual([[plain.itemNo], 0]);
  },
);

it('takes as many statements for ten citizens as for one', async () => {
  const cost = async (count: number) => {
    const of = Array.from({ length: count }, (_, index) =>
      representation(citizenId.replace(/.$/, String.fromCharCode(97 + index))),
    );
    return (
      await countStatements(stage.store.database, () =>
        stage.as(officer('shandong', 'HANDLER'), EDGE, { of }),
      )
    ).statements;
  };
  expect(await cost(10)).toBe(await cost(1));
});
