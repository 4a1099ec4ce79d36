import { isWithin, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { citizenNumber, places } from '../support/demo';
import type { System } from '../support/system';
import type { Caller } from './callers';
import type { Target } from './operations';
import { hangingRows, type PetitionItem, petitionItems } from './petition-rows';
import { povertyRows } from './poverty-rows';

/** Rows that operations are pointed at, and whose they are. */
export interface Aim {
  title: string;
  target: Target;
  /** By region, or a petition's rows. */
  kind: 'REGION' | 'PETITION';
  region: string;
  /** A petition that the duplicate check may name to any registrar (PT-DUP-06): it is no secret that it is there. */
  isNamedByDuplicateCheck: boolean;
  /** From where rows of the target are seen that need not lie in the region itself; null is from anywhere. */
  seenFrom: Readonly<Record<string, readonly string[] | null>>;
  isOwnOf(who: Caller): boolean;
}

const ABSENT_ID = '00000000-0000-7000-8000-000000000000';
const ABSENT_NUMBER = '140215-20260101-W-99999';
const isId = (text: string) => /^[0-9a-f-]{36}$/.test(text);

/** The same aim at rows that do not exist, for a caller whose rows they are not. */
export function absentOf({ kind, target, seenFrom }: Aim, who: Caller): Target {
  return Object.fromEntries(
    Object.entries(target).map(([key, value]) => {
      // A household lies in its village, which may be the caller's own although the target is an ancestor.
      if (key in seenFrom && (seenFrom[key]?.some((code) => isWithin(code, who.range)) ?? true))
        return [key, value];
      // Organisations are public knowledge in petitions: only the petition itself is made absent.
      if (kind === 'PETITION' && key === 'organisation') return [key, value];
      if (key === 'itemNo') return [key, ABSENT_NUMBER];
      return [key, isId(value) ? ABSENT_ID : value];
    }),
  );
}

/**
 * What each caller is to try of what there is for them: everything, or every so manieth over all callers together, those
 * first that fewest callers before tried. Of any at least one.
 */
export function sharesOf(
  callers: readonly Caller[],
  aimsFor: (who: Caller) => Aim[],
  share: number,
): Map<Caller, Aim[]> {
  const tries = new Map<Aim, number>();
  const triesOf = (aim: Aim) => tries.get(aim) ?? 0;
  let due = 0;
  return new Map(
    callers.map((who) => {
      const all = aimsFor(who);
      due += all.length / share;
      const some = Math.min(all.length, Math.max(1, Math.floor(due)));
      due -= some;
      const chosen = [...all].sort((a, b) => triesOf(a) - triesOf(b)).slice(0, some);
      for (const aim of chosen) tries.set(aim, triesOf(aim) + 1);
      return [who, chosen];
    }),
  );
}

/** Every so manieth of many things, another one at each turn. */
export const shareOf = <Thing>(things: readonly Thing[], share: number, turn: number): Thing[] =>
  things.filter((_, index) => index % share === turn % share);

/** The same variables with every value of a target replaced by that of another. */
export function withAbsent<Variables>(variables: Variables, target: Target, absent: Target): Variables {
  const replaced = new Map(Object.entries(target).map(([key, value]) => [value, absent[key]!]));
  return JSON.parse(JSON.stringify(variables), (_, value) =>
    typeof value === 'string' ? (replaced.get(value) ?? value) : value,
  );
}

/** For each region of the matrix, ids of rows that lie in it (or just below it); then petitions of every kind. */
export async function aimsOf(system: System): Promise<Aim[]> {
  return [...(await regionAims(system)), ...(await petitionAims(system))];
}

async function regionAims(system: System): Promise<Aim[]> {
  const regions: [string, RegionLevel][] = [
    [places.shanxi, 'PROVINCE'],
    [places.shandong, 'PROVINCE'],
    [places.datong, 'CITY'],
    [places.yungang, 'COUNTY'],
    [places.yunzhou, 'COUNTY'],
    [places.township, 'TOWNSHIP'],
    [places.village, 'VILLAGE'],
  ];
  const result: Aim[] = [];
  for (const [region, level] of regions) {
    const { low, high } = scopeRange(region, level);
    // The petition bureaus are aimed at by their petitions.
    const [directory] = await system.adminQuery<Record<string, string>>(
      'directory',
      `WITH o AS (SELECT id, seal_name FROM organisation WHERE region_code = $1 ORDER BY seal_name LIKE '%信访%', id LIMIT 1)
       SELECT (SELECT id FROM o) AS organisation,
              (SELECT seal_name FROM o) AS "sealName",
              (SELECT id FROM account WHERE region_code = $1 ORDER BY login_name DESC LIMIT 1) AS account,
              (SELECT login_name FROM account WHERE region_code = $1 ORDER BY login_name DESC LIMIT 1) AS "loginName",
              (SELECT id FROM appointment WHERE region_code = $1 ORDER BY organisation_id = (SELECT id FROM o) DESC LIMIT 1) AS appointment,
              (SELECT s.id FROM session s JOIN account a ON a.id = s.account_id WHERE a.region_code = $1 LIMIT 1) AS session,
              (SELECT g.id FROM role_grant g JOIN appointment p ON p.id = g.appointment_id WHERE p.region_code = $1 LIMIT 1) AS "roleGrant"`,
      [region],
    );
    const [poverty] = await system.adminQuery<Record<string, string>>(
      'poverty-alleviation',
      `SELECT id AS household, region_code AS village FROM household WHERE region_code >= $1 AND region_code < $2 ORDER BY id LIMIT 1`,
      [low, high],
    );
    const rows = await povertyRows(system, low, high);
    const village = poverty?.village ?? region;
    const [natural] = await system.adminQuery<{ code: string }>(
      'directory',
      'SELECT code FROM natural_village WHERE code >= $1 AND code < $2 ORDER BY code LIMIT 1',
      [low, high],
    );
    const target = {
      region,
      village,
      naturalVillage: natural?.code ?? `${village}01`,
      idNumber: citizenNumber(5),
      ...directory,
      ...poverty,
      ...Object.fromEntries(rows.map(({ entry, id }) => [entry, id])),
    };
    result.push({
      title: region,
      kind: 'REGION',
      region,
      isNamedByDuplicateCheck: false,
      seenFrom: {
        household: [village],
        ...Object.fromEntries(rows.map((row) => [row.entry, row.regions])),
      },
      target: present(target),
      isOwnOf: ({ range }) => isWithin(region, range),
    });
  }
  return result;
}

/** Which entry of a target a row of a table gives. */
const ENTRY_OF_TABLE: Readonly<Record<string, string>> = {
  org_task: 'petitionTask',
  notice: 'notice',
  handling_opinion: 'opinion',
  report: 'report',
  interview: 'interview',
  return_request: 'returnRequest',
  approval_request: 'approval',
  review_case: 'review',
  review_document: 'reviewDocument',
  review_step: 'reviewStep',
  supervision_reminder: 'reminder',
  co_visitor: 'coVisitor',
  leader_reception: 'leaderReception',
};

async function petitionAims(system: System): Promise<Aim[]> {
  const items = await petitionItems(system);
  const rows = await hangingRows(system);
  const organisations = new Map(
    (
      await system.adminQuery<{ id: string; name: string }>(
        'petitions',
        'SELECT id, seal_name AS name FROM organisation',
      )
    ).map(({ id, name }) => [name, id]),
  );
  const others = await system.adminQuery<Record<string, string>>(
    'petitions',
    `SELECT s.id AS submission, s.case_item_id AS item FROM online_submission s WHERE s.case_item_id IS NOT NULL`,
  );
  const publications = await system.adminQuery<Record<string, string>>(
    'petitions',
    'SELECT id AS publication, case_item_id AS item FROM published_case',
  );
  const kindsOn = (item: PetitionItem) =>
    new Set(rows.filter((row) => row.caseItemId === item.id).map(({ table }) => table));
  const seenBy = (item: PetitionItem, name: string) => item.organisations.includes(organisations.get(name)!);
  /** Of the items that fit, the one on which rows of the most kinds hang. */
  const richest = (title: string, fits: (item: PetitionItem) => boolean): Aim => {
    const [best] = items.filter(fits).sort((a, b) => kindsOn(b).size - kindsOn(a).size);
    if (best === undefined) throw new Error(`the demonstration has no item for “${title}”`);
    const target: Record<string, string | undefined> = {
      caseItem: best.id,
      itemNo: best.itemNo,
      citizen: best.citizenId ?? undefined,
      region: best.problemRegion,
      organisation: best.custodian,
      idNumber: citizenNumber(5),
      submission: others.find(({ item }) => item === best.id)?.submission,
      publication: publications.find(({ item }) => item === best.id)?.publication,
    };
    for (const { id, table, caseItemId } of rows)
      if (caseItemId === best.id && table in ENTRY_OF_TABLE) target[ENTRY_OF_TABLE[table]!] = id;
    return {
      title,
      kind: 'PETITION',
      region: best.problemRegion,
      isNamedByDuplicateCheck: !best.isProtected,
      seenFrom: {},
      target: present(target),
      isOwnOf: ({ organisationId, accountId }) =>
        (organisationId !== null && best.organisations.includes(organisationId)) ||
        (accountId !== null && best.accountId === accountId),
    };
  };
  const has =
    (...tables: string[]) =>
    (item: PetitionItem) =>
      tables.every((table) => kindsOn(item).has(table));
  return [
    richest('an accusation', ({ accusedOrganisationId }) => accusedOrganisationId !== null),
    richest(
      'a confidential item',
      ({ isProtected, accusedOrganisationId }) => isProtected && accusedOrganisationId === null,
    ),
    richest('an anonymous item', ({ anonymous, accountId }) => anonymous && accountId !== null),
    richest('a citizen’s item', ({ anonymous, accountId }) => !anonymous && accountId !== null),
    richest('a reviewed item', has('review_case', 'review_step')),
    richest('a reported item', has('report')),
    richest('a visit', has('interview', 'co_visitor')),
    richest('an item to be returned', has('return_request')),
    richest('an item with a leader', has('approval_request')),
    richest('an item of Yungang', (item) => seenBy(item, '示例大同市云冈区信访局')),
    richest(
      'an item of the unit in Yunzhou',
      (item) => seenBy(item, '示例云州区人力资源和社会保障局') && !has('review_case')(item),
    ),
  ];
}

const present = (target: Record<string, string | null | undefined>): Target =>
  Object.fromEntries(Object.entries(target).filter(([, value]) => value != null)) as Target;
