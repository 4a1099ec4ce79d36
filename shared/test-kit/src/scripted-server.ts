import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that came, and when on the clock of `performance.now`. */
export interface AskedRequest {
  request: IncomingMessage;
  body: string;
  at: number;
}

export interface ScriptedServer {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** What was asked so far, in order. A test may empty it: then the script begins anew. */
  asked: AskedRequest[];
  /** The answer to each request in turn; the last one to all after it. */
  answers: ((response: ServerResponse) => void)[];
  stop(): Promise<void>;
}

/** Starts an HTTP server that stands for somebody else's: it notes what it is asked and answers as told. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    scripted.asked.push({ request, body, at: performance.now() });
    const { asked, answers } = scripted;
    (answers[asked.length - 1] ?? answers.at(-1))?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const scripted: ScriptedServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answers: [],
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return scripted;
}
