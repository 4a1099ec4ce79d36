import { setTimeout as pause } from 'node:timers/promises';
import type { GraphAnswer, Json } from '@junxian/test-kit';
import { solvedCaptcha } from '../support/captcha';
import { places } from '../support/demo';
import { PETITIONS_OFFICE, PUBLIC_SITE, type SignedIn } from '../support/signing-in';
import type { System } from '../support/system';

const PATIENCE_MS = 90_000;

export const letterTitle = (serial: number) => `示例故障来信${serial}号`;
export const submissionTitle = (serial: number) => `示例故障网上信访${serial}号`;

/** An officer and a citizen who go on with their work while the service dies: without an answer they look whether it was done, and do it again. */
export class PetitionsAtWork {
  private constructor(
    private readonly system: System,
    private readonly officer: SignedIn,
    private readonly citizen: SignedIn,
    private readonly destinationOrgId: string,
  ) {}

  static async begin(system: System): Promise<PetitionsAtWork> {
    const [unit] = await system.adminQuery<{ id: string }>(
      'directory',
      `SELECT organisation_id AS id FROM account WHERE login_name = 'pt-yunzhou-unit'`,
    );
    return new PetitionsAtWork(
      system,
      await system.signIn('pt-shanxi', PETITIONS_OFFICE),
      await system.signIn('citizen', PUBLIC_SITE),
      unit!.id,
    );
  }

  /** Registers a letter and forwards it. Returns its id, which was acknowledged. */
  async letter(serial: number): Promise<string> {
    const title = letterTitle(serial);
    const id = await this.until(title, async () => {
      const { registrations } = await ask(
        this.officer,
        '{ registrations(channel: LETTER, mine: true, first: 100) { nodes { id title } } }',
      );
      const there = registrations.nodes.find((item: Json) => item.title === title);
      if (there !== undefined) return there.id as string;
      return (await ask(this.officer, REGISTER, { input: letterInput(title) })).registerLetter.id as string;
    });
    await this.until(`forwarding ${title}`, async () => {
      const { caseItem } = await ask(
        this.officer,
        'query ($id: ID!) { caseItem(id: $id) { state version } }',
        {
          id,
        },
      );
      if (caseItem.state === 'IN_HANDLING') return;
      await ask(this.officer, FORWARD, {
        id,
        version: caseItem.version,
        input: { destinationOrgId: this.destinationOrgId },
      });
    });
    return id;
  }

  /** Submits a petition. Returns its id, which was acknowledged. */
  async submission(serial: number): Promise<string> {
    const title = submissionTitle(serial);
    return this.until(title, async () => {
      const { mySubmissions } = await ask(
        this.citizen,
        '{ mySubmissions(unopenedOnly: false, first: 100) { nodes { id title } } }',
      );
      const there = mySubmissions.nodes.find((submission: Json) => submission.title === title);
      if (there !== undefined) return there.id as string;
      const { submitPetition } = await ask(this.citizen, SUBMIT, {
        input: {
          title,
          problemRegionCode: places.village,
          problemAddress: '示例西坪村',
          content: '示例内容：请予处理。',
        },
        captcha: await solvedCaptcha(this.system),
      });
      return submitPetition.submission.id as string;
    });
  }

  private async until<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    let last: unknown;
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(150)) {
      try {
        return await attempt();
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`${what} was never accepted: ${last}`);
  }
}

async function ask(by: SignedIn, document: string, variables: Json = {}): Promise<Json> {
  const answer: GraphAnswer = await by.query(document, variables);
  if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

const letterInput = (title: string) => ({
  data: {
    title,
    content: `示例内容：${title}`,
    problemRegionCode: places.village,
    purpose: 'OTHER',
    contentCategory: 'LABOUR.WAGES.ARREARS',
  },
  petitioner: { name: '不详' },
  anonymous: true,
  petitionDate: '2026-01-05',
  duplicates: { kind: 'NEITHER' },
});

const REGISTER = /* GraphQL */ `
  mutation ($input: RegisterLetterInput!) { registerLetter(input: $input) { id } }
`;
const FORWARD = /* GraphQL */ `
  mutation ($id: ID!, $version: Int!, $input: ForwardInput!) {
    forward(caseItemId: $id, expectedVersion: $version, input: $input) { caseItem { state } }
  }
`;
const SUBMIT = /* GraphQL */ `
  mutation ($input: SubmitPetitionInput!, $captcha: CaptchaInput) {
    submitPetition(input: $input, captcha: $captcha) { submission { id } }
  }
`;
