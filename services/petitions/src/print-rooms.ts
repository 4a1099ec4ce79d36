import { randomBytes } from 'node:crypto';
import { PrintCheck } from '@junxian/documents';
import { configured } from '@junxian/subgraph';
import type { FastifyInstance } from 'fastify';
import type { PersonalData } from './cases/personal-data.service';
import { PrintableDocuments } from './prints/printable-documents.service';
import { printRoutes } from './prints/prints.routes';
import { Prints } from './prints/prints.service';
import { verifiedPrint } from './prints/prints.store';
import { RateLimiter } from './public-accounts/rate-limit.service';
import type { ServiceParts } from './service';

/** Wires the printing of documents and the public check of prints. */
export function printRooms(parts: ServiceParts, personal: PersonalData) {
  const { clock, publicUrl } = parts;
  const database = configured(parts.database, 'a database');
  return {
    printVerifications: new PrintCheck({
      database,
      limiter: new RateLimiter(database, personal),
      clock,
      find: verifiedPrint,
    }),
    prints:
      publicUrl === undefined
        ? configured<Prints>(undefined, 'its public address')
        : new Prints({
            database,
            personal,
            links: configured(parts.links, 'a key for links'),
            documents: new PrintableDocuments(personal, new URL('/', publicUrl).href),
            linkBase: new URL('/files/petitions', publicUrl).href,
            randomBytes,
          }),
  };
}

/** Mounts the pages of prints. */
export function printRoomRoutes(
  server: FastifyInstance,
  { prints, printVerifications }: ReturnType<typeof printRooms>,
): void {
  printRoutes(server, {
    page: (token) => prints.page(token),
    verify: (code, clientIp) => printVerifications.verify(code, clientIp),
  });
}
