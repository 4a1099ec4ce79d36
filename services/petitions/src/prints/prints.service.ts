import type { Clock } from '@junxian/calendar';
import { groupedCode, type LinkSigner, verificationCode } from '@junxian/documents';
import { refuse } from '@junxian/errors';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import { printHolderScope } from '../service-scopes';
import { frozenPage, pageToPrint } from './page';
import { LINK_SECONDS } from './print.rules';
import type { PrintSnapshot } from './print.types';
import type { Printable, PrintableDocuments, PrintRequest } from './printable-documents.service';
import { insertSnapshot, logPrint, sealedPage, snapshotOf } from './prints.store';

export interface PrintsOptions {
  database: Database;
  clock: Clock;
  personal: PersonalData;
  links: LinkSigner;
  documents: PrintableDocuments;
  /** Where this service's files are reached from outside: `https://host/files/petitions`. */
  linkBase: string;
  /** Random bytes for verification codes. */
  randomBytes: (size: number) => Uint8Array;
}

/** A document that was printed, and a link to the page. */
export interface PrintedDocument {
  snapshot: PrintSnapshot;
  /** 0 for the original 正本, from 1 for a copy 副本. */
  copyNo: number;
  url: string;
  expiresAt: Date;
  /** Whom the page names, for the audit log; null when it says 匿名. */
  named: Printable['named'];
}

const PURPOSE = 'petitions.print';

/** Prints documents 打印: frozen at the first print, every later one marked as a copy and logged (PT-PRT-01). */
export class Prints {
  constructor(private readonly options: PrintsOptions) {}

  /**
   * Prints a document: the first print freezes it, a later one is the same page marked 副本; either is logged. What today's view of the petitioner
   * does not allow to be copied is frozen anew. Returns a link that is good for five minutes.
   * Throws what {@link PrintableDocuments.find} throws. Rules: PT-PRT-01, PT-REG-06.
   */
  async print(
    tx: ScopedTransaction,
    request: PrintRequest,
    officer: Officer,
    at: Date,
  ): Promise<PrintedDocument> {
    const { documents, links, linkBase, personal } = this.options;
    // The item is locked from here on, so that two first prints do not freeze twice.
    const printable = await documents.find(tx, request, officer, at);
    const { named } = printable;
    const namedIndex = named === null ? null : personal.index('printedName', named.name ?? '');
    const snapshot =
      (await snapshotOf(tx, { ...request, namedIndex })) ??
      (await this.freeze(tx, printable, namedIndex, officer, at));
    const copyNo = await logPrint(tx, snapshot.id, officer, at);
    const payload = { snapshotId: snapshot.id, copyNo };
    const { token, expiresAt } = await links.signedLink({ purpose: PURPOSE, payload }, LINK_SECONDS);
    return {
      snapshot,
      copyNo,
      url: `${linkBase}/prints/${token}`,
      expiresAt,
      named: snapshot.namedIndex === null ? null : named,
    };
  }

  /** The page of a print by the token of its link, read by nobody's rights but the link's. Throws LINK_INVALID, NOT_FOUND. */
  async page(token: string): Promise<string> {
    const { database, personal, links } = this.options;
    const { snapshotId, copyNo } = (await links.verify(token, PURPOSE)) as {
      snapshotId: string;
      copyNo: number;
    };
    const sealed = await database.read(printHolderScope(snapshotId), (tx) => sealedPage(tx, snapshotId));
    if (sealed === undefined) throw refuse.notFound();
    return pageToPrint(personal.open(sealed, 'print_snapshot.html')!, copyNo);
  }

  private async freeze(
    tx: ScopedTransaction,
    printable: Printable,
    namedIndex: string | null,
    officer: Officer,
    at: Date,
  ): Promise<PrintSnapshot> {
    const { personal, linkBase, randomBytes } = this.options;
    const { article, ...document } = await printable.read();
    const code = verificationCode(randomBytes(10));
    const page = await frozenPage(article, { code, url: `${linkBase}/verify/${groupedCode(code)}` });
    return insertSnapshot(tx, {
      ...document,
      namedIndex,
      verificationCode: code,
      contentHash: page.contentHash,
      htmlSealed: personal.seal(page.html, 'print_snapshot.html')!,
      createdAt: at,
      createdBy: officer.accountId,
    });
  }
}
