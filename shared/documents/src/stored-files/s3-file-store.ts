import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { type Dispatcher, request } from 'undici';
import { checkedKey, type FileStore, type StoredContent } from './file-store';
import { s3ErrorCode } from './s3-error-code';

export interface S3Options {
  /** Base URL of the store. */
  endpoint: string;
  bucket: string;
  /** Where the bucket is named: in the path, or before the host, as some clouds insist on. Default path. */
  addressing?: 'path' | 'host';
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /**
   * How long the store may take to answer, the sending and what it says of a refusal included, and how long it may fall
   * silent within a download. Default 30 s.
   */
  timeoutMs?: number;
  /** How often a failed request is repeated; every request here may be. Default 3. */
  retries?: number;
  /** The pause before the first repetition; grows and is drawn at random. Default 100 ms. */
  pauseMs?: number;
}

/** What the store said: it went well, with a body when it was asked for one, or why it did not. */
type Answer = { ok: true; body: Readable | null } | { ok: false; status: number; code: string };

const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Keeps files in an S3-compatible object store. The store checks what arrives against the hash that is signed. That
 * something is not there is believed only where the store says that of the key: a bucket that is missing is an error.
 */
export function s3FileStore(options: S3Options): FileStore {
  const { accessKeyId, secretAccessKey, region } = options;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  /** The answer's body, or null when there is no such key. Throws Error on any other refusal. */
  const ask = async (
    method: Dispatcher.HttpMethod,
    key: string,
    content?: StoredContent,
  ): Promise<Readable | null> => {
    const checked = checkedKey(key);
    const answer = await persistently(options, () => send(client, options, method, checked, content));
    if (answer.ok) return answer.body;
    const { status, code } = answer;
    if (status === 404 && code === 'NoSuchKey' && method !== 'PUT') return null;
    throw new Error(`the file store answered ${status} ${code || 'without a code'} to ${method}`);
  };
  return {
    put: async (key, content) => {
      await ask('PUT', key, content);
    },
    get: (key) => ask('GET', key),
    remove: async (key) => {
      await ask('DELETE', key);
    },
  };
}

async function persistently(
  { retries = 3, pauseMs = 100 }: S3Options,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  for (let failures = 0; ; failures += 1) {
    const last = failures >= retries;
    try {
      const answer = await attempt();
      if (last || answer.ok || (answer.status < 500 && answer.status !== 429)) return answer;
    } catch (error) {
      if (last) throw error;
    }
    await sleep(pauseMs * 2 ** failures * (1 + Math.random()));
  }
}

/** Asks once. Not by fetch: that keeps a copy of all it sends, for the case of a redirection. */
async function send(
  client: AwsClient,
  options: S3Options,
  method: Dispatcher.HttpMethod,
  key: string,
  content?: StoredContent,
): Promise<Answer> {
  const { timeoutMs = 30_000 } = options;
  const url = `${bucketUrl(options)}/${key}`;
  const hash = { 'x-amz-content-sha256': content?.sha256 ?? NOTHING };
  const signed = await client.sign(url, { method, headers: hash });
  const headers = Object.fromEntries(signed.headers);
  if (content !== undefined) headers['content-length'] = String(content.size);
  // Only until a download begins: it then takes as long as its receiver.
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(new Error('the file store is silent')), timeoutMs);
  const sent = content?.open() ?? null;
  try {
    const { signal } = waiting;
    const response = await request(url, { method, headers, body: sent, signal, bodyTimeout: timeoutMs });
    return await answerOf(response, method);
  } finally {
    clearTimeout(timer);
    sent?.destroy();
  }
}

function bucketUrl({ endpoint, bucket, addressing = 'path' }: S3Options): string {
  const base = endpoint.replace(/\/$/, '');
  return addressing === 'host' ? base.replace('://', `://${bucket}.`) : `${base}/${bucket}`;
}

/** Reads all of an answer but a download, so that its connection serves again. */
async function answerOf(
  { statusCode: status, body }: Dispatcher.ResponseData,
  method: string,
): Promise<Answer> {
  const ok = status >= 200 && status < 300;
  if (ok && method === 'GET') return { ok, body };
  const text = await body.text();
  return ok ? { ok, body: null } : { ok, status, code: await s3ErrorCode(text) };
}
