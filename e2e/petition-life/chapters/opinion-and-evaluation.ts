import type { Chapter } from '../life';
import { NUMBER } from '../matter';
import { codeOf } from '../office';

/** 报告、答复、满意度评价: the unit's report and opinion end the first level; the citizen rates it. */
export const opinionAndEvaluation: Chapter = (stage) => {
  stage(
    'the unit reports, again after it was sent back; its opinion is served and completes the item',
    async (life) => {
      const { office, events, item, anonymousItem } = life;
      office.at('2026-06-05');
      const report = async (approve: boolean, name: string) => {
        const submitted = (
          await office.do(
            'pt-yunzhou-unit',
            `mutation ($id: ID!) { submitReport(caseItemId: $id, body: "示例：办理结果。") { report { id version to { id } } } }`,
            { id: item.id },
          )
        ).submitReport.report;
        expect(submitted.to.id).toBe(office.organisation('pt-shanxi'));
        await events.see('case.report-submitted', submitted.id);
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!, $v: Int!, $approve: Boolean!) { reviewReport(reportId: $id, expectedVersion: $v, approve: $approve, opinion: "示例批语") { report { state } } }`,
          { id: submitted.id, v: submitted.version, approve },
        );
        await events.see(name, submitted.id);
      };
      await report(false, 'case.report-sent-back');
      expect((await office.taskIn('pt-shanxi', 'AWAITING_RESULT', item.id))?.state).toBe('AWAITING_RESULT');
      await report(true, 'case.report-approved');
      expect(await office.taskIn('pt-shanxi', 'AWAITING_RESULT', item.id)).toBeUndefined();

      office.at('2026-06-08');
      expect((await office.item('pt-shanxi', item.id)).evaluation.enabled).toBe(false);
      const replied = await office.serveOpinion(
        'pt-yunzhou-unit',
        'pt-yunzhou-leader',
        item.id,
        '2026-06-08',
      );
      expect(replied.caseItem).toEqual({ state: 'COMPLETED', outcome: 'REPLIED', appealDueAt: '2026-07-08' });
      life.opinionNo = replied.opinion.docNo;
      const [completed] = await events.see('case.completed', item.id);
      expect(completed!.data).toMatchObject({ outcome: 'REPLIED', inTime: true });
      const { citizen } = await office.do(
        'pt-shanxi',
        `query ($n: String!) { citizen(idNumber: $n) { openPetitionCount } }`,
        { n: NUMBER },
      );
      expect(citizen.openPetitionCount).toBe(0);
      const served = await office.serveOpinion(
        'pt-yunzhou-unit',
        'pt-yunzhou-leader',
        anonymousItem.id,
        '2026-06-08',
      );
      life.anonymousOpinionNo = served.opinion.docNo;
      expect(served.caseItem.appealDueAt).toBe('2026-07-08');
      // Late by nine days: its 60 days ended on 2026-05-31.
      const late = (await events.see('case.completed', anonymousItem.id))[0]!;
      expect(late.data.inTime).toBe(false);
    },
    180_000,
  );

  stage(
    'the citizen is dissatisfied; another citizen cannot say so for them',
    async ({ office, events, item }) => {
      office.at('2026-06-10');
      expect((await office.item('pt-shanxi', item.id)).evaluation).toMatchObject({
        status: 'PENDING',
        nextRound: 1,
        unitToBeRated: true,
      });
      const { evaluate } = await office.do(
        'life_citizen',
        `mutation ($id: ID!) { evaluate(caseItemId: $id, input: { round: 1, department: { rating: BASICALLY_SATISFIED },
         unit: { rating: DISSATISFIED, reasons: [RESULT_UNACCEPTABLE] } }) { status nextRound } }`,
        { id: item.id },
      );
      expect(evaluate).toEqual({ status: 'EVALUATED', nextRound: 2 });
      const [rated] = await events.see('case.evaluated', item.id);
      expect(rated!.data).toMatchObject({
        round: 1,
        deptRating: 'BASICALLY_SATISFIED',
        unitRating: 'DISSATISFIED',
      });
      expect(
        codeOf(
          await office.ask(
            'life_anonymous',
            `mutation ($id: ID!) { evaluate(caseItemId: $id, input: { round: 2, department: { rating: SATISFIED } }) { status } }`,
            { id: item.id },
          ),
        ),
      ).toBe('NOT_FOUND');
    },
    60_000,
  );
};
