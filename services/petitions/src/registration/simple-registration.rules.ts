import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { CaseItem, HandlingMode, MatterStatus } from '../cases/case.types';
import { cleanText, fieldRequired } from '../public-accounts/faults.rules';
import { type Faults } from '../texts.rules';
import { checkedLetterCount } from './case-form.rules';
import type { Given } from './registration.types';

/** The five kinds of letters without follow-up (PT-SIM-01, §4.2). */
export type SimpleKind = 'UNCLEAR' | 'REPEAT' | 'OTHER_PROVINCE' | 'LITIGATION' | 'FINAL';

/** A simple registration 来信简单登记, checked. */
export interface SimpleFacts {
  kind: SimpleKind;
  name: string;
  address: string;
  letterCount: number;
  addressee: string | null;
  note: string | null;
  handlingMode: HandlingMode;
  destination: string;
  linkedItemId: string | null;
}
export type SimpleForm = Given<SimpleFacts> & {
  readonly kind: SimpleKind;
  readonly handlingMode: HandlingMode;
};

/**
 * Cleans and checks a simple registration. Adds FIELD_REQUIRED (name, address, destination), TEXT_TOO_LONG, INVALID_INPUT, NOT_FOUND, and
 * FEATURE_DISABLED for SUPERVISE while it is off (PT-HND-09).
 */
export function checkSimple(
  typed: SimpleForm,
  features: { supervise: boolean },
  faults: Faults,
): SimpleFacts {
  const required = (field: 'name' | 'address' | 'destination', longest: number, zh: string, en: string) => {
    const text = cleanText(typed[field], field, longest, faults);
    if (text === null) faults.add(fieldRequired(field, zh, en));
    return text ?? '';
  };
  const linkedItemId = typed.linkedItemId ?? null;
  if (linkedItemId !== null && !isUuid(linkedItemId)) faults.add(refuse.notFound('linkedItemId'));
  if (typed.handlingMode === 'SUPERVISE' && !features.supervise) faults.add(superviseDisabled());
  return {
    kind: typed.kind,
    handlingMode: typed.handlingMode,
    name: required('name', 100, '姓名（不详时填“不详”）', 'the name, or "unknown"'),
    address: required('address', 200, '地址（不详时填“不详”）', 'the address, or "unknown"'),
    destination: required('destination', 200, '去向', 'where the letter goes'),
    letterCount: checkedLetterCount(typed.letterCount, faults),
    addressee: cleanText(typed.addressee, 'addressee', 200, faults),
    note: cleanText(typed.note, 'note', 1_000, faults),
    linkedItemId,
  };
}

/**
 * The kind that an earlier item suggests: three levels are done, it belongs to the courts, or it is merely a letter
 * again (PT-SIM-03, PT-RVW-03). An item out of sight says nothing but that it is a repetition.
 */
export function suggestedKind(
  linked: { item: Pick<CaseItem, 'litigationRelated'>; matterStatus: MatterStatus } | null,
): SimpleKind {
  if (linked?.matterStatus === 'FINAL') return 'FINAL';
  return linked?.item.litigationRelated ? 'LITIGATION' : 'REPEAT';
}

const superviseDisabled = () =>
  new Refusal(
    'FEATURE_DISABLED',
    { zh: '督办尚未启用，请选择其他办理方式', en: 'Supervising is not in use yet; choose another mode' },
    { field: 'handlingMode' },
  );
