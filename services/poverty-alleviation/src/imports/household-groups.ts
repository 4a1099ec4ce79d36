import type { ReadRow, SheetFault } from '@junxian/documents';
import { fault, type SheetHousehold } from './household-group.rules';
import { readHouseholdRow, type SheetMember, titleOf } from './household-sheet.rules';

/** Gathers the rows of a sheet into households while they are read: the rows of one household stand together. */
export class HouseholdGroups {
  private readonly ready: SheetHousehold[] = [];
  private readonly seen = new Set<string>();
  private open: { label: string; rows: SheetMember[]; faulty: boolean } | null = null;

  /** `report` takes the faults found on the way. */
  constructor(private readonly report: (fault: SheetFault) => void) {}

  /** How many households are complete and wait to be checked. */
  get waiting(): number {
    return this.ready.length;
  }

  /** Takes the next row; a household with a faulty row is not checked further, for its other faults may only follow from that one. */
  add({ row, faults }: ReadRow): void {
    const label = row.values['place.householdLabel'] ?? '';
    if (this.open === null || this.open.label !== label) {
      this.end();
      this.open = { label, rows: [], faulty: false };
    }
    const { open } = this;
    const read = faults.length > 0 ? { faults } : readHouseholdRow(row);
    if ('row' in read) open.rows.push(read.row);
    else {
      open.faulty = true;
      for (const one of read.faults) this.report(one);
    }
  }

  /** The sheet has ended, or another household begins. */
  end(): void {
    const { open } = this;
    this.open = null;
    if (open === null || open.faulty || open.rows.length === 0) return;
    if (this.seen.has(open.label)) {
      this.report(
        fault(open.rows[0]!, titleOf('place', 'householdLabel'), 'INVALID_INPUT', {
          zh: '同一户的各行应连续排列，请移到一起',
          en: 'stands apart from the other rows of its household; put them together',
        }),
      );
      return;
    }
    // A copy: what was cut out of the file holds on to the piece it was cut out of.
    this.seen.add(Buffer.from(open.label).toString());
    this.ready.push({ label: open.label, villageCode: open.rows[0]!.villageCode, rows: open.rows });
  }

  /** The next households to be checked, at most `count`. */
  take(count: number): SheetHousehold[] {
    return this.ready.splice(0, count);
  }
}
