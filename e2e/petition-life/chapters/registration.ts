import type { Json } from '@junxian/test-kit';
import type { Chapter } from '../life';
import { DATA, NUMBER, PDF } from '../matter';
import { codeOf, download, type NumberedItem, ok } from '../office';

/** 登记: what was submitted is opened, compared with what is there, and registered as items. */
export const registration: Chapter = (stage) => {
  stage(
    'five days before the last day to route it the warning turns yellow; opened, it proposes the duplicate and is registered',
    async (life) => {
      const { office, events, secrets, letter, submissionId, anonymousSubmissionId } = life;
      await office.morning('2026-03-11');
      expect(await events.of('submission.warning-raised', submissionId)).toEqual([]);
      await office.morning('2026-03-12');
      const [raised] = await events.see('submission.warning-raised', submissionId);
      expect(raised!.data).toMatchObject({
        deadlineKind: 'ROUTE',
        level: 'YELLOW',
        targetOrganisationId: office.organisation('pt-shanxi'),
      });
      const { warnings } = await office.do(
        'pt-shanxi-leader',
        `{ warnings(kind: ROUTE, first: 100) { nodes { dueAt level } } }`,
      );
      expect(warnings.nodes).toContainEqual({ dueAt: '2026-03-17', level: 'YELLOW' });

      const opened = (
        await office.do(
          'pt-shanxi',
          `mutation ($id: ID!) { openSubmission(submissionId: $id) { submission { state routeDueAt } duplicates { id match caseItem { id } } } }`,
          { id: submissionId },
        )
      ).openSubmission;
      await events.see('submission.opened', submissionId);
      expect(opened.submission).toEqual({ state: 'OPENED', routeDueAt: '2026-03-17' });
      expect(opened.duplicates).toContainEqual({
        id: letter.id,
        match: 'NAME_AND_ADDRESS',
        caseItem: { id: letter.id },
      });
      expect(
        codeOf(
          await office.ask(
            'life_citizen',
            `mutation ($id: ID!) { withdrawPetition(id: $id, expectedVersion: 1) { state } }`,
            { id: submissionId },
          ),
        ),
      ).toBe('NOT_WITHDRAWABLE');
      const [attachment] = await office.attachments('pt-shanxi', submissionId);
      expect(await download(attachment!.downloadUrl)).toEqual(PDF);

      const registerOnline = (id: string, input: Json) =>
        office.ask(
          'pt-shanxi',
          `mutation ($id: ID!, $input: RegisterOnlineInput!) { registerOnline(submissionId: $id, input: $input) { id itemNo } }`,
          { id, input: { data: DATA, ...input } },
        );
      expect(codeOf(await registerOnline(submissionId, {}))).toBe('DUPLICATES_UNDECIDED');
      const item: NumberedItem = ok(
        await registerOnline(submissionId, { duplicates: { kind: 'SAME_PERSON', linkedItemId: letter.id } }),
      ).registerOnline;
      await office.do(
        'pt-shanxi',
        `mutation ($id: ID!) { openSubmission(submissionId: $id) { submission { id } } }`,
        {
          id: anonymousSubmissionId,
        },
      );
      const anonymousItem: NumberedItem = ok(await registerOnline(anonymousSubmissionId, {})).registerOnline;
      for (const registered of [item, anonymousItem]) {
        secrets.items.push(registered);
        await events.see('case.registered', registered.id);
      }
      life.item = item;
      life.anonymousItem = anonymousItem;
      expect(await office.item('pt-shanxi', item.id)).toMatchObject({
        state: 'REGISTERED',
        firstInSystem: true,
        satisfactionMode: 'REQUIRED',
        satisfactionInScope: true,
        routeDueAt: '2026-03-17',
        receivedAt: expect.stringMatching(/^2026-03-02/),
      });
      // Scenario 34: of an anonymous item every officer sees 匿名, and no citizen leads to it.
      expect((await office.item('pt-shanxi', anonymousItem.id)).petitioner).toEqual({
        displayName: '匿名',
        anonymous: true,
        name: null,
        idNumber: null,
        citizen: null,
      });
      expect((await office.item('pt-shanxi', anonymousItem.id)).satisfactionMode).toBe('EXCLUDED');
      const { citizen } = await office.do(
        'pt-shanxi',
        `query ($n: String!) { citizen(idNumber: $n) { petitions { id } openPetitionCount } }`,
        { n: NUMBER },
      );
      expect(citizen).toEqual({ petitions: [{ id: item.id }], openPetitionCount: 1 });
    },
    180_000,
  );
};
