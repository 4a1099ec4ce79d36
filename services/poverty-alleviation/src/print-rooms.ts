import { randomBytes } from 'node:crypto';
import { printRoutes } from '@junxian/documents';
import { RateLimiter } from '@junxian/persistence';
import { configured } from '@junxian/subgraph';
import type { FastifyInstance } from 'fastify';
import type { Resolvers } from './generated/graphql';
import { PrintableFormsReader } from './prints/printable-forms.service';
import { printResolvers } from './prints/prints.resolvers';
import { Prints } from './prints/prints.service';
import { PrintVerifications } from './prints/verification.service';
import type { RoomParts } from './service';
import { scopes } from './service-scopes';

/** Wires the printing of forms and the public check of prints. */
export function printRooms({ clock, personal, publicUrl, links, ...parts }: RoomParts) {
  const database = configured(parts.database, 'a database');
  const limiter = new RateLimiter({
    database,
    scope: scopes.publicAttempts,
    table: 'public_attempt',
    digest: (key) => personal.digest(key),
  });
  return {
    printVerifications: new PrintVerifications(database, limiter, clock),
    prints:
      publicUrl === undefined
        ? configured<Prints>(undefined, 'its public address')
        : new Prints({
            database,
            clock,
            personal,
            links: configured(links, 'a key for links'),
            forms: new PrintableFormsReader(personal),
            linkBase: new URL('/files/poverty-alleviation', publicUrl).href,
            randomBytes,
          }),
  };
}

export type PrintRooms = ReturnType<typeof printRooms>;

/** Resolvers of this room. */
export function printRoomResolvers({ prints, printVerifications }: PrintRooms): Resolvers[] {
  return [printResolvers(prints, printVerifications)];
}

/** Mounts the pages of prints. */
export function printRoomRoutes(server: FastifyInstance, { prints, printVerifications }: PrintRooms): void {
  printRoutes(server, {
    page: (token) => prints.page(token),
    verification: (code, clientIp) => printVerifications.page(code, clientIp),
  });
}
