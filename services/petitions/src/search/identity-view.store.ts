import { isWorking, type Viewer } from '../cases/petitioner-view.rules';

/**
 * SQL of `identityView` for the item aliased `c` and an officer, so that a search never finds an item by a name its viewer may not know: a list that can be
 * searched by a hidden name tells it. Takes how a value becomes a placeholder; returns an expression of 'FULL', 'PARTIAL', 'ANONYMOUS' or
 * 'NONE'. A test compares it with the rule over all combinations.
 */
export function identityViewSql(viewer: Viewer, placeholder: (value: unknown) => string): string {
  const organisation = `${placeholder(viewer.organisationId)}::uuid`;
  const account = `${placeholder(viewer.accountId)}::uuid`;
  const works = isWorking(viewer) ? 'true' : 'false';
  return `CASE
    WHEN coalesce(c.accused_organisation_id = ${organisation}, false) OR coalesce(c.accused_account_id = ${account}, false) THEN 'NONE'
    WHEN c.anonymous THEN 'ANONYMOUS'
    WHEN c.purpose = 'ACCUSATION' OR c.confidential THEN
      CASE WHEN ${works} AND c.custodian_organisation_id = ${organisation} AND (c.responsible_organisation_id IS DISTINCT FROM ${organisation}
        OR c.organisation_id = ${organisation} OR c.need_to_know) THEN 'FULL' ELSE 'NONE' END
    WHEN ${works} AND (${organisation} IN (c.organisation_id, c.custodian_organisation_id)
      OR coalesce(c.responsible_organisation_id = ${organisation}, false)) THEN 'FULL'
    ELSE 'PARTIAL' END`;
}
