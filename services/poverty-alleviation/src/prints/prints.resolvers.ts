import { groupedCode } from '@junxian/documents';
import type { Resolvers } from '../generated/graphql';
import { POP_UP_HINT } from './print.rules';
import type { Prints } from './prints.service';
import type { PrintVerifications } from './verification.service';

/** Resolvers of the room prints. */
export function printResolvers(prints: Prints, verifications: PrintVerifications): Resolvers {
  return {
    Query: {
      verifyPrintJob: (_, { code }, { clientIp }) => verifications.verify(code, clientIp),
    },
    Mutation: {
      createPrintJob: async (_, { input }, context) => {
        const job = await context.write((tx) => prints.print(tx, input, context.principal));
        // The page shows numbers in full; the answer leaves only once that is written down.
        for (const subject of job.revealed) context.recordReveal({ field: 'PrintJob.idNumbers', subject });
        return job;
      },
    },
    PrintJob: {
      id: ({ snapshot }) => snapshot.id,
      kind: ({ snapshot }) => snapshot.kind,
      year: ({ snapshot }) => snapshot.year,
      number: ({ snapshot }) => snapshot.number,
      forms: ({ snapshot }) => snapshot.forms,
      contentHash: ({ snapshot }) => snapshot.contentHash,
      verificationCode: ({ snapshot }) => groupedCode(snapshot.verificationCode),
      createdAt: ({ snapshot }) => snapshot.createdAt,
      popUpHint: (_, __, { locale }) => POP_UP_HINT[locale],
    },
  };
}
