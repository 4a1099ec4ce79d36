// What the seeded items contribute to the reports, by the definitions of contributions.rules.ts; the benchmark recounts a sample and compares.

const PERSONS = `CASE channel WHEN 'VISIT' THEN visitors ELSE coalesce(signers, 1) END`;
const bit = (condition: string) => `(${condition})::int`;
const CHANNELS = [bit(`channel = 'ONLINE'`), bit(`channel = 'LETTER'`), bit(`channel = 'VISIT'`)];
const FIRST = bit('NOT further');
const ENDED_ON = `(completed_at AT TIME ZONE 'Asia/Shanghai')::date`;

/** One kind of contribution: report, key, figures; of the registering organisation on the day of registration. */
const registered = (report: string, key: string, figures: readonly string[]) =>
  row({
    report,
    key,
    day: 'day',
    organisation: 'organisation_id',
    region: 'region_code',
    rollUp: 'true',
    figures,
    where: 'true',
  });

/** One kind of contribution of the unit: for its region and those above, and by the unit's name. */
const ofUnit = (report: string, day: string, figures: readonly string[], where: string) =>
  [
    { key: `''`, rollUp: 'true' },
    { key: 'handler_id::text', rollUp: 'false' },
  ].map(({ key, rollUp }) =>
    row({ report, key, day, organisation: 'handler_id', region: 'handler_region', rollUp, figures, where }),
  );

const record = (mode: string, days: string, by: string, region: string, where: string) =>
  row({
    report: 'NR-9',
    key: mode,
    day: `day + ${days}`,
    organisation: by,
    region,
    rollUp: 'true',
    figures: ['1'],
    where,
  });

interface Row {
  report: string;
  key: string;
  day: string;
  organisation: string;
  region: string;
  rollUp: string;
  figures: readonly string[];
  where: string;
}

function row({ report, key, day, organisation, region, rollUp, figures, where }: Row): string {
  const padded = Array.from({ length: 10 }, (_, index) => figures[index] ?? '0');
  return `SELECT id, '${report}', ${region}, ${day}, ${key}, ${rollUp}, ${organisation}, ${padded.join(', ')} FROM seed WHERE ${where}`;
}

const SELECTS = [
  registered('NR-1', `''`, [
    '1',
    PERSONS,
    ...CHANNELS,
    `coalesce(visitors, 0)`,
    `coalesce(${bit('visitors >= 5')}, 0)`,
    FIRST,
    bit('completed'),
  ]),
  registered('NR-2', 'channel', ['1', FIRST, bit('completed')]),
  registered('NR-3', 'purpose', ['1', ...CHANNELS]),
  registered('NR-4', 'category', ['1', ...CHANNELS, FIRST]),
  // Decided three days after receipt, or four: always in time; what is not decided yet is not due before.
  ...ofUnit(
    'NR-6',
    'day + 17',
    ['1', bit('accepted OR completed'), '0', bit('NOT (accepted OR completed)')],
    'routed',
  ),
  ...ofUnit('NR-7', 'day + 65', ['1', bit('completed'), '0', bit('NOT completed')], 'accepted'),
  ...ofUnit(
    'NR-8',
    ENDED_ON,
    ['1'],
    `completed AND ending <> 'ARCHIVED' AND NOT further AND NOT anonymous AND purpose = 'SEEK_SOLUTION'`,
  ),
  record('route', '2', 'organisation_id', 'region_code', 'routed'),
  record(`'INFORM_ACCEPT'`, '5', 'handler_id', 'handler_region', 'accepted'),
  record(`'HANDLE_SELF'`, '6', 'handler_id', 'handler_region', 'accepted'),
  record(`'SERVE_OPINION'`, '40', 'handler_id', 'handler_region', `completed AND ending = 'REPLIED'`),
  record(
    `CASE ending WHEN 'ARCHIVED' THEN 'ARCHIVE' ELSE ending END`,
    '6',
    'handler_id',
    'handler_region',
    `completed AND ending <> 'REPLIED'`,
  ),
];

const N = Array.from({ length: 10 }, (_, index) => `n${index + 1}`);

export const SEEDED_CONTRIBUTIONS = `
  INSERT INTO statistic_contribution (subject_id, report, region_code, day, key, roll_up, organisation_id, ${N.join(', ')})
  ${SELECTS.join('\n  UNION ALL ')}`;

/** Depth of the regions that own contributions at the most: counties. */
const DEEPEST = 3;
const DEPTHS = Array.from({ length: DEEPEST + 1 }, (_, index) => DEEPEST - index);

/**
 * The counters of some reports: sums by region and day, and each depth of regions the sum of the one below it where figures roll up. Only the first
 * `count` figures are added up: adding zeros is most of the work.
 */
function counters(reports: string, count: number): string {
  const figures = N.slice(0, count).join(', ');
  const sums = N.slice(0, count)
    .map((n) => `sum(${n})::int AS ${n}`)
    .join(', ');
  const atDepth = (depth: number) => `
    depth_${depth} AS MATERIALIZED (
      SELECT report, region_code, day, key, ${sums} FROM (
        SELECT report, region_code, day, key, ${figures} FROM own WHERE roll_up AND depth = ${depth}
        ${depth === DEEPEST ? '' : `UNION ALL SELECT b.report, p.parent, b.day, b.key, ${figures} FROM depth_${depth + 1} b JOIN seed_region p ON p.code = b.region_code`}
      ) AS part GROUP BY report, region_code, day, key)`;
  return `
    WITH own AS MATERIALIZED (
      SELECT report, region_code, depth, day, key, roll_up, ${sums}
      FROM statistic_contribution JOIN seed_region ON code = region_code WHERE ${reports}
      GROUP BY report, region_code, depth, day, key, roll_up),
    ${DEPTHS.map(atDepth).join(',')}
    INSERT INTO statistic_counter (report, region_code, parent_code, span, day, key, ${figures})
    SELECT report, region_code, parent, 'DAY', day, key, ${figures} FROM (
      SELECT report, region_code, day, key, ${figures} FROM own WHERE NOT roll_up
      ${DEPTHS.map((depth) => `UNION ALL SELECT * FROM depth_${depth}`).join('\n      ')}) AS counter
    JOIN seed_region ON code = region_code`;
}

const MONTHS = `
  INSERT INTO statistic_counter (report, region_code, parent_code, span, day, key, ${N.join(', ')})
  SELECT report, region_code, parent_code, 'MONTH', date_trunc('month', day), key, ${N.map((n) => `sum(${n})`).join(', ')}
  FROM statistic_counter WHERE span = 'DAY' GROUP BY report, region_code, parent_code, date_trunc('month', day), key`;

/** The counters that are the sums of the contributions, in order: the days in two statements, then the months. */
export const SEEDED_COUNTERS = [counters(`report = 'NR-1'`, 10), counters(`report <> 'NR-1'`, 5), MONTHS];
