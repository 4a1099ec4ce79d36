import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { citizenNumberCheckCharacter } from '@junxian/identity';
import { demoPassword } from './demo';

type AdminQuery = <Row>(service: string, sql: string) => Promise<Row[]>;

const NUMBER = /(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])/g;
const MOBILE = /(?<![\w.-])1[3-9]\d{9}(?![\w.-])/g;

/** Why a text must not stand where it stands; null when nothing is wrong with it. */
export function personalDataIn(text: string): string | null {
  if (text.includes(demoPassword)) return 'a password';
  for (const [number] of text.matchAll(NUMBER)) {
    if (citizenNumberCheckCharacter(number.slice(0, 17)) === number[17]!.toUpperCase())
      return 'a citizen number';
  }
  return MOBILE.test(text) ? 'a mobile number' : null;
}

/**
 * Reads everything a system wrote down about its work (logs, traces, events on both sides, audit)
 * and returns where personal data stands in it; empty when nowhere.
 */
export async function scanForPersonalData(dataDir: string, adminQuery: AdminQuery): Promise<string[]> {
  const found: string[] = [];
  const look = (where: string, text: string) => {
    const what = personalDataIn(text);
    if (what !== null) found.push(`${what} in ${where}`);
    MOBILE.lastIndex = 0;
  };
  const logs = join(dataDir, 'logs');
  for (const file of existsSync(logs) ? readdirSync(logs) : []) {
    for await (const line of createInterface({ input: createReadStream(join(logs, file)) }))
      look(`${file}: ${line.slice(0, 120)}`, line);
  }
  for (const service of ['directory', 'poverty-alleviation']) {
    for (const { text } of await adminQuery<{ text: string }>(service, 'SELECT envelope AS text FROM outbox'))
      look(`${service} outbox: ${text.slice(0, 160)}`, text);
    for (const { text } of await adminQuery<{ text: string }>(
      service,
      'SELECT t::text AS text FROM dead_letter t',
    ))
      look(`${service} dead letters`, text);
  }
  for (const { text } of await adminQuery<{ text: string }>(
    'directory',
    'SELECT t::text AS text FROM audit_entry t',
  ))
    look(`audit: ${text.slice(0, 160)}`, text);
  return found;
}
