import { ancestorsByCode, isRegionCode, NATION_CODE } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import { isInScope, isUuid } from '@junxian/identity';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { Features } from '../features';
import { selectList } from '../rows';
import {
  checkedLink,
  checkedPage,
  checkFeature,
  type GuideKind,
  isDepartmentList,
  type LinkKind,
  nearestPages,
} from './public-information.rules';

/** A page of the guide 信访指南. */
export interface GuidePage {
  id: string;
  regionCode: string;
  kind: GuideKind;
  title: string;
  body: string;
  updatedAt: Date;
  version: number;
}

/** A link out of the site: a city's own 各市信访导航, or the governor's mailbox 省长信箱. */
export interface CityLink {
  id: string;
  regionCode: string;
  kind: LinkKind;
  title: string;
  url: string;
  version: number;
}

const PAGE_COLUMNS = selectList(['id', 'regionCode', 'kind', 'title', 'body', 'updatedAt', 'version'], 'g');
const LINK_COLUMNS = selectList(['id', 'regionCode', 'kind', 'title', 'url', 'version'], 'l');

/** The guide of a region (the nation's without one): of each kind the nearest page upwards; department lists only if they are switched on. */
export async function guidePages(
  tx: ScopedTransaction,
  regionCode: string | null,
  features: Features,
): Promise<GuidePage[]> {
  const code = checkedRegion(regionCode ?? NATION_CODE);
  const pages = await tx.query<GuidePage>(
    `SELECT ${PAGE_COLUMNS} FROM guide_page g WHERE g.region_code = ANY($1::text[]) ORDER BY g.kind, g.id`,
    [ancestorsByCode(code)],
  );
  return nearestPages(code, pages).filter(({ kind }) => features.departmentLists || !isDepartmentList(kind));
}

/** Links of everywhere, or of a region and those below it. */
export function cityLinks(
  tx: ScopedTransaction,
  { kind, first, after }: PageArguments & { kind?: LinkKind | null },
): Promise<Page<CityLink>> {
  return keysetPage<CityLink>(tx, {
    select: LINK_COLUMNS,
    from: 'city_link l',
    where: ['$1::text IS NULL OR l.kind = $1'],
    parameters: [kind ?? null],
    order: [
      { column: 'l.region_code', key: 'regionCode' },
      { column: 'l.id', key: 'id', type: 'uuid' },
    ],
    first,
    after,
  });
}

export interface GuidePageInput {
  id?: string | null;
  regionCode: string;
  kind: GuideKind;
  title: string;
  body: string;
  expectedVersion?: number | null;
}

/**
 * Adds a page to the guide of a region in the own area, or changes one. Throws FEATURE_DISABLED for a department list, OUT_OF_REGION by the schema,
 * ALREADY_EXISTS, NOT_FOUND, STALE_VERSION, FIELD_REQUIRED.
 */
export async function saveGuidePage(
  tx: ScopedTransaction,
  input: GuidePageInput,
  features: Features,
  officer: Officer,
  at: Date,
): Promise<GuidePage> {
  const { id = null, kind } = input;
  if (isDepartmentList(kind)) checkFeature(features, 'departmentLists');
  const { title, body } = checkedPage(input);
  if (id !== null)
    return changed<GuidePage>(
      tx,
      `UPDATE guide_page g SET title = $3, body = $4, updated_at = $5, updated_by = $6, version = g.version + 1
       WHERE g.id = $1 AND g.version = $2 AND g.kind = $7 AND g.region_code = $8 RETURNING ${PAGE_COLUMNS}`,
      [id, input.expectedVersion ?? 0, title, body, at, officer.accountId, kind, input.regionCode],
    );
  const regionCode = checkedRegion(input.regionCode);
  // One of a kind and region is meant, though merged regions may have two: two administrators at once must not add both.
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `guide_page:${regionCode}:${kind}`,
  ]);
  const [present] = await tx.query('SELECT FROM guide_page WHERE region_code = $1 AND kind = $2', [
    regionCode,
    kind,
  ]);
  if (present !== undefined) throw alreadyExists();
  const [page] = await tx.query<GuidePage>(
    `INSERT INTO guide_page AS g (region_code, kind, title, body, created_at, created_by, updated_at, updated_by)
     VALUES ($1, $2, $3, $4, $5, $6, $5, $6) RETURNING ${PAGE_COLUMNS}`,
    [regionCode, kind, title, body, at, officer.accountId],
  );
  return page!;
}

export interface CityLinkInput {
  id?: string | null;
  regionCode: string;
  kind: LinkKind;
  title: string;
  url: string;
  expectedVersion?: number | null;
}

/** Adds a link for a region in the own area, or changes one. Throws OUT_OF_REGION by the schema, NOT_FOUND, STALE_VERSION, FIELD_REQUIRED, INVALID_INPUT. */
export async function saveCityLink(
  tx: ScopedTransaction,
  input: CityLinkInput,
  officer: Officer,
  at: Date,
): Promise<CityLink> {
  const { title, url } = checkedLink(input);
  if (input.id != null)
    return changed<CityLink>(
      tx,
      `UPDATE city_link l SET title = $3, url = $4, updated_at = $5, updated_by = $6, version = l.version + 1
       WHERE l.id = $1 AND l.version = $2 AND l.kind = $7 AND l.region_code = $8 RETURNING ${LINK_COLUMNS}`,
      [input.id, input.expectedVersion ?? 0, title, url, at, officer.accountId, input.kind, input.regionCode],
    );
  const [link] = await tx.query<CityLink>(
    `INSERT INTO city_link AS l (region_code, kind, title, url, created_at, created_by, updated_at, updated_by)
     VALUES ($1, $2, $3, $4, $5, $6, $5, $6) RETURNING ${LINK_COLUMNS}`,
    [checkedRegion(input.regionCode), input.kind, title, url, at, officer.accountId],
  );
  return link!;
}

/** Removes a link of the own area. Throws NOT_FOUND, OUT_OF_REGION (everybody reads the links of all areas), STALE_VERSION. Returns its id. */
export async function removeCityLink(
  tx: ScopedTransaction,
  { id, expectedVersion }: { id: string; expectedVersion: number },
): Promise<string> {
  const [link] = isUuid(id)
    ? await tx.query<{ regionCode: string }>(
        'SELECT region_code AS "regionCode" FROM city_link WHERE id = $1',
        [id],
      )
    : [];
  if (link === undefined) throw refuse.notFound('id');
  if (!isInScope(tx.scope, link.regionCode)) throw refuse.outOfRegion('id');
  const { id: removed } = await changed<{ id: string }>(
    tx,
    'DELETE FROM city_link WHERE id = $1 AND version = $2 RETURNING id',
    [id, expectedVersion],
  );
  return removed;
}

async function changed<Row>(tx: ScopedTransaction, sql: string, parameters: unknown[]): Promise<Row> {
  if (!isUuid(String(parameters[0]))) throw refuse.notFound('id');
  return expectVersion(await tx.query<Row>(sql, parameters));
}

function checkedRegion(code: string): string {
  if (!isRegionCode(code)) throw refuse.notFound('regionCode');
  return code;
}

const alreadyExists = () =>
  new Refusal(
    'ALREADY_EXISTS',
    {
      zh: '该区划已有此类页面，请打开原页面修改',
      en: 'The region has a page of this kind already; open and change that one',
    },
    { field: 'kind', httpStatus: 409 },
  );
