import { citizenNumberCheckCharacter } from '@junxian/identity';
import type { Sex } from '../code-lists';

/** Region digits of all demonstration ID numbers: 999 is assigned to no place, so no real person has one. */
const SYNTHETIC_REGION = 999_001;
/** Order digits that go into one region code: every second one, as they say the sex. */
const ORDERS = 499;

/**
 * The ID number of demonstration person number `serial`: valid, and nobody's. The order digits hold the low part of
 * the serial, the region digits its high part.
 */
export function demoNumber(serial: number, birthDate: string, sex: Sex): string {
  const order = (serial % ORDERS) * 2 + (sex === 'MALE' ? 1 : 0);
  const region = SYNTHETIC_REGION + Math.floor(serial / ORDERS);
  const first17 = `${region}${birthDate.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  return first17 + citizenNumberCheckCharacter(first17);
}

/** The mobile number `serial` of the block 100…, which is given to nobody. */
export function demoPhone(serial: number): string {
  return `100${String(serial).padStart(8, '0')}`;
}

/** Serials of persons who are no members at the beginning: each kind has a block of its own, beyond any household. */
export const SERIALS = { NEWBORN: 200_000, MARRIED_IN: 210_000, HELPER: 220_000 } as const;
