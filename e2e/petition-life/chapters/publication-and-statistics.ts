import { places } from '../../support/demo';
import { eventually } from '../../support/system';
import type { Chapter } from '../life';
import { ok } from '../office';

/** 案例公开、统计: what the public and the leaders learn of it. */
export const publicationAndStatistics: Chapter = (stage) => {
  stage(
    'the case is published without a word about the citizen; statistics show the items',
    async (life) => {
      const { office, events, system, item, summaryBefore } = life;
      const saved = (
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!) { saveCase(input: { caseItemId: $id, title: "示例案例", body: "某工地欠薪经督促已补发。" }) { id version } }`,
          { id: item.id },
        )
      ).saveCase;
      await office.do(
        'pt-shanxi',
        `mutation ($id: ID!, $v: Int!) { publishCase(id: $id, consentConfirmed: true, expectedVersion: $v) { status } }`,
        { id: saved.id, v: saved.version },
      );
      await events.see('case.published', saved.id);
      const { publishedCases } = ok(
        await system.client().query('{ publishedCases(first: 100) { nodes { id title } } }'),
      );
      expect(publishedCases.nodes).toContainEqual({ id: saved.id, title: '示例案例' });

      await eventually(
        'the figures',
        () => life.summary(),
        ({ items }) => items === summaryBefore.items + 3,
        30_000,
      );
      expect(await life.summary()).toEqual({
        items: summaryBefore.items + 3,
        online: summaryBefore.online + 2,
        letters: summaryBefore.letters + 1,
        completed: summaryBefore.completed + 3,
        suppressed: false,
      });
      const { nationalReport } = await office.do(
        'pt-datong-leader',
        `query ($region: ID!) { nationalReport(report: NR_10, from: "2026-01-01", to: "2026-12-31", region: $region) { columns { key } rows { kind cells } } }`,
        { region: places.datong },
      );
      expect(nationalReport.rows.at(-1).kind).toBe('TOTAL');
    },
    90_000,
  );
};
