import { randomBytes } from 'node:crypto';
import { LinkSigner } from '@junxian/documents';
import type { TestStore } from '../testing/store.support.test';
import { PrintableDocuments } from './printable-documents.service';
import { Prints } from './prints.service';

export const SITE = 'https://petitions.example/';
export const LINK_BASE = `${SITE}files/petitions`;

/** The printing of documents over a test store. */
export function printsOver({ database, clock, services }: TestStore): Prints {
  const { personal } = services;
  return new Prints({
    database,
    personal,
    links: new LinkSigner(Buffer.alloc(32, 7), clock),
    documents: new PrintableDocuments(personal, SITE),
    linkBase: LINK_BASE,
    randomBytes,
  });
}

/** The token of a print's link. */
export const tokenOf = ({ url }: { url: string }): string => url.replace(`${LINK_BASE}/prints/`, '');

/** The document in a page, which is what its hash is of. */
export const articleOf = (html: string): string => /<article>[\s\S]*<\/article>/.exec(html)![0];
