import { ancestorsByCode } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import type { Organisation } from '../cases/case.types';
import { forbiddenDestination } from './routing.rules';

type Placed = Pick<Organisation, 'id' | 'regionCode'>;

/**
 * Checks who is to go on with an item that a bureau takes over 移交: the bureau itself, or an organisation of its region or below, since whoever took
 * up the duties of the one that was removed need not stand on the path of the problem region. `forbidden` are the organisations of the accused.
 * Throws FORBIDDEN_DESTINATION (PT-HND-08), before all else, OUT_OF_REGION.
 */
export function checkSuccessor(bureau: Placed, successor: Placed, forbidden: ReadonlySet<string>): void {
  if (forbidden.has(successor.id)) throw forbiddenDestination('destinationOrgId');
  if (!ancestorsByCode(successor.regionCode).includes(bureau.regionCode))
    throw refuse.outOfRegion('destinationOrgId');
}

/**
 * Checks that an item is an officer's organisation's to take over: its custodian was removed, and the organisation is the bureau above. Throws
 * CUSTODIAN_EXISTS, NOT_RELIEVING (with the right bureau's id, if there is one).
 */
export function checkRelieves(
  organisationId: string,
  { custodian, bureauId }: { custodian: Pick<Organisation, 'removed'>; bureauId: string | null },
): void {
  if (!custodian.removed) throw custodianExists();
  if (bureauId !== organisationId) throw notRelieving(bureauId);
}

/**
 * Checks that the result which an organisation waits for is an officer's organisation's to wait for from now on: the one that waits was removed, and the
 * officer's is the bureau above. Throws ASSIGNER_EXISTS, NOT_RELIEVING (with the right bureau's id, if there is one).
 */
export function checkTakesResultOver(
  organisationId: string,
  { assigner, bureauId }: { assigner: Pick<Organisation, 'removed'>; bureauId: string | null },
): void {
  if (!assigner.removed) throw assignerExists();
  if (bureauId !== organisationId) throw notRelieving(bureauId);
}

const assignerExists = () =>
  new Refusal(
    'ASSIGNER_EXISTS',
    {
      zh: '交办机构没有撤销，结果由其等待和审核，无需接管',
      en: 'The organisation that assigned the item exists and reviews the result itself; there is nothing to take over',
    },
    { httpStatus: 409 },
  );

const custodianExists = () =>
  new Refusal(
    'CUSTODIAN_EXISTS',
    {
      zh: '该信访件的办理机构没有撤销，请由其办理；需要督促的，请催办',
      en: 'The organisation that holds the item exists; let it go on, and remind it if need be',
    },
    { httpStatus: 409 },
  );

const notRelieving = (bureauOrganisationId: string | null) =>
  new Refusal(
    'NOT_RELIEVING',
    {
      zh: '被撤销机构的信访件和等待的结果由其所在区划的信访部门接管，没有的由上一级信访部门接管；请告知该部门',
      en: 'The petition bureau of the removed organisation’s region takes over what it left, or else the nearest above; tell that bureau',
    },
    { details: { bureauOrganisationId }, httpStatus: 403 },
  );
