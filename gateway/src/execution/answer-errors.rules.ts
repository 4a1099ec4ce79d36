import type { Bilingual } from '@junxian/errors';
import type { GraphQLError } from 'graphql';
import { unavailableText } from '../errors/domains';
import { internalError, type Locale, PublicError } from '../errors/public-error';
import { invalidInput } from '../errors/refusals';
import { OperationStopped, SubgraphUnavailable } from './subgraph-errors';

/** More masked errors than this say nothing new. */
const MOST_INTERNAL = 20;
const MOST_ERRORS = 200;

/** Codes by which graphql-js in a subgraph says that a value has the wrong form. */
const MALFORMED_VALUE = new Set(['BAD_USER_INPUT']);

/**
 * Words what went wrong while subgraphs were asked, for the caller. Refusals of the catalogues pass
 * with code, field, details and the text of the caller's language; a subgraph that is down gives one
 * error, whatever number of fetches failed; everything else is masked as INTERNAL and handed to
 * `defect` for the log. No subgraph name, URL, body or stack goes out.
 */
export function answerErrors(
  errors: readonly (GraphQLError | Error)[],
  { locale, requestId }: { locale: Locale; requestId: string },
  defect: (error: Error) => void,
): PublicError[] {
  const worded: PublicError[] = [];
  const down = new Set<string>();
  let internal = 0;
  for (const error of errors) {
    if (worded.length >= MOST_ERRORS) break;
    if (error instanceof OperationStopped) continue;
    if (error instanceof SubgraphUnavailable) {
      if (!down.has(error.subgraph)) worded.push(unavailable(error.subgraph, locale));
      down.add(error.subgraph);
      continue;
    }
    const path = 'path' in error ? error.path : undefined;
    const refused = refusalIn(error, locale);
    if (refused !== null) {
      worded.push(new PublicError(refused.message, { ...refused, path }));
      continue;
    }
    defect(error);
    internal += 1;
    if (internal <= MOST_INTERNAL) worded.push(internalError(locale, requestId, path));
  }
  return worded;
}

function unavailable(subgraph: string, locale: Locale): PublicError {
  return new PublicError(unavailableText(subgraph)[locale], {
    code: 'SUBGRAPH_UNAVAILABLE',
    details: { domain: subgraph.toLowerCase().replaceAll('_', '-') },
  });
}

interface RefusalOnTheWire {
  code: string;
  message: string;
  field?: string | undefined;
  details?: Record<string, unknown> | undefined;
}

/** A refusal as subgraphs send it: a code with its text in both languages. Anything else is a defect. */
function refusalIn(error: Error, locale: Locale): RefusalOnTheWire | null {
  const extensions = ('extensions' in error ? error.extensions : undefined) as
    | Record<string, unknown>
    | undefined;
  const code = extensions?.code;
  if (extensions === undefined || typeof code !== 'string' || code === 'INTERNAL') return null;
  if (MALFORMED_VALUE.has(code)) {
    const refusal = invalidInput();
    return { code: refusal.code, message: refusal.text[locale] };
  }
  if (!isBilingual(extensions.text)) return null;
  return {
    code,
    message: extensions.text[locale],
    field: typeof extensions.field === 'string' ? extensions.field : undefined,
    details: detailsOf(extensions, locale),
  };
}

function detailsOf(extensions: Record<string, unknown>, locale: Locale): Record<string, unknown> | undefined {
  const given = isRecord(extensions.details) ? extensions.details : undefined;
  if (!Array.isArray(extensions.faults)) return given;
  const faults = extensions.faults
    .filter((fault) => isRecord(fault) && isBilingual(fault.text))
    .map(({ code, field, text }) => ({ code, field, message: text[locale] }));
  return { ...given, faults };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isBilingual = (value: unknown): value is Bilingual =>
  isRecord(value) && typeof value.zh === 'string' && typeof value.en === 'string';
