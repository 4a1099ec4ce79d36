import type { Json } from '@junxian/test-kit';
import type { Chapter } from '../life';
import type { NumberedItem, Office } from '../office';

/** 转送、交办、退回: the item goes down to the unit that has to answer. */
export const assignment: Chapter = (stage) => {
  stage(
    'province assigns to city, city forwards to county, county to its unit; taken back, refused and returned on the way',
    async ({ office, events, item, letter, anonymousItem }) => {
      office.at('2026-03-13');
      const { defaultDestination } = await office.do(
        'pt-shanxi',
        `query ($id: ID!) { defaultDestination(caseItemId: $id) { id } }`,
        { id: item.id },
      );
      expect(defaultDestination.id).toBe(office.organisation('pt-datong'));
      expect(await office.assign('pt-shanxi', item.id, 'pt-datong', '2026-05-20')).toEqual({
        acceptDueAt: '2026-03-28',
      });
      const [assigned] = await events.see('case.assigned', item.id);
      expect(assigned!.data).toMatchObject({
        fromOrganisationId: office.organisation('pt-shanxi'),
        toOrganisationId: office.organisation('pt-datong'),
        resultDueOn: '2026-05-20',
      });
      expect((await office.taskIn('pt-shanxi', 'AWAITING_RESULT', item.id))?.state).toBe('AWAITING_RESULT');
      // The two others go to the unit at once.
      for (const other of [letter, anonymousItem])
        await office.forward('pt-shanxi', other.id, 'pt-yunzhou-unit');

      office.at('2026-03-16');
      await office.take('pt-datong', item.id);
      expect(await office.forward('pt-datong', item.id, 'pt-yunzhou')).toEqual({ acceptDueAt: '2026-03-31' });
      const sent = await office.taskIn('pt-datong', 'DONE', item.id);
      await office.do(
        'pt-datong',
        `mutation ($id: ID!, $v: Int!) { takeBack(taskId: $id, expectedVersion: $v) { state } }`,
        {
          id: sent!.id,
          v: sent!.version,
        },
      );
      await events.see('case.taken-back', item.id);
      expect(await office.taskIn('pt-yunzhou', 'UNIT_INBOX', item.id)).toBeUndefined();
      await office.forward('pt-datong', item.id, 'pt-yunzhou');
      await events.see('case.forwarded', item.id, 2);
      await office.take('pt-yunzhou', item.id);

      office.at('2026-03-18');
      await askReturn(office, item, 'pt-yunzhou');
      await decideReturn(office, item, 'pt-datong', 'REFUSE');
      await events.see('case.return-refused', item.id);
      await office.do(
        'pt-yunzhou',
        `mutation ($id: ID!, $v: Int!) { updateRegistration(caseItemId: $id, expectedVersion: $v, input: { data: { remarks: "示例备注" } }) { id } }`,
        { id: item.id, v: (await office.item('pt-yunzhou', item.id)).version },
      );
      await events.see('case.corrected', item.id);
      await office.forward('pt-yunzhou', item.id, 'pt-yunzhou-unit');
      await office.take('pt-yunzhou-unit', item.id);
      await askReturn(office, item, 'pt-yunzhou-unit');
      await events.see('case.return-requested', item.id, 2);
      await decideReturn(office, item, 'pt-yunzhou', 'CONFIRM');
      await events.see('case.returned', item.id);
      expect(await office.forward('pt-yunzhou', item.id, 'pt-yunzhou-unit')).toEqual({
        acceptDueAt: '2026-04-02',
      });
      await office.take('pt-yunzhou-unit', item.id);
      // What one organisation says among its own, another does not read.
      const { handlingRecords } = await office.item('pt-yunzhou-unit', item.id);
      expect(handlingRecords.length).toBeGreaterThan(3);
      expect(handlingRecords.map((record: Json) => record.opinion)).not.toContainEqual(
        expect.stringContaining('转'),
      );
    },
    180_000,
  );
};

async function askReturn(office: Office, item: NumberedItem, who: string): Promise<void> {
  const task = await office.taskIn(who, 'TODO', item.id);
  await office.do(
    who,
    `mutation ($id: ID!, $v: Int!) { returnCase(taskId: $id, expectedVersion: $v, reason: "示例：不属本单位职责。") { id } }`,
    { id: task!.id, v: task!.version },
  );
}

async function decideReturn(
  office: Office,
  item: NumberedItem,
  who: string,
  decision: 'CONFIRM' | 'REFUSE',
): Promise<void> {
  const task = await office.taskIn(who, 'RETURNS', item.id);
  const request = task!.returnRequests.find(({ state }: Json) => state === 'PENDING');
  await office.do(
    who,
    `mutation ($id: ID!, $v: Int!, $decision: ReturnDecision!) { decideReturn(requestId: $id, expectedVersion: $v, decision: $decision, reason: "示例理由") { state } }`,
    { id: request.id, v: request.version, decision },
  );
}
