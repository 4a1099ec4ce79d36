import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import DataLoader from 'dataloader';
import { insertion, selectList } from '../rows';

/** An example case 案例 as stored, for its editors. */
export interface CasePublication {
  id: string;
  regionCode: string;
  organisationId: string;
  caseItemId: string;
  problemRegionCode: string;
  title: string;
  body: string;
  status: 'DRAFT' | 'PUBLISHED' | 'UNPUBLISHED';
  consentConfirmed: boolean;
  publishedAt: Date | null;
  updatedAt: Date;
  version: number;
}

/** A published case as the public reads it: text, region and date, nothing that leads to the item. */
export interface PublishedCase {
  id: string;
  title: string;
  body: string;
  regionCode: string;
  publishedAt: Date;
}

const PUBLICATION_COLUMNS = selectList(
  [
    'id',
    'regionCode',
    'organisationId',
    'caseItemId',
    'problemRegionCode',
    'title',
    'body',
    'status',
    'consentConfirmed',
    'publishedAt',
    'updatedAt',
    'version',
  ],
  'p',
);
const PUBLIC_COLUMNS =
  'p.id, p.title, p.body, p.problem_region_code AS "regionCode", p.published_at AS "publishedAt"';

/** Stores a new draft. Returns it. Throws the unique violation of its item. */
export async function insertedPublication(
  tx: ScopedTransaction,
  row: Pick<
    CasePublication,
    'regionCode' | 'organisationId' | 'caseItemId' | 'problemRegionCode' | 'title' | 'body' | 'updatedAt'
  > & { createdAt: Date; createdBy: string; updatedBy: string },
): Promise<CasePublication> {
  const { columns, placeholders, values } = insertion(row);
  const [publication] = await tx.query<CasePublication>(
    `INSERT INTO published_case AS p (${columns}) VALUES (${placeholders}) RETURNING ${PUBLICATION_COLUMNS}`,
    values,
  );
  return publication!;
}

/** A case of the own organisation, locked, or undefined. */
export async function ownPublication(
  tx: ScopedTransaction,
  id: string,
  organisationId: string,
): Promise<CasePublication | undefined> {
  if (!isUuid(id)) return undefined;
  const [publication] = await tx.query<CasePublication>(
    `SELECT ${PUBLICATION_COLUMNS} FROM published_case p WHERE p.id = $1 AND p.organisation_id = $2 FOR UPDATE`,
    [id, organisationId],
  );
  return publication;
}

/** Changes a locked case. Returns it. */
export async function changedPublication(
  tx: ScopedTransaction,
  { id }: CasePublication,
  set: Partial<Pick<CasePublication, 'title' | 'body' | 'status' | 'consentConfirmed' | 'publishedAt'>>,
  { by, at }: { by: string; at: Date },
): Promise<CasePublication> {
  const [publication] = await tx.query<CasePublication>(
    `UPDATE published_case p SET title = coalesce($2, p.title), body = coalesce($3, p.body), status = coalesce($4, p.status),
       consent_confirmed = coalesce($5, p.consent_confirmed), published_at = coalesce($6, p.published_at),
       updated_at = $7, updated_by = $8, version = p.version + 1
     WHERE p.id = $1 RETURNING ${PUBLICATION_COLUMNS}`,
    [id, set.title, set.body, set.status, set.consentConfirmed, set.publishedAt, at, by],
  );
  return publication!;
}

/** Cases that an organisation's editors wrote, the latest changed first. */
export function publicationsOf(
  tx: ScopedTransaction,
  organisationId: string,
  status: CasePublication['status'] | null,
  { first, after }: PageArguments,
): Promise<Page<CasePublication>> {
  return keysetPage<CasePublication & { updatedKey: string }>(tx, {
    select: `${PUBLICATION_COLUMNS}, p.updated_at::text AS "updatedKey"`,
    from: 'published_case p',
    where: ['p.organisation_id = $1', '$2::text IS NULL OR p.status = $2'],
    parameters: [organisationId, status],
    order: [
      { column: 'p.updated_at', key: 'updatedKey', type: 'timestamptz', direction: 'DESC' },
      { column: 'p.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** Published cases of everywhere, or of a range of problem regions, the latest first. */
export function publicCases(
  tx: ScopedTransaction,
  range: { low: string; high: string } | null,
  { first, after }: PageArguments,
): Promise<Page<PublishedCase>> {
  return keysetPage<PublishedCase & { publishedKey: string }>(tx, {
    select: `${PUBLIC_COLUMNS}, p.published_at::text AS "publishedKey"`,
    from: 'published_case p',
    where: [
      `p.status = 'PUBLISHED'`,
      ...(range === null ? [] : ['p.problem_region_code >= $1', 'p.problem_region_code < $2']),
    ],
    parameters: range === null ? [] : [range.low, range.high],
    order: [
      { column: 'p.published_at', key: 'publishedKey', type: 'timestamptz', direction: 'DESC' },
      { column: 'p.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** Key of {@link PublishedCaseLoaders}: a region's range of codes and how many. */
export interface RegionCasesKey {
  low: string;
  high: string;
  first: number;
}

export interface PublishedCaseLoaders {
  /** The latest published cases of a region and those below it. */
  publishedCasesOfRegion: DataLoader<RegionCasesKey, PublishedCase[], string>;
}

/** Makes the loaders of one request. */
export function publishedCaseLoaders(read: () => Promise<ScopedTransaction>): PublishedCaseLoaders {
  return {
    publishedCasesOfRegion: new DataLoader(
      async (keys) => {
        const rows = await (await read()).query<PublishedCase & { place: number }>(
          `SELECT k.place::int AS place, p.* FROM unnest($1::text[], $2::text[], $3::int[]) WITH ORDINALITY AS k(low, high, first, place)
           CROSS JOIN LATERAL (SELECT ${PUBLIC_COLUMNS} FROM published_case p
             WHERE p.status = 'PUBLISHED' AND p.problem_region_code >= k.low COLLATE "C" AND p.problem_region_code < k.high COLLATE "C"
             ORDER BY p.published_at DESC, p.id DESC LIMIT k.first) p
           ORDER BY k.place, p."publishedAt" DESC, p.id DESC`,
          [keys.map(({ low }) => low), keys.map(({ high }) => high), keys.map(({ first }) => first)],
        );
        return keys.map((_, index) => rows.filter(({ place }) => place === index + 1));
      },
      { cacheKeyFn: ({ low, high, first }) => `${low}|${high}|${first}` },
    ),
  };
}
