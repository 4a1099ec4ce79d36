/**
 * SQL: the status of the file `h` at the end of the year of its record `r`. A household that was closed later was still
 * on file then; one that nobody was left of in an earlier year (8.9) is closed in that year's record only and lives on.
 */
export const FILE_STATUS_IN_YEAR = `(CASE WHEN r.closure_year <= r.year THEN 'CLOSED' WHEN h.closed_year > r.year THEN 'ACTIVE' ELSE h.file_status END)`;
