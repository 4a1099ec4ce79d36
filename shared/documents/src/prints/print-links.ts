import { refuse } from '@junxian/errors';
import { isUuid, type Scope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import type { LinkSigner } from '../stored-files/link-signer';
import { groupedCode, verificationCode } from './verification-code';

/** How long a link to a print is good. */
const LINK_SECONDS = 5 * 60;
const CODE_BYTES = 10;

export interface PrintLinksOptions {
  database: Database;
  links: LinkSigner;
  /** What the links are for: `petitions.print`. */
  purpose: string;
  /** Where the service's files are reached from outside: `https://host/files/petitions`. */
  linkBase: string;
  /** The scope of who holds the link to a print: sees that one row of `print_snapshot` and nothing else. */
  holderScope(snapshotId: string): Scope;
  /** Opens a page as `print_snapshot.html_sealed` keeps it. */
  open(sealed: string): string;
  /** Random bytes for verification codes. */
  randomBytes(size: number): Uint8Array;
}

/** Links to the frozen pages of a service's prints, and the codes by which they are checked. The pages lie in its table `print_snapshot`. */
export class PrintLinks {
  constructor(private readonly options: PrintLinksOptions) {}

  /** A code for a new print, and the address that checks it. */
  newCode(): { code: string; url: string } {
    const code = verificationCode(this.options.randomBytes(CODE_BYTES));
    return { code, url: `${this.options.linkBase}/verify/${groupedCode(code)}` };
  }

  /** A link to a print that is good for five minutes. `more` is told to whoever opens it; nothing personal. */
  async linkTo(
    snapshotId: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<{ url: string; expiresAt: Date }> {
    const { links, purpose, linkBase } = this.options;
    const payload = { ...more, snapshotId };
    const { token, expiresAt } = await links.signedLink({ purpose, payload }, LINK_SECONDS);
    return { url: `${linkBase}/prints/${token}`, expiresAt };
  }

  /**
   * The page of a print by the token of its link, read by nobody's rights but the link's, with what else the link tells.
   * Throws LINK_INVALID, NOT_FOUND.
   */
  async page(token: string): Promise<{ html: string; told: Readonly<Record<string, unknown>> }> {
    const { database, links, purpose, holderScope, open } = this.options;
    const told = await links.verify(token, purpose);
    const snapshotId = String(told.snapshotId);
    if (!isUuid(snapshotId)) throw refuse.notFound();
    const [row] = await database.read(holderScope(snapshotId), (tx) =>
      tx.query<{ html: string }>('SELECT html_sealed AS html FROM print_snapshot WHERE id = $1', [
        snapshotId,
      ]),
    );
    if (row === undefined) throw refuse.notFound();
    return { html: open(row.html), told };
  }
}
