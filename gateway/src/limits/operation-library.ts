import { createHash } from 'node:crypto';
import { isRefusal, type Refusal } from '@junxian/errors';
import { type DocumentNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { operationNotAllowed } from '../errors/refusals';
import { checkShape, checkText, type ShapeLimits } from './operation-shape.rules';

/** Operations that alone are answered, by the SHA-256 of their text. */
export type AllowList = ReadonlyMap<string, string>;

/**
 * Checks what comes in before anything is built from it: the allow-list, then the text, then the
 * shape. Verdicts are kept by text, so that a known operation costs one look-up.
 */
export class OperationLibrary {
  private readonly verdicts = new LRUCache<string, { refusal: Refusal | null }>({
    max: 5_000,
    maxSize: 40_000_000,
  });

  constructor(
    private readonly limits: ShapeLimits,
    private readonly allowed: AllowList | null,
  ) {}

  /**
   * Takes the text and the persisted-query hash of a request, either of which may be missing.
   * Texts that are no GraphQL pass; the parser words what is wrong with them.
   * @throws Refusal with the first limit the operation breaks, or OPERATION_NOT_ALLOWED
   */
  check(text: string | undefined, hash: string | undefined): void {
    if (text === undefined) {
      if (this.allowed !== null && hash !== undefined && !this.allowed.has(hash)) throw operationNotAllowed();
      return;
    }
    let verdict = this.verdicts.get(text);
    if (verdict === undefined) {
      verdict = { refusal: this.judge(text) };
      this.verdicts.set(text, verdict, { size: text.length + 100 });
    }
    if (verdict.refusal !== null) throw verdict.refusal;
  }

  private judge(text: string): Refusal | null {
    try {
      if (this.allowed !== null && !this.allowed.has(sha256(text))) return operationNotAllowed();
      checkText(text, this.limits);
      const document = parseOrNull(text);
      if (document !== null) checkShape(document, this.limits);
      return null;
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }
}

function parseOrNull(text: string): DocumentNode | null {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return null;
  }
}

/** The hash clients name an operation by. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads an allow-list file: an object of hash → operation. Throws Error when a hash is not that of its operation. */
export function readAllowList(json: unknown): AllowList {
  const entries = Object.entries(json as Record<string, string>);
  for (const [hash, text] of entries) {
    if (typeof text !== 'string' || sha256(text) !== hash)
      throw new Error(`allow-list: ${hash} is not the hash of its operation`);
  }
  return new Map(entries);
}
