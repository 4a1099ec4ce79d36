import { Refusal } from '@junxian/errors';
import type { CaseItem } from '../cases/case.types';
import { isProtected } from '../cases/petitioner-view.rules';
import { Faults } from '../texts.rules';

/** The states in which an item's handling is done (PT-PBL-01). */
const DONE: readonly CaseItem['state'][] = ['COMPLETED', 'REVIEWED', 'FINAL', 'LAPSED'];

/** Refuses what is never published: an accusation, a confidential item, one of an anonymous petitioner. Throws NOT_PUBLISHABLE. Rule: PT-PBL-02. */
export function checkPublishable(item: Pick<CaseItem, 'purpose' | 'confidential' | 'anonymous'>): void {
  if (!isProtected(item) && !item.anonymous) return;
  throw new Refusal(
    'NOT_PUBLISHABLE',
    {
      zh: '检举控告件、保密件和匿名件不得公开，请选择其他信访件',
      en: 'Accusations, confidential items and those of anonymous petitioners are not published; choose another item',
    },
    { field: 'caseItemId', httpStatus: 409 },
  );
}

/**
 * Checks that an item may be published now. Throws NOT_PUBLISHABLE, NOT_COMPLETED, CONSENT_REQUIRED; the first that
 * holds. Rules: PT-PBL-01, PT-PBL-02.
 */
export function checkPublication(
  item: Pick<CaseItem, 'purpose' | 'confidential' | 'anonymous' | 'state'>,
  consentConfirmed: boolean,
): void {
  checkPublishable(item);
  if (!DONE.includes(item.state)) {
    throw new Refusal(
      'NOT_COMPLETED',
      {
        zh: '该信访件尚未办结，办结后才能公开',
        en: 'The item is not completed; it can be published once it is',
      },
      { httpStatus: 409 },
    );
  }
  if (!consentConfirmed) {
    throw new Refusal(
      'CONSENT_REQUIRED',
      {
        zh: '请先征得信访人同意并确认，再公开案例',
        en: 'Ask the petitioner and confirm the consent before publishing the case',
      },
      { field: 'consentConfirmed' },
    );
  }
}

const TITLE_LIMIT = 200;
const BODY_LIMIT = 10_000;

/** Title and body without the blanks around them. Throws FIELD_REQUIRED and INVALID_INPUT (too long), all at once. */
export function checkedTexts({ title, body }: { title: string; body: string }): {
  title: string;
  body: string;
} {
  const faults = new Faults();
  const checked = {
    title: faults.text('title', title, TITLE_LIMIT),
    body: faults.text('body', body, BODY_LIMIT),
  };
  faults.throwIfAny();
  return checked;
}
