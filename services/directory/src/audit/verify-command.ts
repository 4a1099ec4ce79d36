import { readFile } from 'node:fs/promises';
import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import { SERVICE_SCOPES } from '../service-scopes';
import type { ChainPoint } from './audit-chain.rules';
import { type Verification, verifyAuditLog } from './audit-verification.service';

/**
 * Verifies the whole log from the command line. Takes the path of a file with points kept outside the
 * database, one JSON object with `sequence` and `hash` per line (the data of audit.sealed events), or none.
 * Throws a RangeError for a line that is no point.
 */
export async function verifyWholeLog(
  database: Database,
  knownFile: string | undefined,
): Promise<Verification> {
  const known = knownFile === undefined ? [] : pointsIn(await readFile(knownFile, 'utf8'));
  return database.read(serviceScope(SERVICE_SCOPES.audit), (tx) => verifyAuditLog(tx, { known }));
}

function pointsIn(text: string): ChainPoint[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const { sequence, hash } = parsed(line) as Partial<ChainPoint>;
      if (!Number.isSafeInteger(sequence) || typeof hash !== 'string')
        throw new RangeError(`line ${index + 1} has no sequence and hash`);
      return { sequence: sequence as number, hash };
    });
}

function parsed(line: string): object {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}
