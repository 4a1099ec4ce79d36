import { refuse } from '@junxian/errors';

/** A blind index: 32 bytes in base64url. */
const BLIND_INDEX = /^[A-Za-z0-9_-]{43}$/;

/** The cursor behind a group of duplicates: the blind index of its number, by which the list runs. */
export function cursorOf(numberIndex: string): string {
  return Buffer.from(numberIndex, 'utf8').toString('base64url');
}

/** The blind index that a cursor stands for; throws INVALID_INPUT for what is no cursor of this list. */
export function numberAfter(cursor: string): string {
  const numberIndex = Buffer.from(cursor, 'base64url').toString('utf8');
  if (BLIND_INDEX.test(numberIndex)) return numberIndex;
  throw refuse.invalid('after', {
    zh: '翻页标记无效，请从第一页重新查询',
    en: 'The cursor is not valid; start again from the first page',
  });
}
