import type { GraphAnswer, Json } from '@junxian/test-kit';
import type { SignedIn } from './signing-in';

/** People who ask through the gateway, each by the name they sign in with. */
export abstract class Asking {
  /** Somebody's session. */
  abstract as(who: string): Promise<SignedIn>;

  async ask(who: string, document: string, variables: Json = {}): Promise<GraphAnswer> {
    return (await this.as(who)).query(document, variables);
  }

  /** The data of an answer that has to succeed. */
  async do(who: string, document: string, variables: Json = {}): Promise<Json> {
    const answer = await this.ask(who, document, variables);
    if (answer.errors) throw new Error(`${who}: ${document.slice(0, 120)}… ${JSON.stringify(answer.errors)}`);
    return answer.data!;
  }
}
