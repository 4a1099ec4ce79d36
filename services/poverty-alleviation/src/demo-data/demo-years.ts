import type { Database } from '@junxian/persistence';
import { type DemoYear, numberAt } from './demo-lives.rules';
import { type DemoStage, householdOf, on } from './demo-stage';

/** The national poverty lines of the earlier years, yuan; the data set of 2017 has its own from the beginning. */
const POVERTY_LINES: readonly (readonly [DemoYear, string])[] = [
  [2015, '2855.00'],
  [2016, '2952.00'],
];

/** Whether the survey years are as they are at the first start, so that a story of three years can be told. */
export async function areYearsUntouched({ tx }: Pick<DemoStage, 'tx'>): Promise<boolean> {
  const [row] = await tx.query<{ untouched: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM household) AND NOT EXISTS (SELECT FROM year_opening)
       AND (SELECT max(year) FILTER (WHERE is_current_cycle) = 2017 AND bool_and(editable) FROM survey_year) AS untouched`,
  );
  return row!.untouched;
}

/** Goes back to the cycle of 2015; the transaction ends in that of 2017 again, so that nobody else ever sees it. */
export async function beginIn2015({ tx }: DemoStage): Promise<void> {
  for (const [year, line] of POVERTY_LINES) {
    await tx.query('UPDATE survey_year SET poverty_line = coalesce(poverty_line, $2) WHERE year = $1', [
      year,
      line,
    ]);
  }
  await tx.query('UPDATE survey_year SET is_current_cycle = false WHERE is_current_cycle');
  await tx.query('UPDATE survey_year SET is_current_cycle = true WHERE year = 2015');
}

/** Opens the next year as its administrator would: the year before is copied, the cycle moves on (PA-YR-07). */
export async function openYear(stage: DemoStage, year: 2016 | 2017): Promise<void> {
  const { tx, services } = stage;
  on(stage, `${year}-01-05`);
  // The data sets of these years are there from the migrations; what they lack is the copy.
  await tx.query(
    `INSERT INTO year_opening (year, source_year, households, started_by, started_at)
     SELECT $1, $2, count(*), $3, $4 FROM household_year_record r JOIN household h ON h.id = r.household_id
     WHERE r.year = $2 AND h.file_status = 'ACTIVE'`,
    [year, year - 1, tx.scope.purpose, stage.clock.now()],
  );
  await services.yearTurn.continueOpening(inOne(stage));
}

/** The one transaction of the demonstration in the place of the transactions of a background work. */
function inOne({ tx }: DemoStage): Pick<Database, 'write'> {
  return { write: (_scope, work) => work(tx) };
}

/**
 * Old data brought persons along who are registered twice (5.7); the services refuse that, so it is written here: in
 * one village, in two counties of the province. Before anything is counted or copied.
 */
export async function repeatNumbers(stage: DemoStage): Promise<void> {
  const pairs = [
    [numberAt(5, 1), numberAt(5, 2)],
    [numberAt(5, 5), numberAt(5, 13)],
  ] as const;
  for (const [kept, repeated] of pairs) {
    await stage.tx.query(
      `WITH kept AS (SELECT * FROM member_year_record WHERE household_id = $1 AND year = 2015 AND relation_to_head = '01'),
         marked AS (UPDATE member_year_record m SET repeats_number = true FROM kept WHERE m.member_id = kept.member_id AND m.year = 2015)
       UPDATE member_year_record m SET repeats_number = true, sex = kept.sex, birth_date = kept.birth_date, id_type = kept.id_type,
         id_number_sealed = kept.id_number_sealed, id_number_index = kept.id_number_index, citizen_id = kept.citizen_id
       FROM kept WHERE m.household_id = $2 AND m.year = 2015 AND m.relation_to_head = '01'`,
      [householdOf(stage, kept), householdOf(stage, repeated)],
    );
  }
}
