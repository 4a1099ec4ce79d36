import type { Principal } from '@junxian/identity';
import type { Json } from '@junxian/test-kit';
import type { PublicStage } from '../public-accounts/public-stage.fixture';
import { LETTERS, ok } from '../registration/registration.fixture';

export const FIND = `query ($name: String, $address: String, $idNumber: String, $mobile: String) {
  findDuplicates(name: $name, address: $address, idNumber: $idNumber, mobile: $mobile) {
    candidates { id itemNo petitionDate organisation { id } state match likeness caseItem { id title petitioner { displayName } } }
    simple { kind name } } }`;

/** What the duplicate check proposes to somebody. */
export const find = async (stage: PublicStage, search: Json, by: Principal = LETTERS): Promise<Json[]> =>
  ok(await stage.as(by, FIND, search)).findDuplicates.candidates;

let serial = 0;
/** A name nobody else in these tests has. */
export function someone(): string {
  serial += 1;
  return `测试甲${serial}`;
}
