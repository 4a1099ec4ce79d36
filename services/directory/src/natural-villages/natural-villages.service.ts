import {
  isNaturalVillageCode,
  isRegionCode,
  isWithin,
  villageOfNaturalVillage,
} from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { NaturalVillageDeleted, recordEvents } from '@junxian/messaging';
import { expectVersion, isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import { type AuditActor, recordAudit } from '../audit/audit.service';
import { regionAt } from '../regions/regions.service';
import { naturalVillageName, nextCode } from './natural-village.rules';

export interface NaturalVillageRow {
  code: string;
  villageCode: string;
  name: string;
  validFrom: string;
  validTo: string | null;
  version: number;
}

export interface RegistryContext {
  actor: AuditActor;
  clock: Clock;
}

const COLUMNS = `n.code, n.village_code AS "villageCode", n.name, n.valid_from::text AS "validFrom",
  n.valid_to::text AS "validTo", n.version`;
const MAX_REMOVED_AT_ONCE = 99;

/** The natural villages that exist in administrative villages, in order of code (DI-REG-11). */
export function naturalVillagesOf(
  tx: ScopedTransaction,
  villageCodes: readonly string[],
): Promise<NaturalVillageRow[]> {
  return tx.query<NaturalVillageRow>(
    `SELECT ${COLUMNS} FROM natural_village n
     WHERE n.village_code = ANY($1::text[]) AND n.valid_to IS NULL ORDER BY n.code`,
    [villageCodes],
  );
}

/** Natural villages by code, removed ones included, so that old records keep their names. */
export function naturalVillagesByCode(
  tx: ScopedTransaction,
  codes: readonly string[],
): Promise<NaturalVillageRow[]> {
  return tx.query<NaturalVillageRow>(
    `SELECT ${COLUMNS} FROM natural_village n WHERE n.code = ANY($1::text[])`,
    [codes],
  );
}

/**
 * Registers a natural village under an administrative village of the caller's area (DI-REG-11); it gets
 * the next serial, one that was never used there. Throws OUT_OF_REGION, UNKNOWN_REGION, NOT_A_VILLAGE,
 * NATURAL_VILLAGE_EXISTS, NO_SERIAL_LEFT, INVALID_INPUT.
 */
export async function registerNaturalVillage(
  tx: ScopedTransaction,
  input: { villageCode: string; name: string },
  { actor, clock }: RegistryContext,
): Promise<NaturalVillageRow> {
  const name = naturalVillageName(input.name);
  await checkVillage(tx, input.villageCode, clock.today());
  await lockVillages(tx, [input.villageCode]);
  const [highest] = await tx.query<{ serial: number }>(
    `SELECT coalesce(max(right(code, 2)::int), 0) AS serial FROM natural_village WHERE village_code = $1`,
    [input.villageCode],
  );
  const row = await refusingDoubleName(async () => {
    const [inserted] = await tx.query<NaturalVillageRow>(
      `INSERT INTO natural_village AS n (code, village_code, name, valid_from) VALUES ($1, $2, $3, $4)
       RETURNING ${COLUMNS}`,
      [nextCode(input.villageCode, highest!.serial), input.villageCode, name, clock.today()],
    );
    return inserted!;
  });
  await audit(tx, 'NATURAL_VILLAGE_REGISTERED', row, null, { actor, clock });
  return row;
}

/** Gives a natural village another name (DI-REG-11). Throws as registering does, NOT_FOUND, STALE_VERSION. */
export async function renameNaturalVillage(
  tx: ScopedTransaction,
  input: { code: string; name: string; expectedVersion: number },
  { actor, clock }: RegistryContext,
): Promise<NaturalVillageRow> {
  const name = naturalVillageName(input.name);
  const [before] = await existing(tx, [input.code]);
  const after = await refusingDoubleName(async () =>
    expectVersion(
      await tx.query<NaturalVillageRow>(
        `UPDATE natural_village n SET name = $3, version = version + 1
         WHERE n.code = $1 AND n.version = $2 AND n.valid_to IS NULL RETURNING ${COLUMNS}`,
        [input.code, input.expectedVersion, name],
      ),
    ),
  );
  await audit(tx, 'NATURAL_VILLAGE_CHANGED', after, before!, { actor, clock });
  return after;
}

/**
 * Removes natural villages, for all years, once the caller confirms (DI-REG-12); other services learn of
 * it by natural-village.deleted. All or none. Returns the codes removed. Throws CONFIRMATION_REQUIRED,
 * NOT_FOUND, OUT_OF_REGION, INVALID_INPUT.
 */
export async function removeNaturalVillages(
  tx: ScopedTransaction,
  input: { codes: readonly string[]; confirm: boolean },
  { actor, clock }: RegistryContext,
): Promise<string[]> {
  const codes = [...new Set(input.codes)].sort();
  if (codes.length === 0 || codes.length > MAX_REMOVED_AT_ONCE) {
    throw refuse.invalid('codes', {
      zh: `请选择 1 到 ${MAX_REMOVED_AT_ONCE} 个自然村`,
      en: `Choose 1 to ${MAX_REMOVED_AT_ONCE} natural villages`,
    });
  }
  await lockVillages(tx, [...new Set(codes.map(villageOfNaturalVillage))]);
  const before = await existing(tx, codes);
  if (!input.confirm) throw confirmationRequired(before.length);
  const at = clock.now();
  await tx.query(
    `UPDATE natural_village SET valid_to = greatest($2::date, valid_from), removed_by = $3, version = version + 1
     WHERE code = ANY($1::text[])`,
    [codes, clock.today(), actor.accountId],
  );
  await recordEvents(
    tx,
    NaturalVillageDeleted,
    before.map(({ code, villageCode }) => ({
      aggregateId: code,
      regionCode: villageCode,
      data: { code, villageCode },
      occurredAt: at,
    })),
  );
  for (const village of before) await audit(tx, 'NATURAL_VILLAGE_REMOVED', null, village, { actor, clock });
  return codes;
}

/** The natural villages under codes, every one of them existing and in the caller's area. */
async function existing(tx: ScopedTransaction, codes: readonly string[]): Promise<NaturalVillageRow[]> {
  if (!codes.every(isNaturalVillageCode)) codes.forEach(villageOfNaturalVillage);
  const area = { low: tx.scope.regionLow, high: tx.scope.regionHigh };
  if (!codes.every((code) => isWithin(code, area))) throw refuse.outOfRegion('codes');
  const rows = await tx.query<NaturalVillageRow>(
    `SELECT ${COLUMNS} FROM natural_village n WHERE n.code = ANY($1::text[]) AND n.valid_to IS NULL
     ORDER BY n.code FOR UPDATE`,
    [codes],
  );
  if (rows.length < codes.length) throw refuse.notFound('codes');
  return rows;
}

async function checkVillage(tx: ScopedTransaction, villageCode: string, today: string): Promise<void> {
  if (!isWithin(villageCode, { low: tx.scope.regionLow, high: tx.scope.regionHigh })) {
    throw refuse.outOfRegion('villageCode');
  }
  const village = isRegionCode(villageCode) ? await regionAt(tx, villageCode, today) : null;
  if (village === null) throw refuse.notFound('villageCode');
  if (village.level !== 'VILLAGE') {
    throw new Refusal(
      'NOT_A_VILLAGE',
      {
        zh: '自然村只能登记在行政村（居委会）之下，请选择村级区划',
        en: 'A natural village is registered under an administrative village; choose one',
      },
      { field: 'villageCode' },
    );
  }
}

/** One at a time hands out serials of a village; a change of regions takes the rows themselves. */
async function lockVillages(tx: ScopedTransaction, villageCodes: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('junxian.directory.natural-village.' || code, 0))
     FROM (SELECT unnest($1::text[]) AS code ORDER BY 1) AS villages`,
    [[...villageCodes].sort()],
  );
}

async function refusingDoubleName<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error, 'natural_village_name_once')) throw error;
    throw new Refusal(
      'NATURAL_VILLAGE_EXISTS',
      {
        zh: '该行政村已有同名自然村，请核对或换一个名称',
        en: 'The village has a natural village of this name; check it or choose another name',
      },
      { field: 'name', httpStatus: 409 },
    );
  }
}

function confirmationRequired(count: number): Refusal {
  return new Refusal(
    'CONFIRMATION_REQUIRED',
    {
      zh: `将删除 ${count} 个自然村，所有年度的数据均受影响。请确认后重新提交`,
      en: `This removes ${count} natural village(s) for all years; confirm it and submit again`,
    },
    { field: 'confirm', details: { count } },
  );
}

function audit(
  tx: ScopedTransaction,
  action: 'NATURAL_VILLAGE_REGISTERED' | 'NATURAL_VILLAGE_CHANGED' | 'NATURAL_VILLAGE_REMOVED',
  after: NaturalVillageRow | null,
  before: NaturalVillageRow | null,
  { actor, clock }: RegistryContext,
): Promise<void> {
  return recordAudit(tx, {
    action,
    targetType: 'natural-village',
    targetId: (after ?? before)!.code,
    before,
    after,
    outcome: 'OK',
    actor,
    at: clock.now(),
  });
}
