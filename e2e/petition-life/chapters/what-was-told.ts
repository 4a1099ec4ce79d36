import type { Chapter } from '../life';
import { LETTER, NUMBER, PERSON, PETITION } from '../matter';
import { publishedNames } from '../observed-events';

/** What the whole life told others, once it is over. */
export const whatWasTold: Chapter = (stage) => {
  stage(
    'every event there is was seen, each names what it is about and nobody; the neighbour did find the way to the check',
    async ({ office, events, secrets, item, simpleRegistrationId, queryCode }) => {
      const ours = await events.about([
        ...secrets.items.map(({ id }) => id),
        ...secrets.submissions,
        ...secrets.reviews,
        office.account('pt-shanxi'),
      ]);
      const simple = await events.about([simpleRegistrationId]);
      const seen = new Set([...ours, ...simple].map(({ name }) => name));
      expect(publishedNames().filter((name) => !seen.has(name))).toEqual([]);
      const told = [
        PERSON.name,
        NUMBER,
        PERSON.mobile,
        queryCode,
        PETITION.title,
        PETITION.content,
        LETTER.title,
      ];
      for (const { text } of ours) for (const word of told) expect(text).not.toContain(word);
      // The neighbour’s duplicate check does find the items: that it told nothing else was no accident of an empty answer.
      const { findDuplicates } = await office.do(
        'pt-yungang',
        `query ($name: String!, $address: String!) { findDuplicates(name: $name, address: $address) {
         candidates { itemNo petitionDate organisation { id } state caseItem { id } } } }`,
        { name: PERSON.name, address: PERSON.address },
      );
      expect(findDuplicates.candidates).toContainEqual({
        itemNo: item.itemNo,
        petitionDate: '2026-03-02',
        organisation: { id: office.organisation('pt-shanxi') },
        state: 'FINAL',
        caseItem: null,
      });
    },
    60_000,
  );
};
