import type { Json } from '@junxian/test-kit';
import type { Chapter } from '../life';
import { codeOf, ok } from '../office';

/** 受理、自办、催办、延期: the unit accepts and handles, and is watched while it does. */
export const handling: Chapter = (stage) => {
  stage(
    'the unit is warned, and its warning climbs to the city; it accepts in time and handles the item itself',
    async ({ office, events, item, letter, anonymousItem }) => {
      await office.morning('2026-03-27');
      expect(await office.warningsOf('pt-yunzhou-unit', item.id)).toEqual([]);
      await office.morning('2026-03-28');
      const raised = (await events.see('case.warning-raised', item.id)).at(-1)!;
      expect(raised.data).toMatchObject({
        deadlineKind: 'ACCEPT',
        level: 'YELLOW',
        targetOrganisationId: office.organisation('pt-yunzhou-unit'),
      });
      expect((await office.item('pt-datong-leader', item.id)).warnings).toEqual([
        {
          kind: 'ACCEPT',
          level: 'YELLOW',
          dueAt: '2026-04-02',
          target: { id: office.organisation('pt-yunzhou-unit') },
          // Nobody supervises in the county.
          supervisor: { id: office.organisation('pt-datong') },
        },
      ]);
      office.at('2026-04-01');
      const draft = await office.draftAcceptance('pt-yunzhou-unit', item.id);
      expect(codeOf(await office.handleSelf('pt-yunzhou-unit', item.id))).toBe('ACCEPTANCE_REQUIRED');
      const filed = await office.fileNotice('pt-yunzhou-unit', draft);
      expect(filed.caseItem).toEqual({ state: 'ACCEPTED', handleDueAt: '2026-05-31' });
      const [issued] = await events.see('case.notice-issued', item.id);
      expect(issued!.data).toMatchObject({ noticeKind: 'ACCEPTANCE', handleDueOn: '2026-05-31' });
      ok(await office.handleSelf('pt-yunzhou-unit', item.id));
      await events.see('case.self-handling-started', item.id);
      for (const other of [letter, anonymousItem]) {
        await office.take('pt-yunzhou-unit', other.id);
        await office.fileNotice('pt-yunzhou-unit', await office.draftAcceptance('pt-yunzhou-unit', other.id));
        ok(await office.handleSelf('pt-yunzhou-unit', other.id));
      }
      await office.morning('2026-04-02');
      expect(await office.warningsOf('pt-yunzhou-unit', item.id)).toEqual([]);
      const { myPetitions } = await office.do(
        'life_citizen',
        '{ myPetitions { nodes { itemNo state handleDueAt process { mode organisation destination } notices { kind docNo } } } }',
      );
      expect(myPetitions.nodes).toEqual([
        expect.objectContaining({
          itemNo: item.itemNo,
          state: 'ACCEPTED',
          handleDueAt: '2026-05-31',
          notices: [{ kind: 'ACCEPTANCE', docNo: filed.notice.docNo }],
        }),
      ]);
      expect(myPetitions.nodes[0].process.map(({ mode }: Json) => mode)).toEqual([
        null,
        'ASSIGN',
        'FORWARD',
        'FORWARD',
        'INFORM_ACCEPT',
        'HANDLE_SELF',
      ]);
    },
    180_000,
  );

  stage(
    'the result is late: yellow, red, a reminder; handling is extended once, and its warning falls',
    async ({ office, events, item }) => {
      await office.morning('2026-05-14');
      expect(await office.warningsOf('pt-shanxi', item.id)).toEqual([]);
      await office.morning('2026-05-15');
      expect(await office.warningsOf('pt-shanxi', item.id)).toEqual(['RESULT YELLOW']);
      await office.morning('2026-05-20');
      expect(await office.warningsOf('pt-shanxi', item.id)).toEqual(['RESULT YELLOW']);
      expect((await office.item('pt-shanxi', item.id)).late).toBe(false);
      await office.morning('2026-05-21');
      expect(await office.warningsOf('pt-shanxi', item.id)).toEqual(['RESULT RED', 'HANDLE YELLOW']);
      expect((await office.item('pt-shanxi', item.id)).late).toBe(true);
      const levels = (await events.see('case.warning-raised', item.id, 4)).map(
        ({ data }) => `${data.deadlineKind} ${data.level}`,
      );
      expect(levels).toEqual(
        expect.arrayContaining(['ACCEPT YELLOW', 'RESULT YELLOW', 'RESULT RED', 'HANDLE YELLOW']),
      );
      expect(new Set(levels).size).toBe(levels.length);
      const { remind } = await office.do(
        'pt-shanxi-leader',
        `mutation ($id: ID!, $unit: ID!) { remind(caseItemId: $id, targetOrganisationId: $unit, deadlineKind: HANDLE, reason: LATE_WITHOUT_CAUSE,
         text: "示例：请抓紧办理。") { id answerDueAt level } }`,
        { id: item.id, unit: office.organisation('pt-yunzhou-unit') },
      );
      expect(remind).toMatchObject({ answerDueAt: '2026-05-26', level: 'YELLOW' });
      await events.see('case.reminder-sent', item.id);
      const { reminders } = await office.do('pt-yunzhou-unit', '{ reminders { nodes { id version text } } }');
      const received = reminders.nodes.find(({ id }: Json) => id === remind.id);
      expect(received.text).toBe('示例：请抓紧办理。');
      await office.do(
        'pt-yunzhou-unit',
        `mutation ($id: ID!, $v: Int!) { answerReminder(id: $id, text: "示例：正在调查。", expectedVersion: $v) { answerLate } }`,
        { id: remind.id, v: received.version },
      );

      const extend = async (days: number) =>
        office.ask(
          'pt-yunzhou-leader',
          `mutation ($id: ID!, $v: Int!, $days: Int!) { extendHandling(caseItemId: $id, expectedVersion: $v, days: $days, reason: "示例：案情复杂。") {
           caseItem { handleDueAt extendedDays } } }`,
          { id: item.id, v: (await office.item('pt-yunzhou-leader', item.id)).version, days },
        );
      expect(codeOf(await extend(31))).toBe('EXTENSION_TOO_LONG');
      expect(ok(await extend(30)).extendHandling.caseItem).toEqual({
        handleDueAt: '2026-06-30',
        extendedDays: 30,
      });
      expect(codeOf(await extend(1))).toBe('EXTENSION_USED');
      const [extended] = await events.see('case.extended', item.id);
      expect(extended!.data).toMatchObject({ oldDueOn: '2026-05-31', newDueOn: '2026-06-30' });
      await office.morning('2026-05-22');
      expect(await office.warningsOf('pt-shanxi', item.id)).toEqual(['RESULT RED']);
    },
    240_000,
  );
};
