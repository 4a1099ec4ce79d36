import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { checkedKey, type FileStore, type StoredContent } from './file-store';

export interface S3Options {
  /** Base URL of the store; buckets are addressed by path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** How long the store may take to answer, the sending included. Default 30 s. */
  timeoutMs?: number;
  /** How often a failed request is repeated; every request here may be. Default 3. */
  retries?: number;
  /** The pause before the first repetition; grows and is drawn at random. Default 100 ms. */
  pauseMs?: number;
}

const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Keeps files in an S3-compatible object store. The store checks what arrives against the hash that is signed. */
export function s3FileStore(options: S3Options): FileStore {
  const { accessKeyId, secretAccessKey, region } = options;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const ask = (method: string, key: string, content?: StoredContent) => {
    const checked = checkedKey(key);
    return persistently(options, () => request(client, options, method, checked, content));
  };
  return {
    put: async (key, content) => {
      const response = await ask('PUT', key, content);
      if (!(await done(response))) throw new Error(`the file store answered ${response.status} to PUT`);
    },
    get: async (key) => {
      const response = await ask('GET', key);
      if (response.ok && response.body !== null) {
        return Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      }
      await done(response);
      if (response.status === 404) return null;
      throw new Error(`the file store answered ${response.status} to GET`);
    },
    remove: async (key) => {
      const response = await ask('DELETE', key);
      if (!(await done(response)) && response.status !== 404) {
        throw new Error(`the file store answered ${response.status} to DELETE`);
      }
    },
    exists: async (key) => {
      const response = await ask('HEAD', key);
      if (await done(response)) return true;
      if (response.status === 404) return false;
      throw new Error(`the file store answered ${response.status} to HEAD`);
    },
  };
}

/** Whether it went well. The rest of the answer is let go, so that the connection serves again. */
async function done(response: Response): Promise<boolean> {
  await response.arrayBuffer().catch(() => undefined);
  return response.ok;
}

async function persistently(
  { retries = 3, pauseMs = 100 }: S3Options,
  attempt: () => Promise<Response>,
): Promise<Response> {
  for (let failures = 0; ; failures += 1) {
    const last = failures >= retries;
    try {
      const response = await attempt();
      if (last || (response.status < 500 && response.status !== 429)) return response;
      await done(response);
    } catch (error) {
      if (last) throw error;
    }
    await sleep(pauseMs * 2 ** failures * (1 + Math.random()));
  }
}

async function request(
  client: AwsClient,
  { endpoint, bucket, timeoutMs = 30_000 }: S3Options,
  method: string,
  key: string,
  content?: StoredContent,
): Promise<Response> {
  const url = `${endpoint.replace(/\/$/, '')}/${encodeURIComponent(bucket)}/${key}`;
  const hash = { 'x-amz-content-sha256': content?.sha256 ?? NOTHING };
  const { headers } = await client.sign(url, { method, headers: hash });
  // Only until the answer begins: a download then takes as long as its receiver.
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(new Error('the file store is silent')), timeoutMs);
  const body = content?.open();
  try {
    if (content === undefined || body === undefined) {
      return await fetch(url, { method, headers, signal: waiting.signal, redirect: 'error' });
    }
    headers.set('content-length', String(content.size));
    return await fetch(url, {
      method,
      headers,
      body: Readable.toWeb(body) as ReadableStream,
      duplex: 'half',
      signal: waiting.signal,
      redirect: 'error',
    } as RequestInit);
  } finally {
    clearTimeout(timer);
    body?.destroy();
  }
}
