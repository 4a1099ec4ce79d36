import type { System } from '../support/system';
import type { Caller } from './callers';
import { hangingTables } from './petition-rows';

const DIGEST = `count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS digest`;

/** A digest of every row that a caller must not change, of every table. */
export async function digestBeyond(system: System, who: Caller): Promise<Record<string, string>> {
  return { ...(await outsideRegion(system, who)), ...(await outOfSight(system, who)) };
}

/** By region: every table of directory and poverty alleviation that has one. */
async function outsideRegion(system: System, { range }: Caller): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const service of ['directory', 'poverty-alleviation']) {
    const tables = await system.adminQuery<{ name: string }>(
      service,
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'region_code'
         AND table_name NOT IN ('audit_entry', 'statistic_counter') ORDER BY 1`,
    );
    for (const { name } of tables) {
      digests[`${service}.${name}`] = await digestOf(
        system,
        service,
        `${name} t WHERE NOT (region_code >= $1 AND region_code < $2)`,
        [range.low, range.high],
      );
    }
  }
  return digests;
}

/** By organisation and account: items that the caller does not see, all that hangs on them, and what is another's own. */
async function outOfSight(system: System, who: Caller): Promise<Record<string, string>> {
  const petitions = (from: string) =>
    digestOf(system, 'petitions', from, [who.organisationId, who.accountId]);
  const hidden = (item: string) => `NOT EXISTS (SELECT FROM case_item seen WHERE seen.id = ${item}
    AND ((seen.accused_organisation_id IS DISTINCT FROM $1::uuid AND (seen.organisation_id = $1::uuid
        OR EXISTS (SELECT FROM case_sight s WHERE s.case_item_id = seen.id AND s.organisation_id = $1::uuid)))
      OR seen.account_id = $2::uuid))`;
  const digests: Record<string, string> = {
    'petitions.case_item': await petitions(`case_item t WHERE ${hidden('t.id')}`),
    'petitions.case_sight': await petitions(`case_sight t WHERE ${hidden('t.case_item_id')}`),
    'petitions.case_journal': await petitions(`case_journal t WHERE ${hidden('t.case_item_id')}`),
    'petitions.online_submission': await petitions(
      'online_submission t WHERE t.organisation_id IS DISTINCT FROM $1::uuid AND t.account_id IS DISTINCT FROM $2::uuid',
    ),
    'petitions.public_account': await petitions(
      'public_account t WHERE t.account_id IS DISTINCT FROM $2::uuid AND ($1::uuid IS NULL OR true)',
    ),
  };
  for (const name of await hangingTables(system))
    digests[`petitions.${name}`] = await petitions(
      `${name} t WHERE t.case_item_id IS NOT NULL AND ${hidden('t.case_item_id')}`,
    );
  for (const name of [
    'simple_registration',
    'published_case',
    'organisation',
    'officer_appointment',
    'period',
    'guide_page',
    'city_link',
  ]) {
    const isOwned = ['simple_registration', 'published_case'].includes(name);
    digests[`petitions.${name}`] = await petitions(
      `${name} t WHERE ($2::uuid IS NULL OR true) AND ${isOwned ? 't.organisation_id IS DISTINCT FROM $1::uuid' : '($1::uuid IS NULL OR true)'}`,
    );
  }
  return digests;
}

async function digestOf(
  system: System,
  service: string,
  from: string,
  parameters: unknown[],
): Promise<string> {
  const [row] = await system.adminQuery<{ digest: string }>(
    service,
    `SELECT ${DIGEST} FROM ${from}`,
    parameters,
  );
  return row!.digest;
}
