import { Refusal } from '@junxian/errors';
import type { CaseState, HandlingMode, MatterStatus } from '../cases/case.types';
import { Faults, required, TEXT_LIMITS } from '../texts.rules';
import { SERVICE_MODES, type ServiceMode } from './document.rules';
import type { Notice, NoticeKind } from './notice.types';

/** The handling mode a notice is the document of. */
export const MODE_OF_NOTICE = {
  ACCEPTANCE: 'INFORM_ACCEPT',
  NON_ACCEPTANCE: 'INFORM_NOT_ACCEPT',
  NO_LONGER_ACCEPTANCE: 'INFORM_NO_LONGER',
} as const satisfies Record<NoticeKind, HandlingMode>;

/** The state an item has once a notice is filed (3.2). */
export const STATE_AFTER_NOTICE = {
  ACCEPTANCE: 'ACCEPTED',
  NON_ACCEPTANCE: 'COMPLETED',
  NO_LONGER_ACCEPTANCE: 'COMPLETED',
} as const satisfies Record<NoticeKind, CaseState>;

export interface NoticeInput {
  body: string;
  legalBasis?: string | null;
  reason?: string | null;
  serviceMode?: ServiceMode | null;
}

export type NoticeTexts = Pick<Notice, 'body' | 'legalBasis' | 'reason' | 'serviceMode'>;

/** Checks the texts of a draft, which may still be incomplete but for its body. Throws all faults. */
export function checkNoticeTexts(input: NoticeInput): NoticeTexts {
  const faults = new Faults();
  const texts = {
    body: faults.text('body', input.body, TEXT_LIMITS.CONTENT),
    legalBasis: faults.optionalText('legalBasis', input.legalBasis, TEXT_LIMITS.REASON),
    reason: faults.optionalText('reason', input.reason, TEXT_LIMITS.REASON),
    serviceMode: SERVICE_MODES.find((mode) => mode === input.serviceMode) ?? null,
  };
  faults.throwIfAny();
  return texts;
}

/**
 * Checks that a notice may be filed: sealed by the officer (PT-NTC-05), a reason unless it is an acceptance, a way to
 * serve it where it must be served (PT-NTC-04), and a matter that is FINAL or LAPSED for the no-longer-acceptance
 * (3.2). Throws all faults: SEAL_REQUIRED, FIELD_REQUIRED, MATTER_NOT_ENDED.
 */
export function checkNoticeForFiling(
  notice: Pick<Notice, 'kind' | 'reason' | 'serviceMode'>,
  facts: { sealConfirmed: boolean; serviceOwed: boolean; matterStatus: MatterStatus | null },
): void {
  const faults = new Faults();
  if (notice.kind === 'NO_LONGER_ACCEPTANCE' && facts.matterStatus === 'OPEN') {
    faults.add(
      new Refusal('MATTER_NOT_ENDED', {
        zh: '该信访事项尚未三级终结，也未超过申请复查复核的期限，不能告知不再受理，请按程序办理',
        en: 'The matter is neither final nor lapsed, so it cannot be declined as exhausted; handle it in the ordinary way',
      }),
    );
  }
  if (notice.kind !== 'ACCEPTANCE' && notice.reason === null) faults.add(required('reason'));
  if (facts.serviceOwed && notice.serviceMode === null) faults.add(required('serviceMode'));
  if (!facts.sealConfirmed) {
    faults.add(
      new Refusal(
        'SEAL_REQUIRED',
        {
          zh: '告知书入库须使用CA证书并加盖电子签章，请确认签章后再入库',
          en: 'Filing a notice takes your CA certificate and the e-seal; confirm the seal, then file it',
        },
        { field: 'sealConfirmation' },
      ),
    );
  }
  faults.throwIfAny();
}

/** What a seal is put on: all that the petitioner is told, and when. */
export function noticeContent(
  notice: Pick<Notice, 'kind' | 'organisationId' | 'body' | 'legalBasis' | 'reason'>,
  issued: {
    docNo: string;
    itemNo: string;
    correctsDocNo: string | null;
    filedAt: Date;
    handleDueOn: string | null;
  },
): Record<string, string | null> {
  const { kind, organisationId, body, legalBasis, reason } = notice;
  return { kind, organisationId, body, legalBasis, reason, ...issued, filedAt: issued.filedAt.toISOString() };
}
