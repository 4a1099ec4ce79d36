import { isWithin } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import type { AssistanceUnits } from '../assistance/units.service';
import type { PersonalData } from '../personal-data';
import { lockStandingUnits, type StandingUnit } from './assistance-import.store';
import { saysTheSame } from './cell-comparison.rules';
import type { RecordCounts, SavedCounts } from './import.types';
import { rowFaults } from './sheet-columns.rules';
import {
  FirstRows,
  type RowFaults,
  type RowsChecked,
  type RowTaker,
  refusalOf,
} from './sheet-import.service';
import { UNIT_COLUMNS, type UnitRow, unitCells, unitsMeant } from './unit-sheet.rules';

/** How many new units are entered by one statement. */
const ENTERED_AT_ONCE = 500;

/** A row of a unit that is not on file. */
interface Fresh {
  row: UnitRow;
  cells: UnitRow['cells'];
}

/**
 * Imports assistance units 帮扶单位 (PA-AU-01): a unit on file is known by its credit code or name in its region and
 * changed where the row says otherwise, what the row leaves empty stays; any other is entered.
 */
export class UnitImport implements RowTaker<typeof UNIT_COLUMNS> {
  readonly kind = 'ASSISTANCE_UNITS';
  readonly columns = UNIT_COLUMNS;

  constructor(
    private readonly units: AssistanceUnits,
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
  ) {}

  async takeOver(
    tx: ScopedTransaction,
    rows: readonly UnitRow[],
    faults: RowFaults,
    checked: RowsChecked,
  ): Promise<RecordCounts[]> {
    await this.regions.hold(tx);
    const counts: SavedCounts = { record: 'ASSISTANCE_UNIT', added: 0, changed: 0, unchanged: 0 };
    const cellsOf = rows.map((row) => ({ row, cells: unitCells(row) }));
    const standing = await lockStandingUnits(tx, {
      names: cellsOf.map(({ cells }) => cells.name),
      creditCodes: cellsOf.flatMap(({ cells }) => cells.creditCode ?? []),
    });
    const seen = new FirstRows();
    const fresh: Fresh[] = [];
    const enterFresh = async () => this.enter(tx, fresh.splice(0), counts, faults);
    for (const [place, { row, cells }] of cellsOf.entries()) {
      await checked(place);
      if (faults.isFull) break;
      if (!isFirst(row, cells, seen, faults) || !isOwn(tx, row, faults)) continue;
      const meant = unitsMeant(cells, standing);
      if (meant.length > 1) {
        faults.add({
          rowNumber: row.rowNumber,
          column: UNIT_COLUMNS.name.title,
          code: 'STATE_CONFLICT',
          text: {
            zh: '该辖区已登记多个同名单位，无法区分；请填写统一社会信用代码，或逐个修改',
            en: 'is the name of several units of this region; give the credit code, or change them one by one',
          },
        });
        continue;
      }
      const [before] = meant;
      if (before === undefined) {
        if (fresh.push({ row, cells }) === ENTERED_AT_ONCE) await enterFresh();
        continue;
      }
      const refusal = await refusalOf(async () => {
        counts[await this.change(tx, cells, before)] += 1;
      });
      if (refusal !== null) faults.add(...rowFaults(refusal, row.rowNumber, UNIT_COLUMNS));
    }
    await enterFresh();
    return [counts];
  }

  private async enter(
    tx: ScopedTransaction,
    fresh: readonly Fresh[],
    counts: SavedCounts,
    faults: RowFaults,
  ): Promise<void> {
    const refused = await this.units.enterAll(
      tx,
      fresh.map(({ cells }) => cells),
    );
    for (const [place, { row }] of fresh.entries()) {
      const refusal = refused[place]!;
      if (refusal === null) counts.added += 1;
      else faults.add(...rowFaults(refusal, row.rowNumber, UNIT_COLUMNS));
    }
  }

  private async change(
    tx: ScopedTransaction,
    cells: UnitRow['cells'],
    before: StandingUnit,
  ): Promise<'changed' | 'unchanged'> {
    const phone = this.personal.open(before.phoneSealed, 'assistance_unit.phone');
    if (saysTheSame(cells, { ...before, phone })) return 'unchanged';
    const { creditCode, address, leader, id, version } = before;
    await this.units.save(tx, { creditCode, address, leader, ...cells, id, expectedVersion: version });
    return 'changed';
  }
}

/** Whether no earlier row speaks of the same unit. */
function isFirst(
  { rowNumber }: UnitRow,
  { regionCode, name, creditCode }: UnitRow['cells'],
  seen: FirstRows,
  faults: RowFaults,
): boolean {
  const keys = [`name ${regionCode} ${name}`, ...(creditCode ? [`code ${regionCode} ${creditCode}`] : [])];
  const earlier = seen.before(rowNumber, keys);
  if (earlier === undefined) return true;
  faults.add({
    rowNumber,
    column: UNIT_COLUMNS.name.title,
    code: 'INVALID_INPUT',
    text: {
      zh: `与第 ${earlier} 行是同一单位，请删去一行`,
      en: `is the unit of row ${earlier} too; take one out`,
    },
  });
  return false;
}

/** Whether a row's region is the officer's to write. */
function isOwn(tx: ScopedTransaction, { rowNumber, cells }: UnitRow, faults: RowFaults): boolean {
  if (isWithin(cells.regionCode, { low: tx.scope.regionLow, high: tx.scope.regionHigh })) return true;
  faults.add({
    rowNumber,
    column: UNIT_COLUMNS.regionCode.title,
    code: 'OUT_OF_REGION',
    text: {
      zh: '不在您的辖区内，请填写本辖区的区划代码',
      en: 'is no region of your area; enter one inside it',
    },
  });
  return false;
}
