import { dateInShanghai } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { cleanText } from '../public-accounts/faults.rules';
import { Faults } from '../texts.rules';
import { checkedLetterCount, checkPetitionDate, receivedAt } from './case-form.rules';
import type { RegisteredCase } from './case-registration.service';
import {
  checkedForm,
  outOfReach,
  type RegistrationForm,
  type RegistrationParts,
  registerChecked,
} from './registering.service';

/** A letter 来信 or call 来电 as typed. */
export interface LetterForm extends RegistrationForm {
  petitionDate: string;
  receivedAt?: Date | null | undefined;
  addressee?: string | null | undefined;
  letterCount?: number | null | undefined;
}

/**
 * Registers a letter 来信登记, or a phone call like one [S]. Refuses all faults of the form together; then DUPLICATES_UNDECIDED,
 * SATISFACTION_LOCKED. Rules: §4.1, PT-DUP-01…03, PT-SAT-01…04.
 */
export async function registerLetter(
  tx: ScopedTransaction,
  parts: RegistrationParts,
  form: LetterForm,
  officer: Officer,
  channel: 'LETTER' | 'PHONE' = 'LETTER',
): Promise<RegisteredCase> {
  const faults = new Faults();
  const checked = await checkedForm(tx, parts, form, officer, faults);
  const received = receivedAt(form.receivedAt, parts.clock.now(), faults);
  checkPetitionDate(form.petitionDate, dateInShanghai(received), faults);
  const letter =
    channel === 'LETTER'
      ? {
          addressee: cleanText(form.addressee, 'addressee', 200, faults),
          letterCount: checkedLetterCount(form.letterCount, faults),
        }
      : {};
  faults.throwIfAny();
  const registered = await registerChecked(
    tx,
    parts,
    checked,
    { channel, petitionDate: form.petitionDate, receivedAt: received, ...letter },
    officer,
  );
  return outOfReach(tx, registered, officer, parts.clock.now());
}
