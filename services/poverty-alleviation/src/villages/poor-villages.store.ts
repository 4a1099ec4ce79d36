import { expectVersion, type ScopedTransaction } from '@junxian/persistence';
import type { Trace } from '../households/household-files.service';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import { type Fields, optionalWhole, requiredCode, setClause, text } from '../record-fields';
import { VILLAGE_ATTRIBUTE, type VillageAttribute } from '../village-code-lists';
import type { PoorVillageView, VillageRecordView } from './poor-village-views.service';
import { insertColumns } from './rural-records.service';
import { VILLAGE_INDICATORS } from './village-fields.rules';

const PERMANENT = {
  addedYear: optionalWhole,
  delistYear: optionalWhole,
  delistReason: text,
} satisfies Fields;

const ATTRIBUTE = requiredCode(VILLAGE_ATTRIBUTE);

/** What may change of a poor village's permanent row. */
export interface PoorVillageChange {
  attribute?: VillageAttribute;
  addedYear?: number | null;
  delistYear?: number | null;
  delistReason?: string | null;
}

/** Makes the permanent row of a village that becomes poor in a year. */
export async function insertPoorVillage(
  tx: ScopedTransaction,
  { regionCode, regionEpoch, year }: { regionCode: string; regionEpoch: number; year: number | null },
  { actor, now }: Trace,
): Promise<PoorVillageView> {
  const [row] = await tx.query<{ id: string }>(
    ...insertRows(
      'poor_village',
      ['region_code', 'region_epoch', 'village_attribute', 'added_year', ...TRACE_COLUMNS],
      [[regionCode, regionEpoch, ATTRIBUTE.encode('POOR'), year, actor, now, actor, now]],
      'RETURNING id',
    ),
  );
  return {
    id: row!.id,
    regionCode,
    regionEpoch,
    attribute: 'POOR',
    addedYear: year,
    delistYear: null,
    delistReason: null,
    version: 1,
  };
}

/** Changes the permanent row of a poor village, which the caller has locked. */
export async function updatePoorVillage(
  tx: ScopedTransaction,
  id: string,
  { attribute, ...change }: PoorVillageChange,
  by: Trace,
): Promise<void> {
  const fields = { ...PERMANENT, villageAttribute: ATTRIBUTE };
  const given = attribute === undefined ? change : { ...change, villageAttribute: attribute };
  const { assignments, parameters } = setClause(fields, given, by);
  expectVersion(
    await tx.query(
      `UPDATE poor_village SET ${assignments} WHERE id = $${parameters.push(id)} RETURNING id`,
      parameters,
    ),
  );
}

/** Adds the record of a year to a poor village that is locked; it lies where the village lies. */
export async function insertVillageRecord(
  tx: ScopedTransaction,
  { id, regionCode, regionEpoch, attribute }: PoorVillageView,
  year: number,
  given: Readonly<Record<string, unknown>>,
  by: Trace,
): Promise<void> {
  const { columns, values } = insertColumns(VILLAGE_INDICATORS, given, by);
  await tx.query(
    ...insertRows(
      'village_year_record',
      ['poor_village_id', 'year', 'region_code', 'region_epoch', 'village_attribute', ...columns],
      [[id, year, regionCode, regionEpoch, ATTRIBUTE.encode(attribute), ...values]],
    ),
  );
}

/** Changes indicators of a record that is locked, and its attribute if one is given. */
export async function updateVillageRecord(
  tx: ScopedTransaction,
  { id, year }: Pick<VillageRecordView, 'id' | 'year'>,
  given: Readonly<Record<string, unknown>>,
  by: Trace,
  attribute?: VillageAttribute,
): Promise<void> {
  const { assignments, parameters } = setClause(VILLAGE_INDICATORS, given, by);
  const further =
    attribute === undefined ? '' : `, village_attribute = $${parameters.push(ATTRIBUTE.encode(attribute))}`;
  expectVersion(
    await tx.query(
      `UPDATE village_year_record SET ${assignments}${further}
       WHERE poor_village_id = $${parameters.push(id)} AND year = $${parameters.push(year)} RETURNING year`,
      parameters,
    ),
  );
}

/** Lets the year-ends from the delisting of a village on, up to before the one in which it is cancelled, go on showing it (PA-YR-01). */
export async function keepDelisting(
  tx: ScopedTransaction,
  id: string,
  { delistYear, cancelledIn }: { delistYear: number; cancelledIn: number },
): Promise<void> {
  await tx.query(
    'UPDATE village_year_record SET delisted_in = $2 WHERE poor_village_id = $1 AND year >= $2 AND year < $3',
    [id, delistYear, cancelledIn],
  );
}
