import { Refusal } from '@junxian/errors';
import type { Faults } from '../texts.rules';

/** The refusal of a missing field; takes its name in both languages. */
export const fieldRequired = (field: string, zh: string, en: string): Refusal =>
  new Refusal('FIELD_REQUIRED', { zh: `请填写${zh}`, en: `Enter ${en}` }, { field });

/**
 * A text without spaces around it, null when nothing is left. Adds TEXT_TOO_LONG to the faults beyond `longest`
 * characters.
 */
export function cleanText(
  typed: string | null | undefined,
  field: string,
  longest: number,
  faults: Faults,
): string | null {
  const text = (typed ?? '').trim();
  if ([...text].length > longest)
    faults.add(
      new Refusal(
        'TEXT_TOO_LONG',
        {
          zh: `内容过长，最多 ${longest} 个字，请精简后重新提交`,
          en: `The text is too long; shorten it to ${longest} characters`,
        },
        { field, details: { longest } },
      ),
    );
  return text === '' ? null : text;
}
