import type { Chapter } from '../life';
import { codeOf, ok } from '../office';
import { COUNTY_REVIEW } from '../reviews';

/** 撤销重办、终止: what else a review may come to, told of the letter. */
export const revocation: Chapter = (stage) => {
  stage(
    'of the letter a review revokes the opinion, a second one of the new opinion is terminated',
    async ({ office, events, reviews, secrets, letter }) => {
      const served = await office.serveOpinion(
        'pt-yunzhou-unit',
        'pt-yunzhou-leader',
        letter.id,
        '2026-09-15',
      );
      const revoking = await reviews.registerAtCounty(letter, served.opinion.docNo, '2026-09-15');
      secrets.reviews.push(revoking);
      await reviews.appoint(COUNTY_REVIEW, revoking);
      await reviews.accept(COUNTY_REVIEW, revoking);
      await reviews.askForDefence(COUNTY_REVIEW, revoking);
      const examine = () =>
        reviews.step('pt-yunzhou-review', 'WRITTEN_EXAMINATION', revoking, { content: '示例：书面审查。' });
      // The defence does not come: after ten days the examination goes on without it.
      office.at('2026-09-25');
      expect(codeOf(await examine())).toBe('DEFENCE_OUTSTANDING');
      office.at('2026-09-26');
      ok(await examine());
      await reviews.conclude(COUNTY_REVIEW, revoking, 'REVOKE_REHANDLE', '2026-09-26');
      const [reopened] = await events.see('case.reopened', letter.id);
      expect(reopened!.data).toMatchObject({ oldDueOn: '2026-05-31', newDueOn: '2026-11-25' });
      expect(await office.item('pt-yunzhou-unit', letter.id)).toMatchObject({
        state: 'ACCEPTED',
        outcome: null,
        handleDueAt: '2026-11-25',
      });
      await office.take('pt-yunzhou-unit', letter.id);
      ok(await office.handleSelf('pt-yunzhou-unit', letter.id));
      const again = await office.serveOpinion(
        'pt-yunzhou-unit',
        'pt-yunzhou-leader',
        letter.id,
        '2026-09-26',
      );
      const withdrawn = await reviews.registerAtCounty(letter, again.opinion.docNo, '2026-09-26');
      secrets.reviews.push(withdrawn);
      // Who handled the matter before stands aside.
      const { version } = await reviews.find('pt-yunzhou-head', withdrawn);
      const appointed = await office.ask(
        'pt-yunzhou-head',
        `mutation ($id: ID!, $v: Int!, $account: ID!) { appointHandler(reviewCaseId: $id, expectedVersion: $v, accountId: $account) { id } }`,
        { id: withdrawn, v: version, account: office.account('pt-yunzhou-review') },
      );
      expect(codeOf(appointed)).toBe('HANDLER_INVOLVED');
      await reviews.act(
        'pt-yunzhou-review',
        'terminateReview',
        withdrawn,
        'ground: WITHDRAWAL, reason: "示例：申请人撤回。", partiesToldAt: "2026-09-26"',
      );
      await reviews.act('pt-yunzhou-head', 'approveTermination', withdrawn, 'approve: true');
      await events.see('review.terminated', withdrawn);
      expect((await office.item('pt-shanxi', letter.id)).state).toBe('LAPSED');
    },
    240_000,
  );
};
