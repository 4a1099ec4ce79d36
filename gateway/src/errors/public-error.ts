import type { Bilingual, Refusal } from '@junxian/errors';
import { GraphQLError } from 'graphql';

/** The two languages of the product; Chinese unless the caller asks otherwise. */
export type Locale = 'zh' | 'en';

/**
 * Chooses the language of messages from an Accept-Language header: the first of `zh` and `en` the
 * caller prefers by quality, Chinese where neither is named.
 */
export function localeOf(acceptLanguage: string | undefined): Locale {
  if (acceptLanguage === undefined) return 'zh';
  let best: { locale: Locale; quality: number } = { locale: 'zh', quality: 0 };
  for (const part of acceptLanguage.slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const locale = tag.startsWith('en') ? 'en' : tag.startsWith('zh') ? 'zh' : undefined;
    if (locale === undefined) continue;
    const weight = parameters.map((text) => text.trim()).find((text) => text.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    if (quality > best.quality) best = { locale, quality };
  }
  return best.locale;
}

export interface PublicErrorOptions {
  code: string;
  field?: string | undefined;
  details?: Record<string, unknown> | undefined;
  requestId?: string | undefined;
  path?: readonly (string | number)[] | undefined;
  /** HTTP status where the whole operation fails with this error; absent beside partial data. */
  httpStatus?: number | undefined;
  /** Seconds after which another attempt makes sense; sent as Retry-After. */
  retryAfterSeconds?: number | undefined;
}

/** An error that is fit for the caller to read as it stands. Only these leave the gateway unmasked. */
export class PublicError extends GraphQLError {
  readonly code: string;

  constructor(message: string, options: PublicErrorOptions) {
    super(message, { path: options.path ?? null, extensions: extensionsOf(options) });
    this.name = 'PublicError';
    this.code = options.code;
  }
}

function extensionsOf(options: PublicErrorOptions): Record<string, unknown> {
  const extensions: Record<string, unknown> = { code: options.code };
  if (options.field !== undefined) extensions.field = options.field;
  if (options.details !== undefined) extensions.details = options.details;
  if (options.requestId !== undefined) extensions.requestId = options.requestId;
  if (options.httpStatus !== undefined) {
    const headers = new Map<string, string>();
    if (options.retryAfterSeconds !== undefined)
      headers.set('retry-after', String(options.retryAfterSeconds));
    extensions.http = { status: options.httpStatus, headers };
  }
  return extensions;
}

/** Words a refusal of the gateway in the caller's language; the whole operation fails with its HTTP status. */
export function publicErrorOf(
  refusal: Refusal,
  locale: Locale,
  path?: readonly (string | number)[],
): PublicError {
  const retryAfter = refusal.details?.retryAfterSeconds;
  return new PublicError(refusal.text[locale], {
    code: refusal.code,
    field: refusal.field,
    details: refusal.details,
    path,
    httpStatus: refusal.httpStatus,
    retryAfterSeconds: typeof retryAfter === 'number' ? retryAfter : undefined,
  });
}

const BUSY: Bilingual = {
  zh: '系统繁忙，请稍后再试；如仍有问题，请把请求编号告诉管理员',
  en: 'The system is busy; try again later, and if it goes on tell the administrator the request id',
};

/** What stands in for a defect: nothing of the cause, only the id under which the log knows it. */
export function internalError(
  locale: Locale,
  requestId: string,
  path?: readonly (string | number)[],
): PublicError {
  return new PublicError(BUSY[locale], { code: 'INTERNAL', requestId, path });
}
