/**
 * What counts where: for each kind of source row the cells it counts in. A cell is named once, here; the ledger that
 * counters are summed from, and the drill-down of a figure, both follow from it.
 */

/** Cells of one kind of row; conditions and expressions are SQL over the row's facts `f`. */
export interface CellRule {
  /** Name of the cell, or its beginning where `by` or `each` completes it. */
  cell: string;
  /** When a row counts in it. */
  when: string;
  /** What it adds besides being one row: persons, money. 1 unless given. */
  amount?: string;
  /** A code of the row completes the name: one cell for each value. */
  by?: string;
  /** Several codes of the row do: it counts in the cell of each. */
  each?: string;
}

/** Cells of a household's year; facts in households.facts.ts. Amounts are persons. */
export const HOUSEHOLD_CELLS: readonly CellRule[] = persons([
  { cell: 'status', when: 'f.active', by: 'f.poverty_status' },
  { cell: 'poor', when: 'f.poor' },
  { cell: 'poor.attribute', when: 'f.poor', by: 'f.household_attribute' },
  { cell: 'poor.standard', when: 'f.poor', by: 'f.identification_standard' },
  { cell: 'new', when: 'f.active AND f.identified_year = f.year' },
  {
    cell: 'new.attribute',
    when: 'f.active AND f.identified_year = f.year',
    by: 'f.household_attribute',
  },
  { cell: 'new.cause', when: 'f.active AND f.identified_year = f.year', by: 'f.main_cause' },
  { cell: 'returned', when: `f.active AND f.poverty_status = '3' AND f.return_year = f.year` },
  {
    cell: 'returned.reason',
    when: `f.active AND f.poverty_status = '3' AND f.return_year = f.year`,
    by: `coalesce(f.return_reason, '99')`,
  },
  { cell: 'exited', when: 'f.exited' },
  { cell: 'exited.attribute', when: 'f.exited', by: 'f.household_attribute' },
  { cell: 'natural.affected', when: 'f.gained + f.lost > 0' },
  // 1.2.1.6: natural changes are transfers, additions and reductions. What a rolled-back split leaves was never a household
  // that ceased to be, and one whose duplicates were deleted (8.9) never was one.
  {
    cell: 'natural.closed',
    when: `f.file_status = 'CLOSED' AND f.closed_year = f.year AND coalesce(f.close_reason, '') NOT IN ('ROLLBACK', 'DUPLICATES_DELETED')`,
  },
  { cell: 'natural.split', when: 'f.split_off' },
  { cell: 'relocation', when: 'f.relocates' },
  { cell: 'relocation.mode', when: 'f.relocates AND f.mode IS NOT NULL', by: 'f.mode' },
  { cell: 'relocation.concentrated', when: `f.relocates AND f.resettlement LIKE '1%'` },
  { cell: 'relocation.dispersed', when: `f.relocates AND f.resettlement LIKE '2%'` },
  { cell: 'relocation.difficulty', when: 'f.relocates AND f.difficulty IS NOT NULL', by: 'f.difficulty' },
  {
    cell: 'relocation.way',
    when: 'f.relocates',
    by: `coalesce(f.mode, '-') || '.' || coalesce(f.resettlement, '-')`,
  },
  { cell: 'moved.concentrated', when: `f.moved AND f.resettlement LIKE '1%'` },
  { cell: 'moved.resettlement', when: 'f.moved AND f.resettlement IS NOT NULL', by: 'f.resettlement' },
  { cell: 'movedExited', when: 'f.moved AND f.exited' },
  { cell: 'movedExited.support', when: 'f.moved AND f.exited', each: 'f.follow_up_support' },
  { cell: 'inPoorVillage', when: 'f.poor AND f.village_poor' },
  { cell: 'inDelistedVillage', when: 'f.poor AND f.village_delisted' },
  // 6.9: what a household adds to the poor of the year before, so that opening and flows always give the closing.
  { cell: 'net.opening', when: 'f.opening <> 0 AND NOT f.elsewhere', amount: 'f.opening' },
  { cell: 'net.new', when: 'f.residual > 0 AND NOT f.comes_back', amount: 'f.residual' },
  { cell: 'net.returned', when: 'f.residual > 0 AND f.comes_back', amount: 'f.residual' },
  {
    cell: 'net.increase',
    when: 'f.increase + CASE WHEN f.elsewhere THEN f.opening ELSE 0 END > 0',
    amount: 'f.increase + CASE WHEN f.elsewhere THEN f.opening ELSE 0 END',
  },
  { cell: 'net.exited', when: 'f.leaving > 0', amount: 'f.leaving' },
  { cell: 'net.decrease', when: 'f.decrease > 0', amount: 'f.decrease' },
  { cell: 'net.cleared', when: 'f.residual < 0', amount: '-f.residual' },
  { cell: 'net.closing', when: 'f.closing > 0', amount: 'f.closing' },
]);

/** Cells of a household in the village where it stood a year ago, if it stands elsewhere now (8.7). */
export const LEFT_VILLAGE_CELLS: readonly CellRule[] = [
  { cell: 'net.opening', when: 'f.elsewhere', amount: 'f.opening' },
  { cell: 'net.decrease', when: 'f.elsewhere', amount: 'f.opening' },
];

/** Cells of one member's natural change in one household; each row is a person. */
export const CHANGE_CELLS: readonly CellRule[] = [
  { cell: 'natural.added', when: `f.kind = 'ADD'` },
  { cell: 'natural.added.reason', when: `f.kind = 'ADD'`, by: 'f.reason' },
  { cell: 'natural.reduced', when: `f.kind = 'REDUCE'` },
  { cell: 'natural.reduced.reason', when: `f.kind = 'REDUCE'`, by: 'f.reason' },
  { cell: 'natural.in', when: `f.kind = 'TRANSFER' AND f.direction = 'IN'` },
  { cell: 'natural.out', when: `f.kind = 'TRANSFER' AND f.direction = 'OUT'` },
];

/** Cells of a village's year; amounts are its registered population, the base of the incidence. */
export const VILLAGE_CELLS: readonly CellRule[] = [
  { cell: 'village', when: 'true' },
  { cell: 'village.poor', when: 'f.poor' },
  { cell: 'village.undelisted', when: 'f.poor AND NOT f.delisted' },
  { cell: 'village.delisted', when: 'f.poor AND f.delisted' },
  { cell: 'village.delistedIn', when: 'f.poor AND f.delisted', by: 'f.delist_year::text' },
].map((rule) => ({ ...rule, amount: 'coalesce(f.total_population, 0)' }));

/** Cells of villages whose population is not known: an incidence over them would be wrong. */
export const UNCOUNTED_VILLAGE_CELLS: readonly CellRule[] = [
  { cell: 'village.poor.uncounted', when: 'f.poor AND f.total_population IS NULL' },
  { cell: 'village.delisted.uncounted', when: 'f.poor AND f.delisted AND f.total_population IS NULL' },
];

/** Cells of a county's year. */
export const COUNTY_CELLS: readonly CellRule[] = [
  {
    cell: 'county.population',
    when: 'f.agricultural_population IS NOT NULL',
    amount: 'f.agricultural_population',
  },
];

/** Cells of a relocation project that was approved (6.8.2). */
export const RELOCATION_PROJECT_CELLS: readonly CellRule[] = [
  { cell: 'relocationProject', when: 'true', amount: 'f.budget' },
  { cell: 'relocationProject.spent', when: 'f.spent > 0', amount: 'f.spent' },
  {
    cell: 'relocationProject.plannedHouseholds',
    when: 'f.planned_households > 0',
    amount: 'f.planned_households',
  },
  { cell: 'relocationProject.plannedPersons', when: 'f.planned_persons > 0', amount: 'f.planned_persons' },
  { cell: 'relocationProject.movedHouseholds', when: 'f.moved_households > 0', amount: 'f.moved_households' },
  { cell: 'relocationProject.movedPersons', when: 'f.moved_persons > 0', amount: 'f.moved_persons' },
  { cell: 'relocationProject.area', when: 'f.area > 0', amount: 'f.area' },
  { cell: 'relocationProject.completed', when: `f.stage = 'COMPLETED'` },
];

/**
 * Cells of a line of a special fund's allocation (6.11.3). What a region passes on counts where it went and no longer
 * where it came from, hence the sign.
 */
export const FUND_LINE_CELLS: readonly CellRule[] = [
  { cell: 'fund.allocated', when: 'f.amount > 0', amount: 'f.sign * f.amount' },
  { cell: 'fund.allocated.tier', when: 'f.amount > 0', by: 'f.tier', amount: 'f.sign * f.amount' },
  { cell: 'fund.allocated.type', when: 'f.amount > 0', by: 'f.fund_type', amount: 'f.sign * f.amount' },
  { cell: 'fund.arrived', when: 'f.arrived > 0', amount: 'f.sign * f.arrived' },
  { cell: 'fund.arrived.tier', when: 'f.arrived > 0', by: 'f.tier', amount: 'f.sign * f.arrived' },
  { cell: 'fund.arrived.type', when: 'f.arrived > 0', by: 'f.fund_type', amount: 'f.sign * f.arrived' },
];

/** Cells of money arranged for a project; which tier it came from is not known any more. */
export const FUND_ARRANGEMENT_CELLS: readonly CellRule[] = [
  { cell: 'fund.arranged', when: 'true', amount: 'f.amount' },
  { cell: 'fund.arranged.type', when: 'true', by: 'f.fund_type', amount: 'f.amount' },
  { cell: 'fund.spent', when: 'f.spent > 0', amount: 'f.spent' },
  { cell: 'fund.spent.type', when: 'f.spent > 0', by: 'f.fund_type', amount: 'f.spent' },
];

/** Cells of what a closed year left over. */
export const FUND_CARRY_IN_CELLS: readonly CellRule[] = [
  { cell: 'fund.carried', when: 'true', amount: 'f.amount' },
  { cell: 'fund.carried.type', when: 'true', by: 'f.fund_type', amount: 'f.amount' },
];

const INTEGRATED_GROUPS = [
  { group: '', by: undefined },
  { group: '.tier', by: 'f.tier' },
  { group: '.programme', by: 'f.programme' },
  { group: '.direction', by: 'f.direction' },
];

/** Cells of a line of integrated agricultural funds (6.11.1, 6.11.2). */
export const INTEGRATED_LINE_CELLS: readonly CellRule[] = INTEGRATED_GROUPS.flatMap(({ group, by }) =>
  ['planned', 'integrated', 'spent'].map((measure) => ({
    cell: `integrated.${measure}${group}`,
    when: `f.${measure} > 0`,
    amount: `f.${measure}`,
    ...(by === undefined ? {} : { by }),
  })),
);

/** Cells of an ID number that several members share (6.10); the amount is how many. */
export const DUPLICATE_NUMBER_CELLS: readonly CellRule[] = [
  { cell: 'duplicate.number', when: 'true', amount: 'f.persons' },
  { cell: 'duplicate.number.class', when: 'true', by: 'f.class', amount: 'f.persons' },
];

/** Cells of a member whose ID number others have too. */
export const DUPLICATE_PERSON_CELLS: readonly CellRule[] = [
  { cell: 'duplicate.person', when: 'true' },
  { cell: 'duplicate.person.class', when: 'true', by: 'f.class' },
];

function persons(rules: readonly CellRule[]): CellRule[] {
  return rules.map((rule) => ({ amount: 'f.persons', ...rule }));
}

/** SQL of the two parallel arrays of a row: the names of its cells, and its amounts in them. */
export function cellArrays(rules: readonly CellRule[]): { cells: string; amounts: string } {
  const single = rules.filter(({ each }) => each === undefined);
  const several = rules.filter(({ each }) => each !== undefined);
  const name = ({ cell, by }: CellRule) => (by === undefined ? `'${cell}'` : `'${cell}.' || ${by}`);
  const amount = ({ amount: value = '1' }: CellRule) => `(${value})::numeric`;
  const cells = single.map((rule) => `CASE WHEN ${rule.when} THEN ${name(rule)} END`);
  const amounts = single.map((rule) => `CASE WHEN ${rule.when} THEN ${amount(rule)} END`);
  return {
    cells: [
      `array_remove(ARRAY[${cells.join(', ')}]::text[], NULL)`,
      ...several.map(
        ({ cell, when, each }) =>
          `CASE WHEN ${when} THEN ARRAY(SELECT DISTINCT '${cell}.' || code FROM unnest(${each}) AS code) ELSE '{}' END`,
      ),
    ].join(' || '),
    amounts: [
      `array_remove(ARRAY[${amounts.join(', ')}]::numeric[], NULL)`,
      ...several.map(
        (rule) =>
          `CASE WHEN ${rule.when} THEN array_fill(${amount(rule)}, ARRAY[(SELECT count(DISTINCT code)::int FROM unnest(${rule.each}) AS code)]) ELSE '{}' END`,
      ),
    ].join(' || '),
  };
}
