import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';

/*
 * Nobody helps and is a member of a poor household at once (PA-AH-02). Whoever enters a helper and whoever enters a member looks
 * at the other's rows, which are of other tables: so both hold the person until their transactions end, the former alone, the
 * latter together. Persons share 256 locks, so that an import of a hundred thousand members takes as many and not one for each.
 */

/**
 * SQL that holds persons, in an order that all keep to: `ALONE` for who enters helpers, `TOGETHER` for who enters members. `source` is
 * what stands after FROM and has the persons' blind indexes as `id_index`. What asks about them must be a later statement.
 */
export function personLocks(mode: 'ALONE' | 'TOGETHER', source: string): string {
  const lock = mode === 'ALONE' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  return `SELECT ${lock}(hashtext('junxian.helper-or-member'), place)
    FROM (SELECT DISTINCT hashtext(id_index) & 255 AS place FROM ${source} ORDER BY place) AS places`;
}

/** Until the transaction ends none of these persons (blind indexes) becomes a member of a household. */
export function holdAgainstMembers(tx: ScopedTransaction, idNumberIndexes: readonly string[]): void {
  tx.send(personLocks('ALONE', 'unnest($1::text[]) AS person (id_index)'), [idNumberIndexes]);
}

/** Refuses a person who is an active member of a registered poor household anywhere (PA-AH-02): STATE_CONFLICT. */
export async function refusePoor(tx: ScopedTransaction, idNumberIndex: string, field: string): Promise<void> {
  const [answer] = await tx.query<{ member: boolean }>('SELECT pa_ah_02_member($1) AS member', [
    idNumberIndex,
  ]);
  if (answer!.member) throw isPoor(field);
}

/** The refusal of a person who is a member of a poor household and cannot be a helper (PA-AH-02). */
export const isPoor = (field: string): Refusal =>
  new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该人员是建档立卡贫困户家庭成员，不能担任帮扶责任人，请另选他人',
      en: 'This person is a member of a registered poor household and cannot be a helper; choose somebody else',
    },
    { field },
  );

/**
 * Which of these documents are those of helpers anywhere in the country, by their places: whoever helps is entered into no
 * household (PA-AH-02). Null stands for a person without a document. The others become no helpers until the transaction ends.
 */
export async function helpersAmong(
  tx: ScopedTransaction,
  idNumberIndexes: readonly (string | null)[],
): Promise<number[]> {
  const given = idNumberIndexes.filter((index) => index !== null);
  tx.send(personLocks('TOGETHER', 'unnest($1::text[]) AS person (id_index)'), [given]);
  const [answer] = await tx.query<{ helpers: string[] }>('SELECT pa_ah_02_helpers($1) AS helpers', [given]);
  const helpers = new Set<string | null>(answer!.helpers);
  return idNumberIndexes.flatMap((index, place) => (helpers.has(index) ? [place] : []));
}

/** The refusal of a person who is a helper and cannot be entered into a household (PA-AH-02); it says neither where nor of which unit. */
export function isHelper(field: string): Refusal {
  return new Refusal('STATE_CONFLICT', IS_HELPER, { field });
}

export const IS_HELPER = {
  zh: '该人员已登记为帮扶责任人，不能登记为贫困户家庭成员；情况属实的，请先由其帮扶单位删除责任人登记',
  en: 'This person is registered as a helper and cannot be a member of a poor household; if it is right, have the unit delete the helper first',
};
