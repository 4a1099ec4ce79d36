import type { Chapter } from '../life';
import { NUMBER, PERSON } from '../matter';
import { codeOf, ok } from '../office';

/** 查询: who the petitioner is, and how the petitioner follows the item. */
export const tracking: Chapter = (stage) => {
  stage(
    'a reveal of the petitioner is told to the audit; name and query code open the process, a wrong code does not',
    async (life) => {
      const { office, events, secrets, system, item, anonymousItem } = life;
      const { caseItem } = await office.do(
        'pt-shanxi',
        `query ($id: ID!) { caseItem(id: $id) { petitioner { name(reveal: true) idNumber } } }`,
        { id: item.id },
      );
      expect(caseItem.petitioner).toEqual({
        name: PERSON.name,
        idNumber: expect.not.stringContaining(NUMBER),
      });
      const [revealed] = await events.see('identity.revealed', office.account('pt-shanxi'));
      expect(revealed!.text).not.toContain(PERSON.name);

      const queryCode: string = (
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!) { printQueryCode(caseItemId: $id) { queryCode } }`,
          {
            id: item.id,
          },
        )
      ).printQueryCode.queryCode;
      expect(queryCode).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
      secrets.words.push(queryCode);
      life.queryCode = queryCode;
      const track = (name: string, code: string) =>
        system
          .client()
          .query(
            `mutation ($name: String!, $code: String!) { trackPetition(name: $name, queryCode: $code) { token } }`,
            {
              name,
              code,
            },
          );
      const [wrongCode, wrongName] = [
        await track(PERSON.name, 'ABCDEFGH'),
        await track('示例旁人', queryCode),
      ];
      expect(wrongCode.errors).toEqual(wrongName.errors);
      const { token } = ok(await track(PERSON.name, queryCode)).trackPetition;
      const tracked = ok(
        await system
          .client()
          .query(
            `query ($token: String!) { trackedPetition(token: $token) { itemNo state process { organisation mode } } }`,
            {
              token,
            },
          ),
      ).trackedPetition;
      expect(tracked).toMatchObject({ itemNo: item.itemNo, state: 'REGISTERED' });
      // An anonymous item is followed through the account alone (PT-PUB-17).
      const noCode = await office.ask('pt-shanxi', `mutation ($id: ID!) { showQueryCode(caseItemId: $id) }`, {
        id: anonymousItem.id,
      });
      expect(codeOf(noCode)).toBe('NO_QUERY_CODE');
      const { myPetitions } = await office.do('life_anonymous', '{ myPetitions { nodes { itemNo } } }');
      expect(myPetitions.nodes).toEqual([{ itemNo: anonymousItem.itemNo }]);
    },
    120_000,
  );
};
