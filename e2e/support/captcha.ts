import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blindIndex } from '@junxian/identity';
import type { System } from './system';

/** What every picture of a test shows. */
const SHOWN = 'abcde';

/**
 * A captcha of the system with its answer. Nobody but a person can read the picture, so the answer that directory keeps
 * (its keyed digest) is replaced by the digest of a known one.
 */
export async function solvedCaptcha(system: System): Promise<{ id: string; text: string }> {
  const answer = await system.client().query('{ captcha { id } }');
  if (!answer.data) throw new Error(`no captcha: ${JSON.stringify(answer.errors)}`);
  const { id } = answer.data.captcha as { id: string };
  const key = Buffer.from(
    readFileSync(join(system.dataDir, 'secrets', 'directory_blind_index_key'), 'utf8').trim(),
    'base64',
  );
  await system.adminQuery('directory', 'UPDATE captcha SET solution_index = $2 WHERE id = $1', [
    id,
    blindIndex(key, 'captcha', SHOWN),
  ]);
  return { id, text: SHOWN };
}
