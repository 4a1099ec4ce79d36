import { refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { type DocumentNode, defaultFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { decideReveal, type MaskRule } from './access.rules';
import { collectAccessRules } from './access-rules-of-schema';
import { type Mask, maskValue } from './mask.rules';

/** One value shown in full, for the audit log: whose, which field; never the value. */
export interface Reveal {
  /** `Type.field`. */
  field: string;
  /** Citizen id of the person, or the id of the row that holds the value. */
  subject: string;
}

export interface MaskingContext {
  principal: Principal;
  /** Remembers a reveal; it is written down before the answer leaves. */
  recordReveal(reveal: Reveal): void;
}

/**
 * Masks every `@masked` field of an executable schema on the way out. Changes the schema's
 * resolvers in place; the resolver behind keeps returning the full value.
 */
export function maskFields(schema: GraphQLSchema, document: DocumentNode): void {
  for (const [coordinate, mask] of collectAccessRules(document).masks) {
    const [typeName, fieldName] = coordinate.split('.') as [string, string];
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (field === undefined) throw new Error(`@masked on ${coordinate}, which is not in the schema`);
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (parent, args, context: MaskingContext, info) => {
      const refused = decideReveal(mask, context.principal, args);
      if (refused !== null) throw refused;
      const value: unknown = await resolve(parent, args, context, info);
      // graphql-shield answers a refusal as a value, which graphql-js takes for an error.
      if (value === null || value === undefined || value instanceof Error) return value;
      if (args.reveal !== true) return masked(mask, value);
      context.recordReveal({ field: coordinate, subject: subjectOf(parent) });
      return value;
    };
  }
}

const masked = (mask: MaskRule, value: unknown): unknown =>
  Array.isArray(value) ? value.map((item) => maskText(mask.as, item)) : maskText(mask.as, value);

function maskText(mask: Mask, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('only texts can be masked');
  return maskValue(mask, value);
}

/** A reveal that cannot be attributed is refused rather than left out of the audit log. */
function subjectOf(parent: unknown): string {
  const { citizenId, id } = (parent ?? {}) as { citizenId?: unknown; id?: unknown };
  const subject = citizenId ?? id;
  if (typeof subject !== 'string') throw refuse.forbidden('reveal');
  return subject;
}
