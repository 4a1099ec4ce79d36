import { refuse } from '@junxian/errors';
import { isInScope, isUuid } from '@junxian/identity';
import { expectVersion, type ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { Organisation } from '../cases/case.types';
import { organisationsByIds } from './organisations.service';

/**
 * Decides that an organisation is, or is not, a petition bureau 信访局, whatever its name says. From then on it sees what
 * is sent into its subtree. Organisations are public knowledge, so one of another area is no secret. Throws NOT_FOUND, OUT_OF_REGION, STALE_VERSION.
 */
export async function designateBureau(
  tx: ScopedTransaction,
  {
    organisationId,
    isBureau,
    expectedVersion,
  }: { organisationId: string; isBureau: boolean; expectedVersion: number },
  officer: Officer,
): Promise<Organisation> {
  if (!isUuid(organisationId)) throw refuse.notFound('organisationId');
  const [before] = await organisationsByIds(tx, [organisationId]);
  if (before === undefined || before.removed) throw refuse.notFound('organisationId');
  if (!isInScope(tx.scope, before.regionCode)) throw refuse.outOfRegion('organisationId');
  expectVersion(
    await tx.query(
      'UPDATE organisation SET is_bureau = $2, bureau_decided_by = $3, version = version + 1 WHERE id = $1 AND version = $4 RETURNING id',
      [organisationId, isBureau, officer.accountId, expectedVersion],
    ),
  );
  if (isBureau) await tx.query('SELECT pt_sec_01_show_subtree($1)', [organisationId]);
  const [after] = await organisationsByIds(tx, [organisationId]);
  return after!;
}
