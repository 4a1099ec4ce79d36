import type { Chapter } from '../life';
import { codeOf, ok } from '../office';
import { COUNTY_REVIEW } from '../reviews';

/** 复查: the county examines the unit's opinion. */
export const review: Chapter = (stage) => {
  stage(
    'of the anonymous item an application for a review is rejected',
    async ({ office, events, reviews, secrets, anonymousItem, anonymousOpinionNo }) => {
      const rejected = await reviews.registerAtCounty(anonymousItem, anonymousOpinionNo, '2026-06-10');
      secrets.reviews.push(rejected);
      await reviews.appoint(COUNTY_REVIEW, rejected);
      const form = await reviews.fileDocument(
        'pt-yunzhou-review',
        'pt-yunzhou-head',
        rejected,
        'ACCEPTANCE_FORM',
        'REJECT',
      );
      await reviews.act('pt-yunzhou-review', 'rejectReview', rejected, `documentId: "${form}"`);
      await events.see('review.rejected', rejected);
      expect((await office.item('pt-shanxi', anonymousItem.id)).state).toBe('COMPLETED');
    },
    120_000,
  );

  stage(
    'on the last day a review is registered; a hearing and a suspension are left out of its clock; it upholds',
    async (life) => {
      const { office, events, reviews, secrets, item, anonymousItem, opinionNo } = life;
      office.at('2026-07-08');
      const tooSoon = await reviews.register('pt-datong-review', 'REVIEW', item, '2026-07-08', opinionNo);
      expect(codeOf(tooSoon)).toBe('AUTHORITY_MISMATCH');
      const review = ok(
        await reviews.register('pt-yunzhou-review', 'REVIEW', item, '2026-07-08', opinionNo),
      ).registerReview;
      expect(review).toMatchObject({ state: 'REGISTERED', dueAt: '2026-08-07' });
      secrets.reviews.push(review.id);
      await events.see('review.registered', review.id);
      await events.see('case.review-moved', item.id);
      expect((await office.item('pt-shanxi', item.id)).state).toBe('UNDER_REVIEW');

      await office.morning('2026-07-09');
      // Of the anonymous item the only application was rejected, and now its time has passed.
      await events.see('case.appeal-lapsed', anonymousItem.id);
      expect((await office.item('pt-shanxi', anonymousItem.id)).state).toBe('LAPSED');
      await reviews.appoint(COUNTY_REVIEW, review.id);
      await reviews.accept(COUNTY_REVIEW, review.id);
      await events.see('review.accepted', review.id);
      await reviews.askForDefence(COUNTY_REVIEW, review.id);
      expect(
        codeOf(
          await reviews.step('pt-yunzhou-review', 'WRITTEN_EXAMINATION', review.id, { content: '示例' }),
        ),
      ).toBe('DEFENCE_OUTSTANDING');
      await reviews.defend('pt-yunzhou-unit', review.id);

      office.at('2026-07-15');
      ok(
        await reviews.step('pt-yunzhou-review', 'HEARING', review.id, {
          content: '示例：听证笔录。',
          host: '示例主持',
          participants: ['示例听证员'],
          heldOn: '2026-07-13',
          endedOn: '2026-07-14',
        }),
      );
      expect(await reviews.find('pt-yunzhou-review', review.id)).toMatchObject({
        dueAt: '2026-08-09',
        pausedDays: 2,
      });
      await reviews.act(
        'pt-yunzhou-review',
        'suspendReview',
        review.id,
        'reason: "示例：等待另案。", partiesToldAt: "2026-07-15"',
      );
      await reviews.act('pt-yunzhou-head', 'approveSuspension', review.id, 'approve: true');
      await events.see('review.suspended', review.id);

      office.at('2026-07-25');
      const resumed = await reviews.act(
        'pt-yunzhou-review',
        'resumeReview',
        review.id,
        'reason: "示例：另案已结。"',
      );
      expect(resumed).toMatchObject({ state: 'EXAMINING', dueAt: '2026-08-19', pausedDays: 12 });
      await events.see('review.resumed', review.id);
      await office.morning('2026-08-13');
      expect(await office.warningsOf('pt-yunzhou', item.id)).toEqual([]);
      await office.morning('2026-08-14');
      expect(await office.warningsOf('pt-yunzhou', item.id)).toEqual(['REVIEW YELLOW']);

      office.at('2026-08-15');
      ok(
        await reviews.step('pt-yunzhou-review', 'WRITTEN_EXAMINATION', review.id, {
          content: '示例：书面审查。',
        }),
      );
      await events.see('review.step-done', review.id, 5);
      const closed = await reviews.conclude(COUNTY_REVIEW, review.id, 'UPHOLD', '2026-08-15');
      expect(closed).toMatchObject({ state: 'CLOSED', result: 'UPHOLD', appealDueAt: '2026-09-14' });
      const [event] = await events.see('review.closed', review.id);
      expect(event!.data).toMatchObject({ level: 'REVIEW', result: 'UPHOLD' });
      expect((await office.item('pt-shanxi', item.id)).state).toBe('REVIEWED');
      life.reviewOpinionNo = closed.opinionDocNo;
    },
    300_000,
  );
};
