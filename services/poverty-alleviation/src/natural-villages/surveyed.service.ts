import { Refusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';

/** Said of a natural village that a household is to name and that is not kept here. */
export const NOT_SURVEYED = {
  zh: '该自然村未登记；请先在“自然村基础信息”中登记（代码取自自然村名录），或选择已登记的自然村',
  en: 'This natural village is not kept here; enter it under natural villages first (its code is the registry’s), or choose one that is',
};

/**
 * Whether a natural village is kept here, whatever the years it has data of: only such a one is named by a household, for
 * the deletion of a natural village takes its name out of all households (PA-NV-03). Unless `lock` is false
 * (a preview) it is not deleted until the transaction ends; whoever locks household files too asks first, as deletion locks
 * natural villages first. None is in order.
 */
export async function isSurveyed(
  tx: ScopedTransaction,
  code: string | null | undefined,
  lock = true,
): Promise<boolean> {
  if (code == null) return true;
  const rows = await tx.query(`SELECT FROM natural_village WHERE code = $1 ${lock ? 'FOR KEY SHARE' : ''}`, [
    code,
  ]);
  return rows.length > 0;
}

/** Throws INVALID_INPUT, naming `field`, unless {@link isSurveyed}. */
export async function expectSurveyed(
  tx: ScopedTransaction,
  code: string | null | undefined,
  field: string,
  lock = true,
): Promise<void> {
  if (!(await isSurveyed(tx, code, lock))) throw notSurveyed(field);
}

/** INVALID_INPUT: says where a natural village is entered. */
export function notSurveyed(field: string): Refusal {
  return refuse.invalid(field, NOT_SURVEYED);
}
