const SERIAL_DIGITS = 5;

/**
 * The household number 户编号: the village's code and a serial within that village (PA-NI-01). It is
 * given once: a later re-coding of the village does not change it, and serials are not used again.
 * Throws RangeError when a village has used up its serials.
 */
export function householdNumber(villageCode: string, serial: number): string {
  if (!Number.isInteger(serial) || serial < 1 || serial >= 10 ** SERIAL_DIGITS) {
    throw new RangeError(`A household serial lies between 1 and ${10 ** SERIAL_DIGITS - 1}`);
  }
  return villageCode + String(serial).padStart(SERIAL_DIGITS, '0');
}
