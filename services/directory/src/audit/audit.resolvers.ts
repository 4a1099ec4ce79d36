import { refuse } from '@junxian/errors';
import type { Database } from '@junxian/persistence';
import type { RequestContext } from '@junxian/subgraph';
import { auditActorOf, recordAudit } from './audit.service';
import type { ChainPoint } from './audit-chain.rules';
import {
  type AuditFilter,
  type AuditLogEntry,
  type AuditReader,
  exportAuditLog,
  readAuditLog,
} from './audit-log.service';
import { verifyAuditLog } from './audit-verification.service';

/** So many entries are verified in a second or two; a longer check goes on in further requests. */
const MOST_PER_REQUEST = 50_000;

interface VerifyArguments {
  from?: string | null;
  to?: string | null;
  known?: { sequence: string; hash: string }[] | null;
}

/**
 * Resolvers of the audit log. They take the database and not the request's own read transaction,
 * because reading the log writes (DI-AUD-03) and must not end the snapshot of the fields beside it.
 */
export function auditResolvers(database: Database): object {
  return {
    Query: {
      auditLog: (
        _: unknown,
        args: { filter?: AuditFilter | null; first?: number | null; after?: string | null },
        context: RequestContext,
      ) =>
        database.write(context.scope, (tx) =>
          readAuditLog(
            tx,
            args.filter ?? {},
            { first: args.first ?? null, after: args.after ?? null },
            readerOf(context),
          ),
        ),

      verifyAudit: async (_: unknown, args: VerifyArguments, context: RequestContext) => {
        const from = sequenceOf(args.from, 'from');
        const to = sequenceOf(args.to, 'to');
        const verification = await database.read(context.scope, (tx) =>
          verifyAuditLog(tx, {
            ...(from === undefined ? {} : { from }),
            ...(to === undefined ? {} : { to }),
            known: (args.known ?? []).map(pointOf),
            most: MOST_PER_REQUEST,
          }),
        );
        await database.write(context.scope, (tx) =>
          recordAudit(tx, {
            action: 'AUDIT_VERIFIED',
            targetType: 'audit-log',
            targetId: null,
            after: { from, to, checked: verification.checked, intact: verification.intact },
            outcome: 'OK',
            ...readerOf(context),
          }),
        );
        return {
          ...verification,
          lastSequence: verification.last.sequence,
          lastHash: verification.last.hash,
        };
      },
    },

    Mutation: {
      exportAuditLog: async (
        _: unknown,
        args: { filter?: AuditFilter | null; format?: 'XLSX' | 'CSV' | null },
        context: RequestContext,
      ) => {
        const file = await context.write((tx) =>
          exportAuditLog(tx, args.filter ?? {}, args.format ?? 'XLSX', readerOf(context)),
        );
        return { ...file, contentBase64: file.content.toString('base64') };
      },
    },

    AuditEntry: {
      before: (entry: AuditLogEntry) => jsonText(entry.before),
      after: (entry: AuditLogEntry) => jsonText(entry.after),
    },
  };
}

function readerOf(context: RequestContext): AuditReader {
  return { actor: auditActorOf(context), at: context.clock.now() };
}

function jsonText(value: AuditLogEntry['after']): string | null {
  return value === null ? null : JSON.stringify(value);
}

function pointOf(point: { sequence: string; hash: string }): ChainPoint {
  return { sequence: sequenceOf(point.sequence, 'known') ?? 0, hash: point.hash };
}

function sequenceOf(text: string | null | undefined, field: string): number | undefined {
  if (text === null || text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw refuse.invalid(field, { zh: '序号应为正整数', en: 'A sequence is a positive whole number' });
  return Number(text);
}
