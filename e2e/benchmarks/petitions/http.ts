import { Agent, request } from 'node:http';

/** What came back over HTTP for one operation. */
export interface Answer {
  status: number;
  retryAfter: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the documents of the benchmark say what is in it
  data: any;
  code: string | undefined;
  errors: { message: string; extensions?: { code?: string } }[] | undefined;
}

/** Sends GraphQL operations to the gateway over kept-alive connections, with as little work as possible. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4_096, scheduling: 'lifo' });
  private readonly prefixes = new Map<string, string>();

  constructor(private readonly url: URL) {}

  /** `address`: where the caller sits, as the proxy in front of the gateway tells it. Never throws: no answer is status 0. */
  send(
    document: string,
    variables: object,
    { token, address }: { token?: string; address: string },
  ): Promise<Answer> {
    let prefix = this.prefixes.get(document);
    if (prefix === undefined) {
      prefix = `{"query":${JSON.stringify(document)},"variables":`;
      this.prefixes.set(document, prefix);
    }
    const body = Buffer.from(`${prefix}${JSON.stringify(variables)}}`);
    return new Promise((resolve) => {
      const failed = (message: string) =>
        resolve({ status: 0, retryAfter: undefined, data: null, code: 'NO_ANSWER', errors: [{ message }] });
      const asked = request(
        this.url,
        {
          method: 'POST',
          agent: this.agent,
          headers: {
            'content-type': 'application/json',
            'content-length': body.length,
            'x-forwarded-for': address,
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', (error) => failed(error.message));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const { statusCode = 0, headers } = response;
            try {
              const { data = null, errors } = JSON.parse(text);
              const code = errors?.[0]?.extensions?.code;
              resolve({ status: statusCode, retryAfter: headers['retry-after'], data, code, errors });
            } catch {
              failed(`${statusCode}: ${text.slice(0, 200)}`);
            }
          });
        },
      );
      asked.on('error', (error) => failed(error.message));
      asked.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
