import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { normaliseCreditCode } from './credit-code.rules';
import { normaliseSealName, type OrganisationKind } from './organisation.rules';
import { type OrganisationRow, organisationColumns, regionRange } from './organisation.store';

export interface OrganisationFilter {
  regionCode?: string | null;
  kind?: OrganisationKind | null;
  superiorId?: string | null;
  nameContains?: string | null;
  unifiedSocialCreditCode?: string | null;
  registered?: boolean | null;
  converted?: boolean | null;
  includeRemoved?: boolean | null;
}

/**
 * One page of the organisations in scope, by region and id. Row-level security keeps the scope; the filter
 * narrows it. Throws REGION_UNKNOWN for a region that is not valid today, INVALID_INPUT for a bad page.
 */
export async function listOrganisations(
  tx: ScopedTransaction,
  filter: OrganisationFilter,
  page: { first: number; after?: string | null },
  today: string,
): Promise<Page<OrganisationRow>> {
  const where: string[] = [];
  const parameters: unknown[] = [];
  const given = (value: unknown) => `$${parameters.push(value)}`;
  if (filter.regionCode) {
    const { low, high } = await regionRange(tx, filter.regionCode, today, 'filter.regionCode');
    where.push(`o.region_code >= ${given(low)} AND o.region_code < ${given(high)}`);
  }
  if (filter.kind) where.push(`o.kind = ${given(filter.kind)}`);
  if (filter.superiorId) {
    where.push(`o.superior_id = ${given(isUuid(filter.superiorId) ? filter.superiorId : null)}::uuid`);
  }
  if (filter.nameContains) {
    where.push(`position(${given(normaliseSealName(filter.nameContains))} IN o.seal_name) > 0`);
  }
  if (filter.unifiedSocialCreditCode) {
    where.push(
      `o.unified_social_credit_code = ${given(normaliseCreditCode(filter.unifiedSocialCreditCode))}`,
    );
  }
  if (typeof filter.registered === 'boolean') where.push(`o.registered = ${given(filter.registered)}`);
  if (typeof filter.converted === 'boolean') {
    const converted = `coalesce(o.converted_to_enterprise_on <= ${given(today)}::date, false)`;
    where.push(filter.converted ? converted : `NOT ${converted}`);
  }
  if (!filter.includeRemoved) where.push('o.valid_to IS NULL');
  return keysetPage<OrganisationRow>(tx, {
    select: organisationColumns(),
    from: 'organisation o',
    where,
    parameters,
    order: [
      { column: 'o.region_code', key: 'regionCode' },
      { column: 'o.id', key: 'id', type: 'uuid' },
    ],
    ...page,
  });
}
