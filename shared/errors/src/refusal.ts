/** What a person is told, in the two languages of the product. */
export interface Bilingual {
  zh: string;
  en: string;
}

export interface RefusalOptions {
  /** The input field at fault, as the caller named it: `regionCode`, `members[2].idNumber`. */
  field?: string | undefined;
  /** Machine-readable facts beside the message. Never an ID number, phone, name or password. */
  details?: Record<string, unknown> | undefined;
  /** HTTP status for plain HTTP routes; GraphQL answers carry `extensions.code` instead. */
  httpStatus?: number | undefined;
}

/** One fault of an input that has several. */
export interface Fault {
  code: string;
  field?: string | undefined;
  text: Bilingual;
}

/**
 * A request that is refused on purpose, with a code of the catalogues and a text that tells the
 * person what to do next. Everything else that is thrown is a defect and is masked at the edge.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly text: Bilingual;
  readonly field: string | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly httpStatus: number;
  /** The single faults where the input had several, else empty. */
  readonly faults: readonly Fault[];

  constructor(code: string, text: Bilingual, options: RefusalOptions = {}, faults: readonly Fault[] = []) {
    super(`${code}: ${text.en}`);
    this.name = 'Refusal';
    this.code = code;
    this.text = text;
    this.field = options.field;
    this.details = options.details;
    this.httpStatus = options.httpStatus ?? 400;
    this.faults = faults;
  }

  /** One refusal out of several: code, text and field of the first, the rest in `faults`. Takes at least one. */
  static many(refusals: readonly Refusal[]): Refusal {
    const first = refusals[0];
    if (first === undefined) throw new RangeError('Refusal.many needs at least one refusal');
    if (refusals.length === 1) return first;
    return new Refusal(
      first.code,
      first.text,
      { field: first.field, details: first.details, httpStatus: first.httpStatus },
      refusals.map(({ code, field, text }) => ({ code, field, text })),
    );
  }
}

/** Whether something thrown is a deliberate refusal (also across copies of this package). */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === 'Refusal' && 'text' in error;
}

/** What is wrong, fault by fault: a refusal for several things has them in `faults`, one for a single thing is it. */
export function faultsOf(refusal: Fault & { faults: readonly Fault[] }): readonly Fault[] {
  return refusal.faults.length > 0 ? refusal.faults : [refusal];
}

/** The refusals every service shares, worded once. */
export const refuse = {
  unauthenticated: (): Refusal =>
    new Refusal(
      'UNAUTHENTICATED',
      { zh: '请先登录，或重新登录后再试', en: 'Sign in, or sign in again, then retry' },
      { httpStatus: 401 },
    ),
  forbidden: (field?: string): Refusal =>
    new Refusal(
      'FORBIDDEN',
      {
        zh: '您当前的岗位无权进行此操作，请切换岗位或联系上级管理员',
        en: 'Your present appointment does not allow this; switch appointment or ask your superior administrator',
      },
      { field, httpStatus: 403 },
    ),
  outOfRegion: (field?: string): Refusal =>
    new Refusal(
      'OUT_OF_REGION',
      {
        zh: '该行政区划不在您的辖区内，请选择本辖区内的区划',
        en: 'The region is outside your area; choose one inside it',
      },
      { field, httpStatus: 403 },
    ),
  notFound: (field?: string): Refusal =>
    new Refusal(
      'NOT_FOUND',
      { zh: '没有找到该记录，请核对后重试', en: 'No such record; check it and try again' },
      { field, httpStatus: 404 },
    ),
  staleVersion: (field = 'expectedVersion'): Refusal =>
    new Refusal(
      'STALE_VERSION',
      {
        zh: '记录已被他人修改，请刷新后重试',
        en: 'Somebody else has changed this record; reload it and try again',
      },
      { field, httpStatus: 409 },
    ),
  rateLimited: (retryAfterSeconds: number): Refusal =>
    new Refusal(
      'RATE_LIMITED',
      {
        zh: `操作过于频繁，请在 ${retryAfterSeconds} 秒后再试`,
        en: `Too many attempts; try again in ${retryAfterSeconds} seconds`,
      },
      { details: { retryAfterSeconds }, httpStatus: 429 },
    ),
  invalid: (field: string, text: Bilingual): Refusal => new Refusal('INVALID_INPUT', text, { field }),
};
