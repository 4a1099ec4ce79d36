import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ScanResult, VirusScanner } from './virus-scanner';

export interface ClamAvOptions {
  /** Address of clamd over TCP, or `socket`: the path of its local socket. */
  host?: string;
  port?: number;
  socket?: string;
  /** Longest silence of clamd. Default 60 s: a large archive takes its time. */
  timeoutMs?: number;
}

const LONGEST_REPLY = 4_096;

/**
 * Asks clamd by its INSTREAM command. The content is passed on as it is read and at the pace clamd takes it.
 * Throws Error when clamd cannot be reached, is silent, refuses the size (StreamMaxLength) or reports an error.
 */
export function clamAvScanner(options: ClamAvOptions): VirusScanner {
  return { name: 'clamav', scan: (content) => scan(content, options) };
}

async function scan(content: AsyncIterable<Uint8Array>, options: ClamAvOptions): Promise<ScanResult> {
  const { host = '127.0.0.1', port = 3310, socket: path, timeoutMs = 60_000 } = options;
  const socket = path === undefined ? connect({ host, port }) : connect({ path });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('clamd is silent')));
  const reply = replyOf(socket);
  try {
    await pipeline(Readable.from(framed(content)), socket, { end: false });
  } catch (error) {
    // clamd may close while it is sent to, when it has found something already. That alone is believed.
    socket.destroy();
    if (!(await reply.catch(() => '')).includes(' FOUND')) throw error;
  }
  try {
    return judged(await reply);
  } finally {
    socket.destroy();
  }
}

/** The INSTREAM command: pieces with their length in front, a length of zero at the end. */
async function* framed(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('zINSTREAM\0');
  for await (const part of content) {
    if (part.length === 0) continue;
    yield lengthOf(part);
    yield part;
  }
  yield Buffer.alloc(4);
}

function lengthOf(part: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}

function replyOf(socket: Readable): Promise<string> {
  const reply = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (part: Buffer) => {
      text += part.toString('utf8');
      if (text.includes('\0') || text.length > LONGEST_REPLY) resolve(text);
    });
    socket.on('error', reject);
    socket.on('close', () => (text === '' ? reject(new Error('clamd answered nothing')) : resolve(text)));
  });
  reply.catch(() => undefined);
  return reply;
}

function judged(reply: string): ScanResult {
  const text = reply.split('\0')[0]!.trim();
  if (text === 'stream: OK') return { infected: false };
  const threat = /^stream: (.+) FOUND$/.exec(text)?.[1];
  if (threat !== undefined) return { infected: true, threat };
  throw new Error(`clamd could not scan: ${text.slice(0, 200)}`);
}
