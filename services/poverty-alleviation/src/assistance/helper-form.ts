import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { OfficialRank } from '../assistance-code-lists';
import type { Education, IdDocumentType, Sex } from '../code-lists';
import { FormFaults } from '../households/form-faults.rules';
import type { IdentityKey } from '../households/identity-documents.rules';
import type { PoliticalStatus } from '../national-code-lists';
import type { PersonalData } from '../personal-data';
import { encode } from '../record-fields';
import { HELPER } from './assistance-fields.rules';
import { checkPerson } from './assistance-forms.rules';
import type { HelperView } from './pairing-views.service';

/** The form of a helper; with an id and a version it changes one. */
export interface HelperInput {
  id?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  unitId: string;
  name: string;
  sex: Sex;
  idType: IdDocumentType;
  idNumber?: string | null | undefined;
  phone?: string | null | undefined;
  political?: PoliticalStatus | null | undefined;
  education?: Education | null | undefined;
  position?: string | null | undefined;
  rank?: OfficialRank | null | undefined;
  speciality?: string | null | undefined;
}

/** A helper's form that is in order, with what the person and the phone are found by. */
export interface CheckedHelper {
  input: HelperInput;
  key: IdentityKey;
  number: string;
  phone: string;
  idNumberIndex: string;
  phoneIndex: string;
}

/** Forms of helpers: what must be filled in, and how it is kept. */
export class HelperForms {
  constructor(
    private readonly personal: PersonalData,
    private readonly clock: Clock,
  ) {}

  /** Checks a form with the person's document and phone, typed in or as they stand. Throws one Refusal with all faults. */
  check(input: HelperInput, before: HelperView | null): CheckedHelper {
    const stored = before && {
      idNumber: this.personal.open(before.idNumberSealed, 'responsible_helper.id_number'),
      phone: this.personal.open(before.phoneSealed, 'responsible_helper.phone'),
    };
    const person = {
      ...input,
      idNumber: input.idNumber ?? stored?.idNumber,
      phone: input.phone ?? stored?.phone,
    };
    const faults = new FormFaults();
    const key = checkPerson(person, '', this.clock.today(), faults);
    faults.expectText(input.speciality, 200, 'speciality');
    if (faults.list.length > 0 || key === null) throw Refusal.many(faults.list);
    const phone = person.phone!.trim();
    return {
      input,
      key,
      number: person.idNumber!.trim().toUpperCase(),
      phone,
      idNumberIndex: this.personal.indexOf(key),
      phoneIndex: this.personal.phoneIndexOf(phone),
    };
  }

  /** The columns of a form in order, and what is stored in them. */
  stored({ input, key, number, phone, idNumberIndex, phoneIndex }: CheckedHelper) {
    return encode(HELPER, {
      name: input.name.trim(),
      sex: input.sex,
      idType: input.idType,
      idNumberSealed: this.personal.seal(number, 'responsible_helper.id_number')!,
      idNumberIndex,
      citizenId: this.personal.citizenIdOf(key),
      phoneSealed: this.personal.seal(phone, 'responsible_helper.phone')!,
      phoneIndex,
      political: input.political ?? null,
      education: input.education ?? null,
      position: input.position?.trim() ?? null,
      rank: input.rank ?? null,
      speciality: input.speciality?.trim() ?? null,
    });
  }
}
