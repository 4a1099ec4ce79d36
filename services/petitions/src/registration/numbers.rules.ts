import type { Channel } from '../cases/case.types';

const LETTER_OF: Readonly<Record<Channel, string>> = { ONLINE: 'W', LETTER: 'L', VISIT: 'V', PHONE: 'P' };

/**
 * The number of an item 信访件编号: `region6-yyyymmdd-W/L/V-seq5` (PT-REG-05). `day` is the date of registration,
 * `serial` counts from 1 within region, day and channel.
 */
export function itemNumber(regionCode: string, day: string, channel: Channel, serial: number): string {
  return `${regionCode.slice(0, 6)}-${day.replaceAll('-', '')}-${LETTER_OF[channel]}-${String(serial).padStart(5, '0')}`;
}

/** 32 characters that cannot be taken for one another: no 0, O, 1, I (PT-REG-05). */
export const QUERY_CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** A query code 查询码 of eight characters from eight random bytes; every code is equally likely. */
export function queryCode(bytes: Uint8Array): string {
  if (bytes.length !== 8) throw new RangeError('a query code takes eight random bytes');
  return Array.from(bytes, (byte) => QUERY_CODE_ALPHABET[byte % QUERY_CODE_ALPHABET.length]).join('');
}

/** What somebody typed as a query code, in the form it is stored: without blanks and dashes, in upper case. */
export function normaliseQueryCode(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}
