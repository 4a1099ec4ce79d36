import { places } from '../../support/demo';
import { eventually } from '../../support/system';
import type { Chapter } from '../life';
import { letterOf } from '../matter';
import { codeOf } from '../office';

const UNIT = '示例云州区临时专班';

/** 移交: a unit is removed with a letter in its hands, and the bureau of its county takes the letter over. */
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
      await office.take('pt-yunzhou', letter.id);
    },
    120_000,
  );
};
