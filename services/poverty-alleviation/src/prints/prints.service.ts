import type { Clock } from '@junxian/calendar';
import { PrintLinks, type PrintLinksOptions } from '@junxian/documents';
import type { Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PersonalData } from '../personal-data';
import { printHolderScope } from '../service-scopes';
import { surveyYear } from '../survey-years/survey-years.service';
import { expectDataOf } from '../villages/village-list.rules';
import { frozenPrint } from './forms/layout';
import { checkRequest, type PrintRequest } from './print.rules';
import type { PrintableFormsReader } from './printable-forms.service';
import { insertSnapshot, nextPrintNumber, type PrintSnapshot } from './prints.store';

export interface PrintsOptions
  extends Pick<PrintLinksOptions, 'database' | 'links' | 'linkBase' | 'randomBytes'> {
  clock: Clock;
  personal: PersonalData;
  forms: PrintableFormsReader;
}

/** A print that was made, and a link to its preview. */
export interface PrintJobView {
  snapshot: PrintSnapshot;
  url: string;
  expiresAt: Date;
  /** Whose numbers it shows in full, for the audit log: citizen ids, or ids of rows. */
  revealed: string[];
}

/** Prints forms 打印: frozen as they are printed, opened by a link as a preview (PA-PR-01…06). */
export class Prints {
  private readonly links: PrintLinks;

  constructor(private readonly options: PrintsOptions) {
    this.links = new PrintLinks({
      ...options,
      purpose: 'poverty-alleviation.print',
      holderScope: printHolderScope,
      open: (sealed) => options.personal.open(sealed, 'print_snapshot.html')!,
    });
  }

  /**
   * Makes a print of the rows ticked and freezes it. Returns it with a link that is good for five minutes. Numbers of
   * documents and phones are masked unless the request asks for them; the caller records whose were shown.
   * Throws INVALID_INPUT for a year without such data, SCOPE_TOO_WIDE, NOTHING_SELECTED, OVER_LIMIT, OUT_OF_REGION,
   * NOT_FOUND for rows without data of the year.
   */
  async print(tx: ScopedTransaction, request: PrintRequest, principal: Principal): Promise<PrintJobView> {
    const { clock, personal, forms: reader } = this.options;
    const ticked = checkRequest(request, principal);
    const year = await surveyYear(tx, request.year);
    if (request.kind === 'NATURAL_VILLAGE') expectDataOf('NATURAL_VILLAGE', year);
    const { forms, revealed } = await reader.read(tx, request, ticked);
    const { code, url } = this.links.newCode();
    const number = await nextPrintNumber(tx, clock.today());
    const page = await frozenPrint(
      forms,
      { year: year.year, compared: request.kind !== 'HOUSEHOLD_INFORMATION' },
      { number, verificationCode: code, verificationUrl: url },
    );
    const snapshot = await insertSnapshot(tx, {
      kind: request.kind,
      year: year.year,
      regionCode: request.region,
      number,
      forms: forms.length,
      issuedOn: clock.today(),
      verificationCode: code,
      contentHash: page.contentHash,
      htmlSealed: personal.seal(page.html, 'print_snapshot.html')!,
      createdAt: clock.now(),
      createdBy: principal.accountId ?? '',
    });
    return { snapshot, ...(await this.links.linkTo(snapshot.id)), revealed };
  }

  /** The page of a print by the token of its link, read by nobody's rights but the link's. Throws LINK_INVALID, NOT_FOUND. */
  async page(token: string): Promise<string> {
    return (await this.links.page(token)).html;
  }
}
