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

/** What each database keeps about the work that was done: of the tables named, every row in full. */
const WRITTEN_DOWN: Readonly<Record<string, readonly string[]>> = {
  directory: ['outbox', 'inbox', 'dead_letter', 'audit_entry'],
  'poverty-alleviation': ['outbox', 'inbox', 'dead_letter'],
  petitions: ['outbox', 'inbox', 'dead_letter', 'case_journal', 'warning_history', 'statistic_contribution'],
  events: ['event_log.record'],
};

/**
 * Reads everything a system wrote down about its work (logs, traces, events on both sides, audit, journals) and returns where
 * personal data stands in it; empty when nowhere. Stored files and outgoing messages are left out: they are what people
 * sent, and what is sent to people.
 */
export async function scanForPersonalData(dataDir: string, adminQuery: AdminQuery): Promise<string[]> {
  const found: string[] = [];
  const look = (where: string, text: string) => {
    const what = personalDataIn(text);
    if (what !== null) found.push(`${what} in ${where}: ${text.slice(0, 160)}`);
    MOBILE.lastIndex = 0;
  };
  const logs = join(dataDir, 'logs');
  for (const file of existsSync(logs) ? readdirSync(logs) : []) {
    for await (const line of createInterface({ input: createReadStream(join(logs, file)) })) look(file, line);
  }
  for (const [service, tables] of Object.entries(WRITTEN_DOWN)) {
    for (const table of tables) {
      // The embedded log is not there when events go through Kafka.
      const [{ there }] = (await adminQuery<{ there: boolean }>(
        service,
        `SELECT to_regclass('${table}') IS NOT NULL AS there`,
      )) as [{ there: boolean }];
      if (!there && service === 'events') continue;
      for (const { text } of await adminQuery<{ text: string }>(
        service,
        `SELECT t::text AS text FROM ${table} t`,
      ))
        look(`${service}.${table}`, text);
    }
  }
  return found;
}
