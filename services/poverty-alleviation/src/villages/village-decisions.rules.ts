import { type Bilingual, Refusal, refuse } from '@junxian/errors';

const MAX_REASON = 200;

/** The reason given, without blanks around it, or null; throws INVALID_INPUT for an overlong one. */
export function reasonOf(reason: string | null | undefined): string | null {
  const given = reason?.trim() || null;
  if (given !== null && [...given].length > MAX_REASON) {
    throw refuse.invalid('reason', {
      zh: `原因最多填写 ${MAX_REASON} 个字`,
      en: `The reason has at most ${MAX_REASON} characters`,
    });
  }
  return given;
}

/** REASON_REQUIRED: a village leaves the list for a reason (PA-VD-03). */
export function reasonRequired(): Refusal {
  return new Refusal(
    'REASON_REQUIRED',
    { zh: '请填写出列原因', en: 'Enter the reason why the village leaves the list' },
    { field: 'reason' },
  );
}

/** STATE_CONFLICT of the picker: the village is a poor village already, on the list or delisted (PA-VD-01). */
export function alreadyPoor({ delistYear }: { delistYear: number | null }): Refusal {
  return conflict(delistYear === null ? IS_POOR : DELISTED_IS_POOR, 'villageCode');
}

export const IS_POOR: Bilingual = {
  zh: '该村已是贫困村，请选择非贫困村',
  en: 'The village is a poor village already; choose one that is not',
};
const DELISTED_IS_POOR: Bilingual = {
  zh: '该村是已出列的贫困村，如需重新列入请办理取消出列',
  en: 'The village is a poor village that was delisted; cancel the delisting to put it back',
};
export const NOT_POOR: Bilingual = {
  zh: '该村不是贫困村，请重新选择',
  en: 'The village is not a poor village; choose another',
};
export const ALREADY_DELISTED: Bilingual = {
  zh: '该村已出列，请刷新列表',
  en: 'The village has been delisted already; reload the list',
};
export const NOT_DELISTED: Bilingual = {
  zh: '该村未出列，无需取消，请刷新列表',
  en: 'The village is not delisted; reload the list',
};
export const CANCEL_FIRST: Bilingual = {
  zh: '该村已出列，请先取消出列再修改村属性',
  en: 'The village is delisted; cancel the delisting before changing its attribute',
};

/** STATE_CONFLICT that names a field. */
export function conflict(text: Bilingual, field = 'id'): Refusal {
  return new Refusal('STATE_CONFLICT', text, { field });
}
