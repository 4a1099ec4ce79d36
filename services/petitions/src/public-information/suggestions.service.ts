import { referenceRegions } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { Actor } from '../cases/case.types';
import type { Features } from '../features';
import { selectList } from '../rows';
import { checkedReply, checkedSuggestion, checkFeature } from './public-information.rules';

/** An online suggestion 网上建议 (§2.10, §3.2): no petition, so without deadlines or evaluation. */
export interface Suggestion {
  id: string;
  regionCode: string;
  title: string;
  content: string;
  submittedAt: Date;
  reply: string | null;
  repliedAt: Date | null;
  version: number;
}

const COLUMNS = selectList(
  ['id', 'regionCode', 'title', 'content', 'submittedAt', 'reply', 'repliedAt', 'version'],
  's',
);

/** Stores a citizen's suggestion to a region. Throws FEATURE_DISABLED, NOT_FOUND for no region, FIELD_REQUIRED, INVALID_INPUT. */
export async function submitSuggestion(
  tx: ScopedTransaction,
  input: { regionCode: string; title: string; content: string },
  features: Features,
  citizen: Actor,
  at: Date,
): Promise<Suggestion> {
  checkFeature(features, 'onlineSuggestions');
  const { title, content } = checkedSuggestion(input);
  if (!referenceRegions().has(input.regionCode)) throw refuse.notFound('regionCode');
  const [suggestion] = await tx.query<Suggestion>(
    `INSERT INTO suggestion AS s (region_code, account_id, title, content, submitted_at) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
    [input.regionCode, citizen.accountId, title, content, at],
  );
  return suggestion!;
}

/** The caller's suggestions: a citizen's own, a registrar's of the own area; the latest first. Throws FEATURE_DISABLED. */
export async function suggestions(
  tx: ScopedTransaction,
  { first, after }: PageArguments,
  features: Features,
): Promise<Page<Suggestion>> {
  checkFeature(features, 'onlineSuggestions');
  return keysetPage<Suggestion & { submittedKey: string }>(tx, {
    select: `${COLUMNS}, s.submitted_at::text AS "submittedKey"`,
    from: 'suggestion s',
    order: [
      { column: 's.submitted_at', key: 'submittedKey', type: 'timestamptz', direction: 'DESC' },
      { column: 's.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** Answers a suggestion of the own area. Throws FEATURE_DISABLED, NOT_FOUND (also for one of another area), STALE_VERSION (answered meanwhile), FIELD_REQUIRED. */
export async function replyToSuggestion(
  tx: ScopedTransaction,
  { id, reply, expectedVersion }: { id: string; reply: string; expectedVersion: number },
  features: Features,
  officer: Officer,
  at: Date,
): Promise<Suggestion> {
  checkFeature(features, 'onlineSuggestions');
  const text = checkedReply(reply);
  const inSight = isUuid(id) ? await tx.query('SELECT FROM suggestion WHERE id = $1', [id]) : [];
  if (inSight.length === 0) throw refuse.notFound('id');
  return expectVersion(
    await tx.query<Suggestion>(
      `UPDATE suggestion s SET reply = $3, replied_at = $4, replied_by = $5, version = s.version + 1
       WHERE s.id = $1 AND s.version = $2 RETURNING ${COLUMNS}`,
      [id, expectedVersion, text, at, officer.accountId],
    ),
  );
}
