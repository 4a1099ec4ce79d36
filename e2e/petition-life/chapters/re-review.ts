import type { Chapter } from '../life';
import { codeOf, ok } from '../office';
import { CITY_REVIEW } from '../reviews';

/** 复核: the city examines the county's opinion, and with that the three levels are at an end. */
export const reReview: Chapter = (stage) => {
  stage(
    'a re-review on the last day ends the matter: FINAL',
    async ({ office, events, reviews, secrets, item, opinionNo, reviewOpinionNo }) => {
      office.at('2026-09-14');
      const registered = ok(
        await reviews.register('pt-datong-review', 'RE_REVIEW', item, '2026-09-14', reviewOpinionNo),
      ).registerReview;
      expect(registered).toMatchObject({ state: 'REGISTERED', level: 'RE_REVIEW', dueAt: '2026-10-14' });
      secrets.reviews.push(registered.id);
      office.at('2026-09-15');
      await reviews.appoint(CITY_REVIEW, registered.id);
      await reviews.accept(CITY_REVIEW, registered.id);
      await reviews.askForDefence(CITY_REVIEW, registered.id);
      await reviews.defend('pt-yunzhou', registered.id);
      ok(
        await reviews.step('pt-datong-review', 'WRITTEN_EXAMINATION', registered.id, {
          content: '示例：书面审查。',
        }),
      );
      const closed = await reviews.conclude(CITY_REVIEW, registered.id, 'UPHOLD', '2026-09-15');
      expect(closed).toMatchObject({ state: 'CLOSED', appealDueAt: null });
      await events.see('case.final', item.id);
      expect((await office.item('pt-shanxi', item.id)).state).toBe('FINAL');
      expect(
        codeOf(await reviews.register('pt-datong-review', 'RE_REVIEW', item, '2026-09-15', reviewOpinionNo)),
      ).toBe('NOT_REVIEWABLE');
      const { myPetitions } = await office.do(
        'life_citizen',
        '{ myPetitions { nodes { itemNo state opinions { docNo } } } }',
      );
      expect(myPetitions.nodes).toEqual([
        { itemNo: item.itemNo, state: 'FINAL', opinions: [{ docNo: opinionNo }] },
      ]);
    },
    240_000,
  );
};
