import { bureauId, type Places, unitId } from './places';

/** Runs SQL on one connection of a superuser, past row-level security. */
export interface SeedingClient {
  adminQuery<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** A petition bureau in every region down to the counties and a responsible unit in each county, as SQL rows `o`. */
const ORGANISATIONS = `
  SELECT ${bureauId('code')} AS id, '压测信访局' || code AS seal_name, 'BUREAU' AS kind, code AS region_code, level AS region_level,
    ${bureauId('superior')} AS superior_id, depth
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS given(code, level, superior, depth)
  UNION ALL
  SELECT ${unitId('code')}, '压测办理单位' || code, 'DEPARTMENT', code, 'COUNTY', ${bureauId('code')}, 1000000
  FROM unnest($4::text[]) AS county(code)`;

const parametersOf = ({ bureaus, counties }: Places) => [
  bureaus.map(({ code }) => code),
  bureaus.map(({ level }) => level),
  bureaus.map(({ superiorCode }) => superiorCode),
  counties.map(({ code }) => code),
];

/** Puts the organisations into petitions' copy of the tree. */
export async function seedOrganisations(petitions: SeedingClient, places: Places): Promise<void> {
  await petitions.adminQuery(
    `INSERT INTO organisation (id, seal_name, kind, region_code, region_level, superior_id, is_bureau)
     SELECT id, seal_name, kind, region_code, region_level, superior_id, kind = 'BUREAU' FROM (${ORGANISATIONS}) o ON CONFLICT DO NOTHING`,
    parametersOf(places),
  );
  await petitions.adminQuery('ANALYZE organisation');
}

/** Puts the same organisations into the directory, superiors first. */
export async function seedDirectoryOrganisations(directory: SeedingClient, places: Places): Promise<void> {
  await directory.adminQuery(
    `INSERT INTO organisation (id, kind, seal_name, region_code, superior_id, headcount, has_extranet, registered, valid_from)
     SELECT id, kind, seal_name, region_code, superior_id, 10, true, true, '2020-01-01' FROM (${ORGANISATIONS}) o ORDER BY depth ON CONFLICT DO NOTHING`,
    parametersOf(places),
  );
  await directory.adminQuery('ANALYZE organisation');
}
