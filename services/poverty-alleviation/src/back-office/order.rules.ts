import { Refusal, refuse } from '@junxian/errors';

const MAX_REASON = 500;
const MAX_DOC_REF = 100;

/** What a back-office function is ordered by (PA-BO-00): why, by which document, and the typed confirmation. */
export interface BackOfficeOrder {
  reason: string;
  docRef?: string | null | undefined;
  /** What the person typed. */
  confirmation: string;
}

/**
 * Checks the order of a back-office function (PA-BO-00). Takes the order, the text the preview asked to be typed and
 * the path of the order in the input. Throws one Refusal: REASON_REQUIRED without a reason, CHECK_FAILED when the
 * confirmation was not typed as asked, INVALID_INPUT for texts that are too long.
 */
export function checkOrder(order: BackOfficeOrder, confirmation: string, path = 'order'): void {
  const faults: Refusal[] = [];
  const reason = order.reason.trim();
  if (reason === '') {
    faults.push(
      new Refusal(
        'REASON_REQUIRED',
        { zh: '后台业务须填写办理原因', en: 'A back-office function needs a reason' },
        { field: `${path}.reason` },
      ),
    );
  }
  if ([...reason].length > MAX_REASON) {
    faults.push(
      refuse.invalid(`${path}.reason`, {
        zh: `办理原因不超过 ${MAX_REASON} 个字，请精简`,
        en: `The reason has at most ${MAX_REASON} characters; shorten it`,
      }),
    );
  }
  if ([...(order.docRef ?? '')].length > MAX_DOC_REF) {
    faults.push(
      refuse.invalid(`${path}.docRef`, {
        zh: `依据文号不超过 ${MAX_DOC_REF} 个字`,
        en: `The reference of the document has at most ${MAX_DOC_REF} characters`,
      }),
    );
  }
  if (order.confirmation.trim() !== confirmation) {
    faults.push(
      new Refusal(
        'CHECK_FAILED',
        {
          zh: '后台业务须谨慎操作：请核对预览内容，并逐字输入预览中给出的确认内容',
          en: 'Use with care: check the preview and type the confirmation exactly as the preview gives it',
        },
        { field: `${path}.confirmation` },
      ),
    );
  }
  if (faults.length > 0) throw Refusal.many(faults);
}
