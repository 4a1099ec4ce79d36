import { isRefusal, Refusal, refuse } from '@junxian/errors';

/** The most characters a free text of a kind may have. */
export const TEXT_LIMITS = { CONTENT: 10_000, OPINION: 5_000, REASON: 1_000, NAME: 100 } as const;

/** Gathers the faults of one input, so that a person is told all of them at once. */
export class Faults {
  private readonly found: Refusal[] = [];

  /** Adds a fault. */
  add(fault: Refusal): void {
    this.found.push(fault);
  }

  /** The outcome of a check, or undefined when it refused; the refusal is kept. */
  of<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.found.push(error);
      return undefined;
    }
  }

  /** A text without the blanks around it; a missing or blank one is a fault (`FIELD_REQUIRED`), as is one over its limit. */
  text(field: string, text: string | null | undefined, limit: number): string {
    const trimmed = this.optionalText(field, text, limit);
    if (trimmed === null) this.add(required(field));
    return trimmed ?? '';
  }

  /** A text without the blanks around it, null for none or only blanks; one over its limit is a fault. */
  optionalText(field: string, text: string | null | undefined, limit: number): string | null {
    const trimmed = text?.trim() ?? '';
    if ([...trimmed].length > limit) this.add(tooLong(field, limit));
    return trimmed === '' ? null : trimmed;
  }

  /** A text that is needed only sometimes: {@link text} when it is, else {@link optionalText}. */
  textIf(needed: boolean, field: string, text: string | null | undefined, limit: number): string | null {
    return needed ? this.text(field, text, limit) : this.optionalText(field, text, limit);
  }

  /** Throws the faults found, if any. */
  throwIfAny(): void {
    if (this.found.length > 0) throw Refusal.many(this.found);
  }
}

/** Refuses a field that must be filled in. */
export const required = (field: string): Refusal =>
  new Refusal(
    'FIELD_REQUIRED',
    { zh: '该项为必填项，请填写后提交', en: 'This is required; fill it in' },
    { field },
  );

const tooLong = (field: string, limit: number): Refusal =>
  refuse.invalid(field, {
    zh: `内容过长，请压缩到 ${limit} 字以内`,
    en: `The text is too long; keep it within ${limit} characters`,
  });
