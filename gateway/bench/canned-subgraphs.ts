import { createServer, type Socket } from 'node:net';
import { type JWK, type Principal, signAssertion } from '@junxian/identity';
import { Agent, request } from 'undici';

/** More different requests than this to one subgraph are answered, but not kept. */
const MOST_KEPT = 5_000;
const HEAD_END = '\r\n\r\n';

export interface CannedSettings {
  /** The addresses of the real subgraphs by name. */
  origins: Readonly<Record<string, string>>;
  /** As whom the real ones are asked, where they want to know; whoever asks here gets what this one may see. */
  caller?: { principal: Principal; key: JWK };
}

/**
 * Stands before subgraphs and answers what was asked before with the same bytes: requests are
 * recognised by their body, answers lie ready with their head. So a subgraph costs the same, next to
 * nothing, whoever asks. It speaks as much HTTP as clients need that keep connections alive and wait
 * for each answer.
 */
export class CannedSubgraphs {
  /** Requests so far. */
  asked = 0;
  private readonly connections = new Agent();

  /** Listens once for each subgraph; returns the addresses by name. */
  async listen({ origins, caller }: CannedSettings): Promise<Record<string, string>> {
    const listening = Object.entries(origins).map(async ([name, origin]) => [
      name,
      await this.one((body) => this.learn(origin, body, caller)),
    ]);
    return Object.fromEntries(await Promise.all(listening));
  }

  private async one(learn: (body: string) => Promise<Buffer>): Promise<string> {
    const known = new Map<string, Buffer>();
    const answerOf = async (body: string, socket: Socket) => {
      try {
        const answer = await learn(body);
        if (known.size < MOST_KEPT) known.set(body, answer);
        socket.write(answer);
      } catch {
        socket.destroy();
      }
    };
    const server = createServer({ noDelay: true }, (socket) => {
      const requests = new Requests();
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk: Buffer) => {
        for (const body of requests.add(chunk)) {
          this.asked += 1;
          const answer = known.get(body);
          if (answer === undefined) void answerOf(body, socket);
          else socket.write(answer);
        }
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as { port: number }).port}/graphql`;
  }

  private async learn(origin: string, body: string, caller: CannedSettings['caller']): Promise<Buffer> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (caller !== undefined) {
      const life = { issuer: 'gateway', lifetimeSeconds: 30, now: new Date() };
      headers['x-junxian-assertion'] = await signAssertion(caller.principal, caller.key, life);
    }
    const answer = await request(origin, {
      method: 'POST',
      headers,
      body: Buffer.from(body, 'latin1'),
      dispatcher: this.connections,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
    const head = ['HTTP/1.1 200 OK', 'content-type: application/json', `content-length: ${bytes.length}`];
    return Buffer.concat([Buffer.from(head.join('\r\n') + HEAD_END), bytes]);
  }
}

/** Cuts what arrives on one connection into requests. Bodies have a length or come in chunks. */
class Requests {
  private rest: Buffer = Buffer.alloc(0);

  /** The bodies of the requests that have arrived whole. */
  *add(chunk: Buffer): Generator<string> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const headEnd = this.rest.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = this.rest.toString('latin1', 0, headEnd);
      const start = headEnd + HEAD_END.length;
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      const found = length === undefined ? this.chunked(start) : this.plain(start, Number(length));
      if (found === undefined) return;
      this.rest = this.rest.subarray(found.end);
      yield found.body;
    }
  }

  private plain(start: number, length: number) {
    const end = start + length;
    return this.rest.length < end ? undefined : { body: this.rest.toString('latin1', start, end), end };
  }

  private chunked(start: number) {
    let body = '';
    for (let at = start; ; ) {
      const lineEnd = this.rest.indexOf('\r\n', at);
      if (lineEnd < 0) return undefined;
      const size = Number.parseInt(this.rest.toString('latin1', at, lineEnd), 16);
      const next = lineEnd + 2 + size + 2;
      if (this.rest.length < next) return undefined;
      if (size === 0) return { body, end: next };
      body += this.rest.toString('latin1', lineEnd + 2, lineEnd + 2 + size);
      at = next;
    }
  }
}
