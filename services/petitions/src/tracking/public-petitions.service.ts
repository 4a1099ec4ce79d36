import { dateInShanghai } from '@junxian/calendar';
import { groupBy, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { CaseItem, HandlingMode } from '../cases/case.types';
import { CASE_COLUMNS } from '../cases/case-reads.service';
import { organisationsByIds } from '../organisations/organisations.service';

/** One step of the process as the public sees it: no opinion, no approval, no officer (PT-PUB-19). */
export interface PublicStep {
  /** `YYYY-MM-DD`. */
  date: string;
  organisation: string;
  /** Null for the registration. */
  mode: HandlingMode | null;
  /** The receiving organisation; null when it is the petitioner, or nobody. */
  destination: string | null;
  reply: string | null;
}

/** A filed notice 告知书. */
export interface PublicNotice {
  kind: 'ACCEPTANCE' | 'NON_ACCEPTANCE' | 'NO_LONGER_ACCEPTANCE';
  docNo: string;
  organisation: string;
  date: string;
  body: string;
}

/** A handling opinion 答复意见书 that was served. */
export interface PublicOpinion {
  docNo: string;
  organisation: string;
  date: string;
  conclusion: 'SUPPORT' | 'PARTIAL' | 'NOT_SUPPORT';
  body: string;
  remedy: string;
}

/** An item and its process as its petitioner sees it, signed in or with the query code. */
export interface PublicPetition {
  item: CaseItem;
  /** The petition bureau that registered or routed it. */
  organisation: string;
  responsibleUnit: string | null;
  process: PublicStep[];
  notices: PublicNotice[];
  opinions: PublicOpinion[];
}

type Hanging<Row> = Omit<Row, 'organisation'> & { caseItemId: string; organisationId: string };
type Step = Omit<Hanging<PublicStep>, 'destination'> & { destinationId: string | null };

/** Items registered for a citizen's account, the latest first (PT-PUB-14). */
export async function ownPetitions(
  tx: ScopedTransaction,
  accountId: string,
  { first, after }: PageArguments,
): Promise<Page<PublicPetition>> {
  const page = await keysetPage<CaseItem>(tx, {
    select: CASE_COLUMNS,
    from: 'case_item c',
    where: ['c.account_id = $1'],
    parameters: [accountId],
    // Ids are given in order of time.
    order: [{ column: 'c.id', key: 'id', type: 'uuid', direction: 'DESC' }],
    first,
    after,
  });
  return { ...page, nodes: await publicPetitions(tx, page.nodes) };
}

/**
 * The public view of items the reader may see: date, organisation, mode, destination, notices and replies; what was
 * taken back, returned or is a draft is left out (PT-PUB-19). As many statements for one item as for a hundred.
 */
export async function publicPetitions(
  tx: ScopedTransaction,
  items: readonly CaseItem[],
): Promise<PublicPetition[]> {
  const ids = items.map(({ id }) => id);
  const steps = await tx.query<Step>(
    `SELECT r.case_item_id AS "caseItemId", r.from_organisation_id AS "organisationId", r.mode, r.reply,
            r.destination_organisation_id AS "destinationId", ${dateOf('r.at')} AS date
     FROM handling_record r WHERE r.case_item_id = ANY($1::uuid[]) AND r.state = 'DONE' ORDER BY r.case_item_id, r.seq`,
    [ids],
  );
  const notices = await tx.query<Hanging<PublicNotice>>(
    `SELECT n.case_item_id AS "caseItemId", n.organisation_id AS "organisationId", n.kind, n.doc_no AS "docNo", n.body,
            ${dateOf('n.filed_at')} AS date
     FROM notice n WHERE n.case_item_id = ANY($1::uuid[]) AND n.state = 'FILED' ORDER BY n.case_item_id, n.filed_at, n.id`,
    [ids],
  );
  const opinions = await tx.query<Hanging<PublicOpinion>>(
    `SELECT o.case_item_id AS "caseItemId", o.organisation_id AS "organisationId", o.doc_no AS "docNo", o.conclusion, o.body,
            o.remedy_text AS remedy, o.served_on::text AS date
     FROM handling_opinion o WHERE o.case_item_id = ANY($1::uuid[]) AND o.state = 'SERVED' ORDER BY o.case_item_id, o.served_on, o.id`,
    [ids],
  );
  const nameOf = await organisationNames(tx, [
    ...items.flatMap((item) => [
      item.organisationId,
      item.petitionDeptOrganisationId,
      item.responsibleOrganisationId,
    ]),
    ...steps.flatMap(({ organisationId, destinationId }) => [organisationId, destinationId]),
    ...[...notices, ...opinions].map(({ organisationId }) => organisationId),
  ]);
  const named = <Row extends { caseItemId: string; organisationId: string }>(rows: readonly Row[]) => {
    const byItem = groupBy(rows, ({ caseItemId }) => caseItemId);
    return (item: CaseItem) =>
      (byItem.get(item.id) ?? []).map(({ organisationId, caseItemId: _, ...row }) => ({
        ...row,
        organisation: nameOf(organisationId)!,
      }));
  };
  const [stepsOf, noticesOf, opinionsOf] = [named(steps), named(notices), named(opinions)];
  return items.map((item) => ({
    item,
    organisation: nameOf(item.petitionDeptOrganisationId)!,
    responsibleUnit: nameOf(item.responsibleOrganisationId),
    process: [
      registration(item, nameOf(item.organisationId)!),
      ...stepsOf(item).map(({ destinationId, ...step }) => ({ ...step, destination: nameOf(destinationId) })),
    ],
    notices: noticesOf(item),
    opinions: opinionsOf(item),
  }));
}

const registration = ({ registeredAt }: CaseItem, organisation: string): PublicStep => ({
  date: dateInShanghai(registeredAt),
  organisation,
  mode: null,
  destination: null,
  reply: null,
});

/** SQL of an instant's date in China. */
const dateOf = (instant: string) => `(${instant} AT TIME ZONE 'Asia/Shanghai')::date::text`;

async function organisationNames(
  tx: ScopedTransaction,
  ids: readonly (string | null)[],
): Promise<(id: string | null) => string | null> {
  const wanted = [...new Set(ids.filter((id): id is string => id !== null))];
  const names = new Map(
    (await organisationsByIds(tx, wanted)).map(({ id, sealName }) => [id, sealName] as const),
  );
  return (id) => (id === null ? null : (names.get(id) ?? ''));
}
