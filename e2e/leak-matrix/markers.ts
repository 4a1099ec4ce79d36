import { isWithin } from '@junxian/administrative-region';
import type { System } from '../support/system';
import type { Caller } from './callers';
import { hangingRows, isShownToThePetitioner, petitionItems, UUID } from './petition-rows';
import { povertyIds } from './poverty-rows';

/** Who may be shown a text that belongs to some rows only; any one of them is enough. */
interface Readers {
  regions: Set<string>;
  organisations: Set<string>;
  accounts: Set<string>;
  /** Known to everybody who works with petitions or petitions (PT-HND-03: destinations are chosen from it). */
  organisationOfPetitions: boolean;
  /** The duplicate check may name it to a registrar (PT-DUP-06). */
  byDuplicateCheck: boolean;
}

/** Root fields that run the duplicate check. */
const DUPLICATE_CHECK = new Set(['Query.findDuplicates', 'Mutation.openSubmission']);

/** Texts that belong to rows, and who may be shown them: gathered past row-level security. */
export class Markers {
  private readonly readers = new Map<string, Readers>();
  /** Names, which are looked for wherever they stand; ids and numbers are looked up instead. */
  private names: string[] = [];

  private constructor(private readonly petitionFields: ReadonlySet<string>) {}

  /** Takes the root fields that petitions answers. */
  static async harvest(system: System, petitionFields: ReadonlySet<string>): Promise<Markers> {
    const markers = new Markers(petitionFields);
    await markers.ofDirectory(system);
    await markers.ofPovertyAlleviation(system);
    await markers.ofPetitions(system);
    const texts = [...markers.readers.keys()].filter((text) => !isUuid(text));
    // 示例大同 also stands in the name 示例大同市云冈区…: such a text says nothing about whose row it is.
    for (const text of texts)
      if (texts.some((other) => other !== text && other.includes(text))) markers.readers.delete(text);
    markers.names = texts.filter((text) => markers.readers.has(text) && !isCode(text));
    return markers;
  }

  get size(): number {
    return this.readers.size;
  }

  /** The markers that stand in an answer. */
  in(answer: unknown): string[] {
    const text = JSON.stringify(answer) ?? '';
    const codes = new Set([...(text.match(UUID) ?? []), ...(text.match(CODE) ?? [])]);
    return [
      ...[...codes].filter((code) => this.readers.has(code)),
      ...this.names.filter((name) => text.includes(name)),
    ];
  }

  /** Of the markers of an answer those that the caller may not be shown by this root field, nor gave in the question. */
  leaksAmong(found: readonly string[], who: Caller, coordinate: string, question: unknown): string[] {
    const asked = JSON.stringify(question);
    return found.filter(
      (text) => !asked.includes(text) && !this.mayBeShown(this.readers.get(text)!, who, coordinate),
    );
  }

  private mayBeShown(readers: Readers, who: Caller, coordinate: string): boolean {
    const { regions, organisations, accounts, organisationOfPetitions, byDuplicateCheck } = readers;
    if ([...regions].some((code) => isWithin(code, who.range))) return true;
    if (who.organisationId !== null && organisations.has(who.organisationId)) return true;
    if (who.accountId !== null && accounts.has(who.accountId)) return true;
    if (organisationOfPetitions && this.petitionFields.has(coordinate))
      return who.kind === 'PETITION_OFFICER' || who.kind === 'CITIZEN';
    return byDuplicateCheck && who.kind === 'PETITION_OFFICER' && DUPLICATE_CHECK.has(coordinate);
  }

  private of(text: string): Readers {
    const known = this.readers.get(text);
    if (known !== undefined) return known;
    const fresh: Readers = {
      regions: new Set(),
      organisations: new Set(),
      accounts: new Set(),
      organisationOfPetitions: false,
      byDuplicateCheck: false,
    };
    this.readers.set(text, fresh);
    return fresh;
  }

  private async ofDirectory(system: System): Promise<void> {
    // Citizens have no region: only the nation's officers see them.
    const rows = await system.adminQuery<{
      text: string;
      region: string;
      organisation: boolean;
      own: string | null;
    }>(
      'directory',
      `SELECT seal_name AS text, region_code AS region, true AS organisation, NULL AS own FROM organisation
       UNION ALL SELECT id::text, region_code, true, NULL FROM organisation
       UNION ALL SELECT organisation_id::text, region_code, true, account_id::text FROM appointment
       UNION ALL SELECT real_name, coalesce(region_code, '000000000000'), false, id::text FROM account WHERE length(real_name) > 2
       UNION ALL SELECT id::text, coalesce(region_code, '000000000000'), false, id::text FROM account
       UNION ALL SELECT id::text, region_code, false, account_id::text FROM appointment`,
    );
    for (const { text, region, organisation, own } of rows) {
      const readers = this.of(text);
      readers.regions.add(region);
      if (own !== null) readers.accounts.add(own);
      if (organisation) readers.organisationOfPetitions = true;
    }
  }

  private async ofPovertyAlleviation(system: System): Promise<void> {
    const rows = await system.adminQuery<{ text: string; region: string }>(
      'poverty-alleviation',
      `SELECT household_no AS text, region_code AS region FROM household
       UNION ALL SELECT id::text, region_code FROM household
       UNION ALL SELECT citizen_id, region_code FROM member_year_record WHERE citizen_id IS NOT NULL`,
    );
    for (const { text, region } of [...rows, ...(await povertyIds(system))])
      this.of(text).regions.add(region);
  }

  private async ofPetitions(system: System): Promise<void> {
    const officers = new Set(
      (await system.adminQuery<{ id: string }>('directory', 'SELECT id FROM account')).map(({ id }) => id),
    );
    const items = await petitionItems(system);
    const itemOf = new Map(items.map((item) => [item.id, item]));
    for (const { id, itemNo, organisations, accountId, isProtected } of items) {
      for (const text of [id, itemNo]) {
        const readers = this.of(text);
        for (const organisation of organisations) readers.organisations.add(organisation);
        if (accountId !== null) readers.accounts.add(accountId);
        readers.byDuplicateCheck = !isProtected;
      }
    }
    for (const { id, table, caseItemId, ids } of await hangingRows(system)) {
      const { organisations, accountId } = itemOf.get(caseItemId)!;
      // Who sees an item also sees who acted on it.
      for (const text of [id, ...ids.filter((one) => officers.has(one))]) {
        for (const organisation of organisations) this.of(text).organisations.add(organisation);
      }
      if (accountId !== null && isShownToThePetitioner(table)) this.of(id).accounts.add(accountId);
    }
    const others = await system.adminQuery<{
      text: string;
      organisation: string | null;
      account: string | null;
    }>(
      'petitions',
      `SELECT s.id::text AS text, s.organisation_id::text AS organisation, s.account_id::text AS account FROM online_submission s
       UNION ALL SELECT s.id::text, s.organisation_id::text, NULL FROM simple_registration s
       UNION ALL SELECT a.id::text, NULL, a.account_id::text FROM public_account a
       UNION ALL SELECT p.id::text, p.organisation_id::text, NULL FROM published_case p WHERE p.status <> 'PUBLISHED'
       UNION ALL SELECT w.id::text, w.target_organisation_id::text, NULL FROM warning w WHERE w.case_item_id IS NULL
       UNION ALL SELECT w.id::text, w.supervisor_organisation_id::text, NULL FROM warning w
         WHERE w.case_item_id IS NULL AND w.supervisor_organisation_id IS NOT NULL
       UNION ALL SELECT w.id::text, b.id::text, NULL FROM warning w JOIN organisation o ON o.id = w.target_organisation_id
         JOIN organisation b ON b.is_bureau AND b.region_code IN (SELECT a.region_code FROM region_ancestors(o.region_code) a)
         WHERE w.case_item_id IS NULL`,
    );
    for (const { text, organisation, account } of others) {
      const readers = this.of(text);
      if (organisation !== null) readers.organisations.add(organisation);
      if (account !== null) readers.accounts.add(account);
    }
  }
}

/** Ids and numbers: of items, households, citizens. */
const CODE = /[\w-]{6,}/g;
const isCode = (text: string) => new RegExp(`^${CODE.source}$`).test(text);
const isUuid = (text: string) => new RegExp(`^${UUID.source}$`).test(text);
