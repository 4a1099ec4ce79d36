import type { Principal } from '@junxian/identity';
import type { GraphAnswer, Json } from '@junxian/test-kit';
import { faultsOf, type PublicStage } from '../public-accounts/public-stage.fixture';
import { officer } from '../testing/store.support.test';

/** Officers of the Shandong bureau: letters (also handler), visits, interviews. */
export const LETTERS = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);
export const VISITS = officer('shandong', ['VISIT_REGISTRAR', 'HANDLER']);

/** What a letter about wages says; deepest category. */
export const DATA = {
  title: '示例：拖欠工资',
  problemRegionCode: '370102001000',
  problemAddress: '济南市历下区解放路 1 号工地',
  content: '示例内容：某工地拖欠工资三个月。',
  purpose: 'SEEK_SOLUTION',
  contentCategory: 'LABOUR.WAGES.ARREARS',
};
/** Numbers of nobody, with valid check characters. */
export const ID_NUMBERS = { zhang: '370102198001011237', li: '37010219900307851X' } as const;
export const PERSON = { name: '张三', householdAddress: '济南市解放路街' };
export const NEITHER = { kind: 'NEITHER' };

export const letterInput = (changes: Json = {}): Json => ({
  data: { ...DATA, ...changes.data },
  petitioner: { ...PERSON, ...changes.petitioner },
  petitionDate: '2026-03-02',
  duplicates: NEITHER,
  ...Object.fromEntries(Object.entries(changes).filter(([key]) => key !== 'data' && key !== 'petitioner')),
});
export const visitInput = (changes: Json = {}): Json => {
  const { petitionDate: _, ...rest } = letterInput(changes);
  return { source: 'MANUAL', visitorCount: 1, ...rest };
};

const ITEM = `id itemNo version state channel title content receivedAt petitionDate firstInSystem satisfactionMode satisfactionInScope
  routeDueAt collective visitorCount letterCount addressee contentCategory purpose category { code name level isDeepest }
  problemRegion { code } registeredBy { id } interviewer { id }
  duplicateDecision { kind linkedItem { id } } itemsOfMatter { id }
  petitioner { displayName name idNumber mobile householdAddress }`;

/** Sends a mutation of this room and returns its answer. */
export const registerLetter = (stage: PublicStage, input: Json, by: Principal = LETTERS) =>
  stage.as(by, `mutation ($input: RegisterLetterInput!) { registerLetter(input: $input) { ${ITEM} } }`, {
    input,
  });
export const registerVisit = (stage: PublicStage, input: Json, by: Principal = VISITS) =>
  stage.as(by, `mutation ($input: RegisterVisitInput!) { registerVisit(input: $input) { ${ITEM} } }`, {
    input,
  });
export const updateRegistration = (
  stage: PublicStage,
  item: { id: string; version: number },
  input: Json,
  by: Principal = LETTERS,
) =>
  stage.as(
    by,
    `mutation ($id: ID!, $version: Int!, $input: UpdateRegistrationInput!) {
      updateRegistration(caseItemId: $id, expectedVersion: $version, input: $input) { ${ITEM} } }`,
    { id: item.id, version: item.version, input },
  );

/** The data of an answer that succeeded. */
export function ok(answer: GraphAnswer): Json {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data!;
}

/** A registered letter. */
export const letter = async (
  stage: PublicStage,
  changes: Json = {},
  by: Principal = LETTERS,
): Promise<Json> => ok(await registerLetter(stage, letterInput(changes), by)).registerLetter;
/** A registered visit. */
export const visit = async (stage: PublicStage, changes: Json = {}, by: Principal = VISITS): Promise<Json> =>
  ok(await registerVisit(stage, visitInput(changes), by)).registerVisit;

/** The codes an answer was refused with. */
export const codesOf = (answer: GraphAnswer): string[] => faultsOf(answer).map(({ code }) => code);

/** The petitioner of an item in full, as somebody may see it. */
export const revealed = async (stage: PublicStage, id: string, by: Principal = LETTERS): Promise<Json> =>
  ok(
    await stage.as(
      by,
      `query ($id: ID!) { caseItem(id: $id) { petitioner {
        name(reveal: true) sex idType idNumber(reveal: true) mobile(reveal: true) householdAddress usualAddress citizen { id } } } }`,
      { id },
    ),
  ).caseItem.petitioner;
