import { type CodeRange, levelAtDepth, scopeRange } from '@junxian/administrative-region';
import {
  DEFAULT_LIMITS,
  errorSheet,
  readSheet,
  type SheetFault,
  type SheetFile,
  type SheetLimits,
} from '@junxian/documents';
import type { FieldCipher } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { auditActorOf, recordAudit } from '../audit/audit.service';
import { sealPhone } from './contact-phone';
import {
  findOrganisations,
  insertOrganisations,
  lockTree,
  type NewOrganisation,
  newIds,
  type OrganisationRow,
  organisationColumns,
  regionLevels,
  takenNames,
} from './organisation.store';
import { announceMany, auditImage, type Caller } from './organisation-events';
import {
  checkUnitsTogether,
  readUnitRow,
  UNIT_COLUMNS,
  type UnitDuplicate,
  type UnitRow,
  withoutRepeats,
} from './unit-sheet.rules';

/** One sheet registers the units of a province; more is sent in several. */
export const UNIT_SHEET_LIMITS: SheetLimits = {
  ...DEFAULT_LIMITS,
  maxBytes: 5 * 1024 * 1024,
  maxRows: 10_010,
};

/** What became of a registration sheet. */
export interface UnitImportResult {
  dryRun: boolean;
  /** No fault: the sheet was (or, in a dry run, would be) taken over. */
  accepted: boolean;
  /** Organisations registered, or that would be. */
  created: number;
  /** Organisations a superior had created before, now marked as registered (DI-ORG-02). */
  confirmed: number;
  duplicates: UnitDuplicate[];
  faults: SheetFault[];
  unknownColumns: string[];
  /** The uploaded rows with the reasons beside them, when there are faults. */
  errorSheet: Buffer | null;
}

/**
 * Registers organisations from the batch sheet 批量新增单位表 (DI-ORG-01, DI-ORG-02), all rows or, when a
 * single one is wrong, none. Rows that repeat a seal name, in the sheet or in the country, are reported and
 * not created. Takes the decoded file; with `dryRun` nothing is written. Throws FILE_UNREADABLE and
 * FILE_TOO_LARGE for the file as a whole.
 */
export async function importUnits(
  tx: ScopedTransaction,
  caller: Caller,
  cipher: FieldCipher,
  file: SheetFile,
  dryRun: boolean,
): Promise<UnitImportResult> {
  const reading = await readSheet(file, UNIT_COLUMNS, UNIT_SHEET_LIMITS);
  const faults = [...reading.faults];
  const rows: UnitRow[] = [];
  const faultyRows = new Set(reading.faults.map((fault) => fault.rowNumber));
  for (const row of reading.rows) {
    if (faultyRows.has(row.rowNumber)) continue;
    const read = readUnitRow(row);
    if (Array.isArray(read)) faults.push(...read);
    else rows.push(read);
  }
  const { units, duplicates } = withoutRepeats(rows);
  await lockTree(tx);
  const known = await knownOrganisations(tx, units, caller.clock.today());
  // A faulty row may be the superior of a sound one; its absence must not be reported as a second fault.
  if (faults.length === 0) {
    faults.push(
      ...checkUnitsTogether(units, {
        ...known,
        scope: { low: tx.scope.regionLow, high: tx.scope.regionHigh },
      }),
    );
  }
  const result = { dryRun, duplicates, faults, unknownColumns: reading.unknownColumns };
  if (faults.length > 0) {
    faults.sort((a, b) => (a.rowNumber ?? 0) - (b.rowNumber ?? 0));
    faults.splice(UNIT_SHEET_LIMITS.maxFaults);
    const sheet = await errorSheet(file, faults, UNIT_SHEET_LIMITS);
    return { ...result, accepted: false, created: 0, confirmed: 0, errorSheet: sheet };
  }
  const fresh = units.filter((unit) => !known.taken.has(unit.sealName));
  const confirmable = units.filter((unit) => isConfirmable(unit, known.visible.get(unit.sealName)));
  for (const unit of units) {
    if (known.taken.has(unit.sealName)) {
      duplicates.push({ rowNumber: unit.rowNumber, sealName: unit.sealName, sameAsRow: null });
    }
  }
  duplicates.sort((a, b) => a.rowNumber - b.rowNumber);
  if (!dryRun) {
    await create(tx, caller, cipher, fresh, known.superiors);
    await confirm(
      tx,
      caller,
      confirmable.map((unit) => known.visible.get(unit.sealName)!),
    );
    await auditImport(tx, caller, file.name, fresh.length, confirmable.length, duplicates.length);
  }
  return {
    ...result,
    accepted: true,
    created: fresh.length,
    confirmed: confirmable.length,
    errorSheet: null,
  };
}

interface KnownOrganisations {
  /** Names of the sheet that exist somewhere in the country. */
  taken: Set<string>;
  /** Those of them that the caller sees. */
  visible: Map<string, OrganisationRow>;
  /** Organisations that may be named as superiors: visible ones, and those above the caller's region. */
  superiors: Map<string, { id: string; regionCode: string }>;
  /** Names of the sheet that belong to organisations the caller does not see. */
  hidden: Set<string>;
  regions: Map<string, CodeRange>;
}

async function knownOrganisations(
  tx: ScopedTransaction,
  units: readonly UnitRow[],
  today: string,
): Promise<KnownOrganisations> {
  const names = units.map((unit) => unit.sealName);
  const superiorNames = [...new Set(units.map((unit) => unit.superiorName).filter((name) => name !== null))];
  const rows = await tx.query<OrganisationRow>(
    `SELECT ${organisationColumns()} FROM organisation o WHERE o.seal_name = ANY($1::text[]) AND o.valid_to IS NULL`,
    [[...names, ...superiorNames]],
  );
  const above = await tx.query<{ id: string; seal_name: string; region_code: string; region_level: number }>(
    'SELECT * FROM di_org_02_superiors_above($1, $2)',
    [superiorNames, today],
  );
  const levels = await regionLevels(
    tx,
    [...units.map((unit) => unit.regionCode), ...rows.map((row) => row.regionCode)],
    today,
  );
  for (const row of above) levels.set(row.region_code, levelAtDepth(row.region_level));
  const taken = await takenNames(tx, names);
  const visible = new Map(rows.map((row) => [row.sealName, row]));
  return {
    taken,
    visible,
    hidden: new Set([...taken].filter((name) => !visible.has(name))),
    superiors: new Map([
      ...above.map((row) => [row.seal_name, { id: row.id, regionCode: row.region_code }] as const),
      ...rows.map((row) => [row.sealName, row] as const),
    ]),
    regions: new Map([...levels].map(([code, level]) => [code, scopeRange(code, level)])),
  };
}

function isConfirmable(unit: UnitRow, existing: OrganisationRow | undefined): boolean {
  return existing !== undefined && !existing.registered && existing.regionCode === unit.regionCode;
}

async function create(
  tx: ScopedTransaction,
  caller: Caller,
  cipher: FieldCipher,
  units: readonly UnitRow[],
  superiors: ReadonlyMap<string, { id: string }>,
): Promise<void> {
  if (units.length === 0) return;
  const ids = await newIds(tx, units.length);
  const idOf = new Map(units.map((unit, index) => [unit.sealName, ids[index]!]));
  const rows = units.map(
    ({ rowNumber, superiorName, contactPhone, ...unit }, index): NewOrganisation => ({
      ...unit,
      id: ids[index]!,
      superiorId: superiorName === null ? null : (idOf.get(superiorName) ?? superiors.get(superiorName)!.id),
      contactPhoneSealed: sealPhone(cipher, contactPhone),
      adminPrefix: null,
      registered: true,
      validFrom: caller.clock.today(),
    }),
  );
  await insertOrganisations(tx, rows);
  const stored = rows.map((row) => ({ ...row, convertedToEnterpriseOn: null, validTo: null, version: 1 }));
  await announceMany(tx, 'ORGANISATION_REGISTERED', stored, caller.clock.now());
  for (const row of stored) await auditOne(tx, caller, 'ORGANISATION_REGISTERED', null, row);
}

async function confirm(
  tx: ScopedTransaction,
  caller: Caller,
  organisations: readonly OrganisationRow[],
): Promise<void> {
  if (organisations.length === 0) return;
  const ids = organisations.map((organisation) => organisation.id);
  await tx.query(
    'UPDATE organisation SET registered = true, version = version + 1 WHERE id = ANY($1::uuid[])',
    [ids],
  );
  const confirmed = await findOrganisations(tx, ids);
  await announceMany(tx, 'ORGANISATION_CHANGED', confirmed, caller.clock.now());
  const before = new Map(organisations.map((organisation) => [organisation.id, organisation]));
  for (const row of confirmed) await auditOne(tx, caller, 'ORGANISATION_CHANGED', before.get(row.id)!, row);
}

function auditOne(
  tx: ScopedTransaction,
  caller: Caller,
  action: 'ORGANISATION_REGISTERED' | 'ORGANISATION_CHANGED',
  before: OrganisationRow | null,
  after: OrganisationRow,
): Promise<void> {
  return recordAudit(tx, {
    action,
    targetType: 'organisation',
    targetId: after.id,
    before: before && auditImage(before),
    after: auditImage(after),
    outcome: 'OK',
    actor: auditActorOf(caller),
    at: caller.clock.now(),
  });
}

function auditImport(
  tx: ScopedTransaction,
  caller: Caller,
  fileName: string,
  created: number,
  confirmed: number,
  duplicates: number,
): Promise<void> {
  return recordAudit(tx, {
    action: 'UNITS_IMPORTED',
    targetType: 'organisation',
    targetId: null,
    after: { fileName, created, confirmed, duplicates },
    outcome: 'OK',
    actor: auditActorOf(caller),
    at: caller.clock.now(),
  });
}
