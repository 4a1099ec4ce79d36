import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { openInterview } from '../interviews/interviews.service';
import type { Attachments } from '../submissions/attachments.service';
import { Faults } from '../texts.rules';
import { checkPetitionDate } from './case-form.rules';
import type { RegisteredCase } from './case-registration.service';
import { storeCoVisitors } from './co-visitors.service';
import { petitionerColumns } from './petitioner-records.service';
import {
  checkedForm,
  outOfReach,
  type RegistrationForm,
  type RegistrationParts,
  registerChecked,
} from './registering.service';
import type { CoVisitorInput, VisitorSource } from './registration.types';
import { checkCoVisitor, checkVisitorCount, isCollective } from './visit.rules';

/** A visit 来访 as typed. */
export interface VisitForm extends RegistrationForm {
  source: VisitorSource;
  petitionDate?: string | null | undefined;
  visitorCount: number;
  coVisitors?: readonly CoVisitorInput[] | null | undefined;
  interviewerId?: string | null | undefined;
  photoFileId?: string | null | undefined;
}

/**
 * Registers a visit 来访登记: visitor from the ID reader or by hand, co-visitors, the collective flag, and the interviewer's task.
 * Refuses all faults of the form together (COUNT_MISMATCH, TOO_MANY_REPRESENTATIVES among them); then DUPLICATES_UNDECIDED,
 * SATISFACTION_LOCKED, NO_SUCH_INTERVIEWER, FILE_NOT_FOUND. Rules: PT-VIS-01…03, PT-VIS-07.
 */
export async function registerVisit(
  tx: ScopedTransaction,
  parts: RegistrationParts & { attachments: Attachments },
  form: VisitForm,
  officer: Officer,
): Promise<RegisteredCase> {
  const { personal, clock, attachments } = parts;
  const at = clock.now();
  const today = clock.today();
  const faults = new Faults();
  const checked = await checkedForm(tx, parts, form, officer, faults);
  const petitionDate = form.petitionDate ?? today;
  checkPetitionDate(petitionDate, today, faults);
  const coVisitors = (form.coVisitors ?? []).map((typed, index) =>
    checkCoVisitor(typed, { path: `coVisitors[${index}]`, today }, faults),
  );
  checkVisitorCount(form.visitorCount, coVisitors, faults);
  const photoFileId = form.photoFileId ?? null;
  if (photoFileId !== null && !isUuid(photoFileId)) faults.add(refuse.notFound('photoFileId'));
  faults.throwIfAny();
  const registered = await registerChecked(
    tx,
    parts,
    checked,
    {
      channel: 'VISIT',
      petitionDate,
      receivedAt: at,
      visitorCount: form.visitorCount,
      collective: isCollective(form.visitorCount),
      interviewerId: form.interviewerId ?? null,
      petitioner: { ...petitionerColumns(checked.person, personal, checked), photoFileId },
    },
    officer,
  );
  const { item } = registered;
  if (photoFileId !== null)
    await attachments.attachFiles(
      tx,
      { type: 'VISITOR', id: item.id, caseItemId: item.id },
      [photoFileId],
      officer,
    );
  await storeCoVisitors(tx, { personal, attachments }, item.id, coVisitors, officer, at);
  if (item.interviewerId !== null) await openInterview(tx, item, item.interviewerId, officer, at);
  return outOfReach(tx, registered, officer, at);
}
