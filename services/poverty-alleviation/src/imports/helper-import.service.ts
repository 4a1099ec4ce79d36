import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import type { Helpers } from '../assistance/helpers.service';
import type { HelperView } from '../assistance/pairing-views.service';
import { identityKey } from '../households/identity-documents.rules';
import type { PersonalData } from '../personal-data';
import { lockStandingUnits, readStandingHelpers, type StandingUnit } from './assistance-import.store';
import { saysTheSame } from './cell-comparison.rules';
import { HELPER_COLUMNS, type HelperRow, type TeamPlace, teamPlace, unitsNamed } from './helper-sheet.rules';
import type { RecordCounts, SavedCounts } from './import.types';
import { rowFaults } from './sheet-columns.rules';
import {
  FirstRows,
  type RowFaults,
  type RowsChecked,
  type RowTaker,
  refusalOf,
} from './sheet-import.service';
import type { Posting, TeamImport } from './team-import.service';

/** Which column says what the form of a helper calls otherwise; an engaged helper is refused by a change of unit. */
const ALIASES = { unitId: 'unit', id: 'unit' };

/** A helper's row with what it will be compared by. */
interface Read {
  row: HelperRow;
  idNumberIndex: string;
  place: TeamPlace | null;
}

/** A row whose unit is found, with the helper who is on file. */
interface Found extends Read {
  unitId: string;
  before: HelperView | undefined;
}

/** How many rows are saved together. */
const SAVED_AT_ONCE = 500;

/**
 * Imports responsible helpers 帮扶责任人 of units on file (PA-AH-01, PA-AH-02) and puts those who are members of village
 * work teams there: a helper of the region is known by the document and changed where the row says otherwise.
 */
export class HelperImport implements RowTaker<typeof HELPER_COLUMNS> {
  readonly kind = 'HELPERS';
  readonly columns = HELPER_COLUMNS;

  constructor(
    private readonly helpers: Helpers,
    private readonly teams: TeamImport,
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
  ) {}

  async takeOver(
    tx: ScopedTransaction,
    rows: readonly HelperRow[],
    faults: RowFaults,
    checked: RowsChecked,
  ): Promise<RecordCounts[]> {
    await this.regions.hold(tx);
    const counts: SavedCounts = { record: 'HELPER', added: 0, changed: 0, unchanged: 0 };
    const units = await lockStandingUnits(tx, {
      names: rows.map(({ cells }) => cells.unit),
      creditCodes: rows.map(({ cells }) => cells.unit.toUpperCase()),
    });
    const read = this.read(rows, faults);
    const standing = await readStandingHelpers(
      tx,
      read.map(({ idNumberIndex }) => idNumberIndex),
    );
    const posted: Posting[] = [];
    for (let start = 0; start < read.length && !faults.isFull; start += SAVED_AT_ONCE) {
      await checked(start);
      const found = read.slice(start, start + SAVED_AT_ONCE).flatMap((one): Found[] => {
        const unit = theUnit(one.row, units, faults);
        return unit === null ? [] : [{ ...one, unitId: unit.id, before: standing.get(one.idNumberIndex) }];
      });
      posted.push(...(await this.saveAll(tx, found, counts, faults)));
    }
    // A team one of whose rows is at fault may lack its leader only for that.
    return faults.some ? [counts] : [counts, ...(await this.teams.takeOver(tx, posted, faults))];
  }

  /** The rows that may be saved: nobody twice, and those of teams complete. */
  private read(rows: readonly HelperRow[], faults: RowFaults): Read[] {
    const seen = new FirstRows();
    return rows.flatMap((row) => {
      const { idType, idNumber, phone } = row.cells;
      // A row without a document is refused by the form.
      const idNumberIndex = idType === 'NONE' ? '' : this.personal.indexOf(identityKey(idType, idNumber));
      const phoneIndex = this.personal.phoneIndexOf(phone);
      const found = teamPlace(row);
      if ('faults' in found) faults.add(...found.faults);
      const isFirst = [
        firstOf(row, 'idNumber', idNumberIndex, seen, faults),
        firstOf(row, 'phone', phoneIndex, seen, faults),
      ];
      return 'faults' in found || isFirst.includes(false) ? [] : [{ row, idNumberIndex, place: found.place }];
    });
  }

  /** Saves helpers, those who are not on file together; returns the places in teams of those that are saved. */
  private async saveAll(
    tx: ScopedTransaction,
    found: readonly Found[],
    counts: SavedCounts,
    faults: RowFaults,
  ): Promise<Posting[]> {
    const fresh = found.filter(({ before }) => before === undefined);
    const entered = await this.helpers.enterAll(tx, fresh.map(formOf));
    const idOf = new Map<Found, string>();
    for (const [place, one] of fresh.entries()) {
      const id = entered[place]!;
      if (typeof id === 'string') {
        idOf.set(one, id);
        counts.added += 1;
      } else faults.add(...rowFaults(id, one.row.rowNumber, HELPER_COLUMNS, ALIASES));
    }
    for (const one of found) {
      const { before } = one;
      if (before === undefined) continue;
      const refusal = await refusalOf(async () => {
        counts[await this.change(tx, one, before)] += 1;
      });
      if (refusal === null) idOf.set(one, before.id);
      else faults.add(...rowFaults(refusal, one.row.rowNumber, HELPER_COLUMNS, ALIASES));
    }
    return found.flatMap((one) => {
      const { row, unitId, place } = one;
      const helperId = idOf.get(one);
      return helperId === undefined || place === null ? [] : [{ row, helperId, unitId, place }];
    });
  }

  private async change(
    tx: ScopedTransaction,
    found: Found,
    before: HelperView,
  ): Promise<'changed' | 'unchanged'> {
    const { political, education, position, rank, speciality, ...form } = formOf(found);
    const stored = {
      ...before,
      idNumber: this.personal.open(before.idNumberSealed, 'responsible_helper.id_number'),
      phone: this.personal.open(before.phoneSealed, 'responsible_helper.phone'),
    };
    if (saysTheSame({ ...form, political, education, position, rank, speciality }, stored))
      return 'unchanged';
    await this.helpers.save(tx, {
      ...form,
      political: political ?? before.political,
      education: education ?? before.education,
      position: position ?? before.position,
      rank: rank ?? before.rank,
      speciality: speciality ?? before.speciality,
      id: before.id,
      expectedVersion: before.version,
    });
    return 'changed';
  }
}

/** The form that a row fills in. */
function formOf({ row: { cells }, unitId }: Found) {
  const { name, sex, idType, phone, political, education, position, rank, speciality } = cells;
  const idNumber = cells.idNumber.toUpperCase();
  return { unitId, name, sex, idType, idNumber, phone, political, education, position, rank, speciality };
}

/** Whether no earlier row has the same document or phone. */
function firstOf(
  { rowNumber }: HelperRow,
  field: 'idNumber' | 'phone',
  index: string,
  seen: FirstRows,
  faults: RowFaults,
): boolean {
  const earlier = seen.before(rowNumber, index === '' ? [] : [`${field} ${index}`]);
  if (earlier === undefined) return true;
  const text =
    field === 'idNumber'
      ? {
          zh: `与第 ${earlier} 行的证件号码相同，同一人只能填写一次`,
          en: `is the number of row ${earlier} too; a person stands in the sheet once`,
        }
      : {
          zh: `与第 ${earlier} 行的联系电话相同，请填写本人电话`,
          en: `is the phone of row ${earlier} too; enter the person’s own`,
        };
  faults.add({ rowNumber, column: HELPER_COLUMNS[field].title, code: 'DUPLICATE_ID', text });
  return false;
}

/** The one unit that a row names, or null with a fault. */
function theUnit(
  { rowNumber, cells }: HelperRow,
  units: readonly StandingUnit[],
  faults: RowFaults,
): StandingUnit | null {
  const named = unitsNamed(cells, units);
  if (named.length === 1) return named[0]!;
  const column = HELPER_COLUMNS.unit.title;
  faults.add(
    named.length === 0
      ? {
          rowNumber,
          column,
          code: 'NOT_FOUND',
          text: {
            zh: '本辖区没有登记该单位，请核对名称或统一社会信用代码，或先登记单位',
            en: 'is no unit of your region; check the name or credit code, or enter the unit first',
          },
        }
      : {
          rowNumber,
          column,
          code: 'STATE_CONFLICT',
          text: {
            zh: '本辖区有多个同名单位，请填写统一社会信用代码或单位登记辖区代码',
            en: 'is the name of several units; give the credit code, or the region the unit is registered in',
          },
        },
  );
  return null;
}
