import { groupedCode, type PrintCheck } from '@junxian/documents';
import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import type { Prints } from './prints.service';
import type { VerifiedPrint } from './prints.store';

/** Resolvers of the room prints. */
export function printResolvers(prints: Prints, verifications: PrintCheck<VerifiedPrint>): Resolvers {
  return {
    Query: {
      verifyPrint: (_, { code }, { clientIp }) => verifications.verify(code, clientIp),
    },
    Mutation: {
      printDocument: async (_, request, context) => {
        const printed = await context.write((tx) =>
          prints.print(tx, request, officerOf(context.principal), context.clock.now()),
        );
        // The page shows the petitioner in full; the answer leaves only once that is written down (PT-SEC-02).
        const { named } = printed;
        if (named !== null)
          context.recordReveal({ field: 'PrintedDocument.petitioner', subject: named.citizenId ?? named.id });
        return printed;
      },
    },
    PrintedDocument: {
      id: ({ snapshot }) => snapshot.id,
      kind: ({ snapshot }) => snapshot.kind,
      docNo: ({ snapshot }) => snapshot.docNo,
      contentHash: ({ snapshot }) => snapshot.contentHash,
      verificationCode: ({ snapshot }) => groupedCode(snapshot.verificationCode),
      issuedAt: ({ snapshot }) => snapshot.createdAt,
    },
  };
}
