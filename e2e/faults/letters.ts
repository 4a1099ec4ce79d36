import type { GraphAnswer, Json } from '@junxian/test-kit';
import { places } from '../support/demo';
import type { SignedIn } from '../support/system';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const PATIENCE_MS = 90_000;

/** An officer who registers letters and forwards them, and does not mind that the service dies in between. */
export class Letters {
  constructor(
    private readonly officer: SignedIn,
    private readonly destinationOrgId: string,
  ) {}

  static title(serial: number): string {
    return `示例故障来信${serial}号`;
  }

  /** Registers a letter and forwards it, each as often as it takes; looks whether it is there before it tries again. Returns its id. */
  async registerAndForward(serial: number): Promise<string> {
    const id = await this.until(`letter ${serial}`, async () => {
      const there = await this.idOf(serial);
      if (there !== undefined) return there;
      return (await this.ask(REGISTER, { input: letter(serial) })).registerLetter.id as string;
    });
    await this.until(`forwarding letter ${serial}`, async () => {
      const { caseItem } = await this.ask('query ($id: ID!) { caseItem(id: $id) { state version } }', { id });
      if (caseItem.state === 'IN_HANDLING') return true;
      await this.ask(FORWARD, {
        id,
        version: caseItem.version,
        input: { destinationOrgId: this.destinationOrgId },
      });
      return true;
    });
    return id;
  }

  /** A person who got no answer looks into the list. */
  private async idOf(serial: number): Promise<string | undefined> {
    const { registrations } = await this.ask(
      '{ registrations(channel: LETTER, mine: true, first: 100) { nodes { id title } } }',
    );
    return registrations.nodes.find(({ title }: Json) => title === Letters.title(serial))?.id;
  }

  private async ask(document: string, variables: Json = {}): Promise<Json> {
    const answer: GraphAnswer = await this.officer.query(document, variables);
    if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  private async until<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    let last: unknown;
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(200)) {
      try {
        return await attempt();
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`${what} was never accepted: ${last}`);
  }
}

const letter = (serial: number) => ({
  data: {
    title: Letters.title(serial),
    content: `示例内容${serial}`,
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
