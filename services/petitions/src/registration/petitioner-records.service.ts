import type { ScopedTransaction } from '@junxian/persistence';
import type { Petitioner } from '../cases/case.types';
import { caseLoaders } from '../cases/case-reads.service';
import type { PersonalData } from '../cases/personal-data.service';
import { assignments } from '../rows';
import { isResidentNumber } from './petitioner-form.rules';
import type { PetitionerFacts } from './registration.types';

/** A petitioner's columns, numbers sealed and indexed. */
export type PetitionerColumns = Omit<PetitionerFacts, 'idNumber' | 'mobile' | 'phone' | 'email'> &
  Pick<
    Petitioner,
    'idNumberSealed' | 'idNumberIndex' | 'mobileSealed' | 'phoneSealed' | 'emailSealed' | 'citizenId'
  > & {
    mobileIndex: string | null;
  };

/** A checked petitioner as stored. Of an anonymous one no citizen is derived: nothing may lead from a person to the item. */
export function petitionerColumns(
  { idNumber, mobile, phone, email, ...plain }: PetitionerFacts,
  personal: PersonalData,
  { anonymous }: { anonymous: boolean },
): PetitionerColumns {
  return {
    ...plain,
    idNumberSealed: personal.seal(idNumber, 'petitioner.id_number'),
    idNumberIndex: personal.index('idNumber', idNumber),
    mobileSealed: personal.seal(mobile, 'petitioner.mobile'),
    mobileIndex: personal.index('mobile', mobile),
    phoneSealed: personal.seal(phone, 'petitioner.phone'),
    emailSealed: personal.seal(email, 'petitioner.email'),
    citizenId: !anonymous && isResidentNumber(plain.idType, idNumber) ? personal.citizenId(idNumber) : null,
  };
}

/** What a stored petitioner says, opened. For use inside this service: who may see it is decided by the caller. */
export function openedPetitioner(row: Petitioner, personal: PersonalData): PetitionerFacts {
  return {
    name: row.name,
    sex: row.sex as PetitionerFacts['sex'],
    idType: row.idType,
    idNumber: personal.open(row.idNumberSealed, 'petitioner.id_number'),
    householdAddress: row.householdAddress,
    householdRegionCode: row.householdRegionCode,
    usualAddress: row.usualAddress,
    usualRegionCode: row.usualRegionCode,
    mailingAddress: row.mailingAddress,
    mailingRegionCode: row.mailingRegionCode,
    mobile: personal.open(row.mobileSealed, 'petitioner.mobile'),
    phone: personal.open(row.phoneSealed, 'petitioner.phone'),
    email: personal.open(row.emailSealed, 'petitioner.email'),
    birthDate: row.birthDate,
    ethnicity: row.ethnicity,
    politicalStatus: row.politicalStatus,
    occupation: row.occupation,
    employer: row.employer,
    postcode: row.postcode,
    residencyStatus: row.residencyStatus,
  };
}

/** The main petitioner of an item in sight, or null. */
export function mainPetitioner(tx: ScopedTransaction, caseItemId: string): Promise<Petitioner | null> {
  return caseLoaders(() => Promise.resolve(tx)).mainPetitioner.load(caseItemId);
}

/** Stores a corrected main petitioner of a locked item. */
export async function changePetitioner(
  tx: ScopedTransaction,
  petitionerId: string,
  columns: Partial<PetitionerColumns>,
): Promise<void> {
  const { sql, values } = assignments(columns, 2);
  await tx.query(`UPDATE petitioner SET ${sql}, version = version + 1 WHERE id = $1`, [
    petitionerId,
    ...values,
  ]);
}
