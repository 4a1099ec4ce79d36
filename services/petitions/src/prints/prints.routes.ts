import { type CheckedPrint, printRoutes as pageRoutes } from '@junxian/documents';
import type { FastifyInstance } from 'fastify';
import { verificationPage } from './forms/verification.page';
import type { VerifiedPrint } from './prints.store';

export interface PrintPages {
  /** The page of a print by its link's token. */
  page(token: string): Promise<string>;
  /** What the code on a print stands for. */
  verify(code: string, clientIp: string): Promise<CheckedPrint<VerifiedPrint>>;
}

/** Mounts the pages of prints and of the public check of their codes. */
export function printRoutes(server: FastifyInstance, pages: PrintPages): void {
  pageRoutes(server, {
    page: (token) => pages.page(token),
    verification: async (code, clientIp) => verificationPage(await pages.verify(code, clientIp)),
  });
}
