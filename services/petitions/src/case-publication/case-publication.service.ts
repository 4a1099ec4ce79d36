import { levelOfCode, referenceRegions, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { CasePublished } from '@junxian/messaging';
import { isUniqueViolation, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseById, caseEvent, caseForChange, noteOnCase } from '../cases/case-changes.service';
import type { PersonalData } from '../cases/personal-data.service';
import { coVisitorsOf } from '../registration/co-visitors.service';
import { mainPetitioner, openedPetitioner } from '../registration/petitioner-records.service';
import { checkNoPersonalData, type KnownPersonalData } from './personal-data-in-text.rules';
import { checkedTexts, checkPublication, checkPublishable } from './publication.rules';
import {
  type CasePublication,
  changedPublication,
  insertedPublication,
  ownPublication,
  type PublishedCase,
  publicationsOf,
  publicCases,
  type RegionCasesKey,
} from './published-cases.store';

/** A draft as it is saved: new by its item, or changed by its id. */
export interface SaveCaseInput {
  id?: string | null;
  caseItemId?: string | null;
  title: string;
  body: string;
  expectedVersion?: number | null;
}

/** Example cases 案例选登: editors write them from items of their own organisation's sight, the public reads them without a trace of the petitioner. */
export class CasePublications {
  constructor(private readonly personal: PersonalData) {}

  /**
   * Adds a draft, or changes a case; what is published stays so and must stay fit for it. Throws NOT_FOUND, STALE_VERSION, NOT_PUBLISHABLE,
   * PERSONAL_DATA_IN_TEXT, ALREADY_EXISTS (the item has a case), FIELD_REQUIRED. Rules: PT-PBL-01, PT-PBL-02.
   */
  async save(
    tx: ScopedTransaction,
    input: SaveCaseInput,
    officer: Officer,
    at: Date,
  ): Promise<CasePublication> {
    const texts = checkedTexts(input);
    if (input.id != null) {
      const { publication, item } = await this.own(tx, input.id, input.expectedVersion ?? null, officer);
      await this.checkTexts(tx, item, texts);
      return changedPublication(tx, publication, texts, { by: officer.accountId, at });
    }
    const item = await caseById(tx, input.caseItemId ?? '');
    if (item === undefined) throw refuse.notFound('caseItemId');
    await this.checkTexts(tx, item, texts);
    const by = officer.accountId;
    try {
      return await insertedPublication(tx, {
        ...texts,
        caseItemId: item.id,
        regionCode: officer.regionCode,
        organisationId: officer.organisationId,
        problemRegionCode: item.problemRegionCode,
        createdAt: at,
        createdBy: by,
        updatedAt: at,
        updatedBy: by,
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw alreadyExists();
      throw error;
    }
  }

  /**
   * Publishes a case of a completed item, with the petitioner's consent confirmed. Throws NOT_FOUND, STALE_VERSION,
   * NOT_PUBLISHABLE, NOT_COMPLETED, CONSENT_REQUIRED, PERSONAL_DATA_IN_TEXT, ALREADY_PUBLISHED. Rules: PT-PBL-01, PT-PBL-02.
   */
  async publish(
    tx: ScopedTransaction,
    {
      id,
      consentConfirmed,
      expectedVersion,
    }: { id: string; consentConfirmed: boolean; expectedVersion: number },
    officer: Officer,
    at: Date,
  ): Promise<CasePublication> {
    const { publication, item } = await this.own(tx, id, expectedVersion, officer);
    checkPublication(item, consentConfirmed);
    if (publication.status === 'PUBLISHED') throw alreadyPublished();
    // The petitioner's data may have been corrected since the draft was saved.
    await this.checkTexts(tx, item, publication);
    const published = await changedPublication(
      tx,
      publication,
      { status: 'PUBLISHED', consentConfirmed: true, publishedAt: at },
      { by: officer.accountId, at },
    );
    await noteOnCase(tx, item, {
      action: 'PUBLISH',
      actor: officer,
      at,
      events: [caseEvent(CasePublished, { publishedCaseId: id })],
      subjectId: id,
    });
    return published;
  }

  /** Takes a published case back. Throws NOT_FOUND, STALE_VERSION, NOT_PUBLISHED. */
  async unpublish(
    tx: ScopedTransaction,
    { id, expectedVersion }: { id: string; expectedVersion: number },
    officer: Officer,
    at: Date,
  ): Promise<CasePublication> {
    const { publication, item } = await this.own(tx, id, expectedVersion, officer);
    if (publication.status !== 'PUBLISHED') throw notPublished();
    const withdrawn = await changedPublication(
      tx,
      publication,
      // Consent is asked for anew before it is published again.
      { status: 'UNPUBLISHED', consentConfirmed: false },
      { by: officer.accountId, at },
    );
    await noteOnCase(tx, item, { action: 'UNPUBLISH', actor: officer, at, subjectId: id });
    return withdrawn;
  }

  private async own(
    tx: ScopedTransaction,
    id: string,
    expectedVersion: number | null,
    { organisationId }: Officer,
  ): Promise<{ publication: CasePublication; item: CaseItem }> {
    if (!isUuid(id)) throw refuse.notFound('id');
    const [row] = await tx.query<{ caseItemId: string }>(
      'SELECT case_item_id AS "caseItemId" FROM published_case WHERE id = $1 AND organisation_id = $2',
      [id, organisationId],
    );
    if (row === undefined) throw refuse.notFound('id');
    // The item first: every change takes its locks in this order.
    const item = await caseForChange(tx, row.caseItemId, null);
    const publication = await ownPublication(tx, id, organisationId);
    if (publication === undefined) throw refuse.notFound('id');
    if (publication.version !== expectedVersion) throw refuse.staleVersion();
    return { publication, item };
  }

  private async checkTexts(
    tx: ScopedTransaction,
    item: CaseItem,
    { title, body }: { title: string; body: string },
  ): Promise<void> {
    checkPublishable(item);
    checkNoPersonalData({ title, body }, await this.known(tx, item));
  }

  /** Opened here to be searched for, and shown to nobody. */
  private async known(
    tx: ScopedTransaction,
    { id: caseItemId, accusedPerson }: CaseItem,
  ): Promise<KnownPersonalData> {
    const row = await mainPetitioner(tx, caseItemId);
    const petitioner = row === null ? null : openedPetitioner(row, this.personal);
    const visitors = await coVisitorsOf(tx, [caseItemId]);
    const given = (values: readonly (string | null | undefined)[]) =>
      values.filter((value): value is string => value != null && value !== '');
    return {
      names: given([petitioner?.name, accusedPerson, ...visitors.map(({ name }) => name)]),
      addresses: given([
        petitioner?.householdAddress,
        petitioner?.usualAddress,
        petitioner?.mailingAddress,
        ...visitors.map(({ address }) => address),
      ]),
      idNumbers: given([
        petitioner?.idNumber,
        ...visitors.map(({ idNumberSealed }) => this.personal.open(idNumberSealed, 'co_visitor.id_number')),
      ]),
      phones: given([petitioner?.mobile, petitioner?.phone]),
    };
  }
}

/** Cases the officer's organisation wrote. */
export function ownCases(
  tx: ScopedTransaction,
  { status = null, ...page }: PageArguments & { status?: CasePublication['status'] | null },
  { organisationId }: Officer,
): Promise<Page<CasePublication>> {
  return publicationsOf(tx, organisationId, status, page);
}

/** Published cases of a region and those below it, or of everywhere, the latest first. Throws NOT_FOUND for no region. */
export function publishedCases(
  tx: ScopedTransaction,
  regionCode: string | null,
  page: PageArguments,
): Promise<Page<PublishedCase>> {
  return publicCases(tx, regionCode === null ? null : rangeOf(regionCode), page);
}

/** The loader's key for the latest cases of a region. Throws INVALID_INPUT for a number out of 1…100, NOT_FOUND. */
export function casesOfRegionKey(regionCode: string, first: number): RegionCasesKey {
  if (first < 1 || first > 100) {
    throw refuse.invalid('first', { zh: '条数应在 1 到 100 之间', en: 'Ask for between 1 and 100' });
  }
  return { ...rangeOf(regionCode), first };
}

function rangeOf(regionCode: string): { low: string; high: string } {
  const level =
    referenceRegions().levelOf(regionCode) ?? (/^\d{12}$/.test(regionCode) ? levelOfCode(regionCode) : null);
  if (level === null) throw refuse.notFound('regionCode');
  return scopeRange(regionCode, level);
}

const alreadyExists = () =>
  new Refusal(
    'ALREADY_EXISTS',
    {
      zh: '该信访件已有案例，请打开原案例修改',
      en: 'The item has a case already; open and change that one',
    },
    { field: 'caseItemId', httpStatus: 409 },
  );

const alreadyPublished = () =>
  new Refusal(
    'ALREADY_PUBLISHED',
    { zh: '该案例已经公开', en: 'The case is published already' },
    { httpStatus: 409 },
  );

const notPublished = () =>
  new Refusal(
    'NOT_PUBLISHED',
    { zh: '该案例没有公开，无须撤下', en: 'The case is not published; there is nothing to take back' },
    { httpStatus: 409 },
  );
