import type { Json } from '@junxian/test-kit';
import { askSubgraph, principalOf } from '../support/subgraphs';
import { type NumberedItem, type Office, ok } from './office';

/** What there is to leak: ids and words of one life. */
export interface Secrets {
  items: NumberedItem[];
  submissions: string[];
  reviews: string[];
  /** Texts and names that stand nowhere else. */
  words: string[];
  citizenNumber: string;
  person: { name: string; address: string; mobile: string };
}

const ITEM = `id itemNo title content problemAddress petitioner { displayName name idNumber } tasks { id } handlingRecords { id opinion }
  notices { body } opinions { body } reports { body } reviews { id } warnings { id } evaluation { rounds { round } }`;

/** What a neighbour may be told about an item by the duplicate check: that there is one. */
interface Answer {
  asked: string;
  text: string;
}

/**
 * Asks for the life of an item in every way an officer has, as the county next door: the bureau and its unit. Returns
 * what came back that should not have; empty when nothing did. The duplicate check may tell number, date, organisation and
 * state of an item (PT-DUP-06), and nothing else.
 */
export async function seenNextDoor(
  office: Office,
  secrets: Secrets,
  problemRegion: string,
): Promise<string[]> {
  const found: string[] = [];
  const lists = await valuesOf(office, 'WorkList');
  const tabs = await valuesOf(office, 'SubmissionTab');
  for (const who of ['pt-yungang', 'pt-yungang-unit']) {
    const answers: Answer[] = [];
    const ask = async (document: string, variables: Json = {}) => {
      const answer = await office.ask(who, document, variables);
      answers.push({ asked: document, text: JSON.stringify(answer) });
      return answer;
    };
    for (const { id, itemNo } of secrets.items) {
      const { data } = await ask(`query ($id: ID!) { caseItem(id: $id) { ${ITEM} } }`, { id });
      if (data?.caseItem !== null) found.push(`${who} reads ${itemNo}`);
      const refused = await ask(
        `mutation ($id: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $id }) { caseItem { ${ITEM} } } }`,
        { id },
      );
      if (refused.errors === undefined) found.push(`${who} forwards ${itemNo}`);
      await ask(
        `query ($no: String!) { searchCases(filter: { itemNo: $no }, first: 100) { nodes { ${ITEM} } } }`,
        { no: itemNo.slice(0, -1) },
      );
      const entity = await askSubgraph(
        office.system,
        'petitions',
        principalOf((await office.as(who)).accessToken),
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on CaseItem { ${ITEM.replaceAll('\n', ' ')} } } }`,
        { r: [{ __typename: 'CaseItem', id }] },
      );
      answers.push({ asked: '_entities', text: JSON.stringify(entity) });
      if (JSON.stringify(entity.data?._entities) !== '[null]')
        found.push(`${who} has ${itemNo} as an entity: ${JSON.stringify(entity).slice(0, 200)}`);
    }
    await ask(`{ searchCases(filter: {}, first: 100) { nodes { ${ITEM} } } }`);
    await ask(
      `query ($r: ID!) { searchCases(filter: { problemRegion: $r }, first: 100) { nodes { ${ITEM} } } }`,
      {
        r: problemRegion,
      },
    );
    for (const list of lists) {
      await ask(
        `query ($list: WorkList!) { workList(list: $list, first: 100) { nodes { id caseItem { ${ITEM} } } } }`,
        { list },
      );
    }
    await ask(`{ reminders { nodes { text caseItem { id } } } askedReviewSteps { nodes { id question } } }`);
    for (const id of secrets.reviews) {
      const { data } = await ask(
        `query ($id: ID!) { reviewCase(id: $id) { id reviewNo challengedDocNo grounds steps { id } } }`,
        { id },
      );
      if (data?.reviewCase !== null) found.push(`${who} reads review ${id}`);
    }
    if (who === 'pt-yungang') {
      for (const tab of tabs) {
        await ask(
          `query ($tab: SubmissionTab!) { submissions(tab: $tab, first: 100) { nodes { id title content petitionerName } } }`,
          { tab },
        );
      }
      for (const id of secrets.submissions) {
        const { data } = await ask(`query ($id: ID!) { submission(id: $id) { id title content } }`, { id });
        if (data?.submission !== null) found.push(`${who} reads submission ${id}`);
      }
      await ask(`{ registrations(first: 100) { nodes { ${ITEM} } } interviews(tab: ALL) { nodes { id } } }`);
      found.push(...(await moreThanAllowed(office, who, secrets)));
    }
    const { data } = await ask(
      `query ($n: String!, $code: ID!) {
         citizen(idNumber: $n) { petitions { ${ITEM} } openPetitionCount }
         region(code: $code) { petitionSummary(from: "2026-01-01", to: "2026-12-31") { items persons online completed } } }`,
      { n: secrets.citizenNumber, code: problemRegion },
    );
    if (data?.citizen.petitions.length !== 0 || data?.citizen.openPetitionCount !== 0)
      found.push(`${who} follows the citizen: ${JSON.stringify(data)}`);
    if (data?.region.petitionSummary !== null) found.push(`${who} counts next door`);
    for (const { asked, text } of answers) {
      for (const word of [...secrets.words, ...secrets.items.map(({ itemNo }) => itemNo)])
        if (text.includes(word)) found.push(`${who} is told ${word} by ${asked.slice(0, 80)}`);
    }
  }
  return found;
}

/** The values of an enum, as the gateway tells them of the schema: one that is added is asked for as well. */
async function valuesOf(office: Office, name: string): Promise<string[]> {
  const { __type } = ok(
    await office.system
      .client()
      .query('query ($name: String!) { __type(name: $name) { enumValues { name } } }', { name }),
  );
  return __type.enumValues.map((value: Json) => value.name);
}

/** What the duplicate check says beyond number, date, organisation and state (PT-DUP-06, scenario 36). */
async function moreThanAllowed(
  office: Office,
  who: string,
  { person, words, items }: Secrets,
): Promise<string[]> {
  const { findDuplicates } = await office.do(
    who,
    `query ($name: String!, $address: String!, $mobile: String!) {
       findDuplicates(name: $name, address: $address, mobile: $mobile) {
         candidates { id itemNo petitionDate organisation { sealName } state match likeness caseItem { ${ITEM} } }
         simple { id name } } }`,
    person,
  );
  const text = JSON.stringify(findDuplicates);
  const ours = findDuplicates.candidates.filter((candidate: Json) =>
    items.some(({ itemNo }) => itemNo === candidate.itemNo),
  );
  return [
    ...ours.filter(({ caseItem }: Json) => caseItem !== null).map(() => `${who} opens a duplicate`),
    ...words
      .filter((word) => text.includes(word))
      .map((word) => `${who} is told ${word} by the duplicate check`),
  ];
}
