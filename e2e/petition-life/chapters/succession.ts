import { places } from '../../support/demo';
import { eventually } from '../../support/system';
import type { Chapter } from '../life';
import { letterOf, PETITION } from '../matter';
import { codeOf, ok } from '../office';
import { submit } from './submission';

const UNIT = '示例云州区临时专班';
const BUREAU = '示例山西省临时信访局';

/** What removed organisations leave behind is taken over: a letter in a unit's hands by the bureau of its county, a petition that nobody opened by the bureau that receives today. */
export const succession: Chapter = (stage) => {
  stage(
    'the unit that holds a letter is removed: the bureau of its county finds it and takes it over, no clock moves',
    async ({ office, system, events, secrets }) => {
      const administrator = await system.signIn('yunzhou');
      const act = async (document: string, variables: object) => {
        const { data, errors } = await administrator.query(document, { ...variables });
        if (errors) throw new Error(JSON.stringify(errors));
        return data!;
      };
      const { createOrganisation: unit } = await act(
        `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { id version } }`,
        {
          input: {
            kind: 'DEPARTMENT',
            sealName: UNIT,
            regionCode: places.yunzhou,
            superiorId: office.organisation('yunzhou'),
            hasExtranet: true,
          },
        },
      );
      office.knowOrganisation(UNIT, unit.id);
      await eventually(
        'petitions knowing the new unit',
        () => system.adminQuery('petitions', 'SELECT FROM organisation WHERE id = $1', [unit.id]),
        (rows) => rows.length === 1,
        30_000,
      );
      const { registerLetter: letter } = await office.do(
        'pt-shanxi',
        `mutation ($input: RegisterLetterInput!) { registerLetter(input: $input) { id itemNo } }`,
        { input: letterOf('2026-09-26') },
      );
      secrets.items.push(letter);
      await office.forward('pt-shanxi', letter.id, UNIT);
      const before = await office.item('pt-shanxi', letter.id);
      expect(before.custodian).toEqual({ id: unit.id });
      expect(await office.taskIn('pt-yunzhou', 'CUSTODIAN_GONE', letter.id)).toBeUndefined();
      const toTakeOver = async () =>
        (await office.do('pt-yunzhou', '{ workCounts { custodianGone } }')).workCounts
          .custodianGone as number;
      const counted = await toTakeOver();

      await act(`mutation ($id: ID!, $v: Int!) { removeOrganisation(id: $id, expectedVersion: $v) { id } }`, {
        id: unit.id,
        v: unit.version,
      });
      await eventually(
        'the bureau being shown the letter',
        () => office.taskIn('pt-yunzhou', 'CUSTODIAN_GONE', letter.id),
        (task) => task !== undefined,
        30_000,
      );
      expect(await toTakeOver()).toBe(counted + 1);
      const transfer = (who: string) =>
        office.ask(
          who,
          `mutation ($id: ID!, $v: Int!) { transferCase(caseItemId: $id, expectedVersion: $v, input: { reason: "示例：专班已撤销" }) {
             record { mode } caseItem { id custodian { id } routeDueAt acceptDueAt handleDueAt } } }`,
          { id: letter.id, v: before.version },
        );
      expect(codeOf(await transfer('pt-shanxi'))).toBe('NOT_RELIEVING');
      const { data } = await transfer('pt-yunzhou');
      const { routeDueAt, acceptDueAt, handleDueAt } = before;
      expect(data?.transferCase).toEqual({
        record: { mode: 'TRANSFER' },
        caseItem: {
          id: letter.id,
          custodian: { id: office.organisation('pt-yunzhou') },
          routeDueAt,
          acceptDueAt,
          handleDueAt,
        },
      });
      const [transferred] = await events.see('case.transferred', letter.id);
      expect(transferred!.data).toMatchObject({
        fromOrganisationId: unit.id,
        toOrganisationId: office.organisation('pt-yunzhou'),
      });
      expect(await office.taskIn('pt-yunzhou', 'CUSTODIAN_GONE', letter.id)).toBeUndefined();
      expect(await toTakeOver()).toBe(counted);
      await office.take('pt-yunzhou', letter.id);
    },
    120_000,
  );

  stage(
    'the bureau that received a petition is removed before anybody opened it: the one that receives today takes it over, the citizen withdraws it there',
    async ({ office, system, events, secrets }) => {
      const administrator = await system.signIn('shanxi');
      const act = async (document: string, variables: object) => {
        const { data, errors } = await administrator.query(document, { ...variables });
        if (errors) throw new Error(JSON.stringify(errors));
        return data!;
      };
      const { createOrganisation: bureau } = await act(
        `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { id version } }`,
        {
          input: {
            kind: 'BUREAU',
            sealName: BUREAU,
            regionCode: places.shanxi,
            superiorId: office.organisation('shanxi'),
            hasExtranet: true,
          },
        },
      );
      await eventually(
        'petitions knowing the new bureau',
        () =>
          system.adminQuery('petitions', 'SELECT FROM organisation WHERE id = $1 AND is_bureau', [bureau.id]),
        (rows) => rows.length === 1,
        30_000,
      );
      // In a province with two bureaus the older one receives: it is none for as long as the petition takes. No demonstration account may decide that.
      const isBureau = (itIs: boolean) =>
        system.adminQuery('petitions', 'UPDATE organisation SET is_bureau = $2 WHERE id = $1', [
          office.organisation('pt-shanxi'),
          itIs,
        ]);
      await isBureau(false);
      const { submission } = ok(
        await submit(office, 'life_citizen', { ...PETITION, title: '示例另一件事' }),
      ).submitPetition;
      await isBureau(true);
      secrets.submissions.push(submission.id);
      secrets.words.push('示例另一件事');
      expect(submission.receiver).toEqual({ id: bureau.id });
      const left = async () =>
        (await office.do(
          'pt-shanxi',
          '{ submissions(tab: RECEIVER_GONE, first: 100) { nodes { id content routeDueAt } } workCounts { receiverGone } }',
        )) as {
          submissions: { nodes: { id: string; content: null; routeDueAt: string }[] };
          workCounts: object;
        };
      expect(await left()).toEqual({ submissions: { nodes: [] }, workCounts: { receiverGone: 0 } });
      await act(`mutation ($id: ID!, $v: Int!) { removeOrganisation(id: $id, expectedVersion: $v) { id } }`, {
        id: bureau.id,
        v: bureau.version,
      });
      const { submissions, workCounts } = await eventually(
        'the bureau being shown the petition',
        left,
        (found) => found.submissions.nodes.length > 0,
        30_000,
      );
      expect(submissions.nodes).toEqual([
        { id: submission.id, content: null, routeDueAt: expect.any(String) },
      ]);
      expect(workCounts).toEqual({ receiverGone: 1 });
      const { takeOverSubmission } = await office.do(
        'pt-shanxi',
        `mutation ($id: ID!, $v: Int!) { takeOverSubmission(submissionId: $id, expectedVersion: $v) { version state routeDueAt receiver { id } } }`,
        { id: submission.id, v: submission.version },
      );
      expect(takeOverSubmission).toEqual({
        version: submission.version + 1,
        state: 'SUBMITTED',
        routeDueAt: submissions.nodes[0]!.routeDueAt,
        receiver: { id: office.organisation('pt-shanxi') },
      });
      const [transferred] = await events.see('submission.transferred', submission.id);
      expect(transferred!.data).toMatchObject({
        fromOrganisationId: bureau.id,
        toOrganisationId: office.organisation('pt-shanxi'),
      });
      const { withdrawPetition } = await office.do(
        'life_citizen',
        `mutation ($id: ID!, $v: Int!) { withdrawPetition(id: $id, expectedVersion: $v) { state } }`,
        { id: submission.id, v: takeOverSubmission.version },
      );
      expect(withdrawPetition.state).toBe('WITHDRAWN');
    },
    120_000,
  );
};
