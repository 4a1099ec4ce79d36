import { PrintLinks, type PrintLinksOptions } from '@junxian/documents';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import { printHolderScope } from '../service-scopes';
import { frozenPage, pageToPrint } from './page';
import type { PrintSnapshot } from './print.types';
import type { Printable, PrintableDocuments, PrintRequest } from './printable-documents.service';
import { insertSnapshot, logPrint, snapshotOf } from './prints.store';

export interface PrintsOptions
  extends Pick<PrintLinksOptions, 'database' | 'links' | 'linkBase' | 'randomBytes'> {
  personal: PersonalData;
  documents: PrintableDocuments;
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

/** Prints documents 打印: frozen at the first print, every later one marked as a copy and logged (PT-PRT-01). */
export class Prints {
  private readonly links: PrintLinks;

  constructor(private readonly options: PrintsOptions) {
    this.links = new PrintLinks({
      ...options,
      purpose: 'petitions.print',
      holderScope: printHolderScope,
      open: (sealed) => options.personal.open(sealed, 'print_snapshot.html')!,
    });
  }

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
    const { documents, personal } = this.options;
    // The item is locked from here on, so that two first prints do not freeze twice.
    const printable = await documents.find(tx, request, officer, at);
    const { named } = printable;
    const namedIndex = named === null ? null : personal.index('printedName', named.name ?? '');
    const snapshot =
      (await snapshotOf(tx, { ...request, namedIndex })) ??
      (await this.freeze(tx, printable, namedIndex, officer, at));
    const copyNo = await logPrint(tx, snapshot.id, officer, at);
    const link = await this.links.linkTo(snapshot.id, { copyNo });
    return { snapshot, copyNo, ...link, named: snapshot.namedIndex === null ? null : named };
  }

  /** The page of a print by the token of its link, read by nobody's rights but the link's. Throws LINK_INVALID, NOT_FOUND. */
  async page(token: string): Promise<string> {
    const { html, told } = await this.links.page(token);
    return pageToPrint(html, told.copyNo as number);
  }

  private async freeze(
    tx: ScopedTransaction,
    printable: Printable,
    namedIndex: string | null,
    officer: Officer,
    at: Date,
  ): Promise<PrintSnapshot> {
    const { article, ...document } = await printable.read();
    const verification = this.links.newCode();
    const page = await frozenPage(article, verification);
    return insertSnapshot(tx, {
      ...document,
      namedIndex,
      verificationCode: verification.code,
      contentHash: page.contentHash,
      htmlSealed: this.options.personal.seal(page.html, 'print_snapshot.html')!,
      createdAt: at,
      createdBy: officer.accountId,
    });
  }
}
