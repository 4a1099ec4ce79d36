import type { Principal } from '@junxian/identity';
import { scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, type TestStore } from '../testing/store.support.test';
import type { HelperInput } from './helper-form';
import type { UnitInput } from './units.service';

export const COUNTY = '140215000000';
export const CITY = '140200000000';
export const county = officer(COUNTY, 'COUNTY');
export const city = officer(CITY, 'CITY');

export const unitForm = (changes: Partial<UnitInput> = {}): UnitInput => ({
  regionCode: COUNTY,
  name: '示例县教育局',
  type: 'STATE_ORGAN',
  affiliation: 'COUNTY',
  contact: '示例乙',
  phone: '0352-6100000',
  ...changes,
});

/** A helper's form; `serial` decides the ID number and the phone. */
export const helperForm = (
  unitId: string,
  serial: number,
  changes: Partial<HelperInput> = {},
): HelperInput => ({
  unitId,
  name: '帮扶示例',
  sex: 'MALE',
  idType: 'RESIDENT_ID',
  idNumber: idNumber(serial),
  phone: `139${String(serial).padStart(8, '0')}`,
  ...changes,
});

/** Writing and reading as an officer, by the use cases. */
export function assistanceStage(store: TestStore) {
  const { services, database } = store;
  let serial = 10_000;
  const write = <T>(work: (tx: ScopedTransaction) => Promise<T>, principal: Principal = county) =>
    database.write(scopeOf(principal), work);
  const read = <T>(work: (tx: ScopedTransaction) => Promise<T>, principal: Principal = county) =>
    database.read(scopeOf(principal), work);
  return {
    write,
    read,
    serial: () => ++serial,
    unit: (changes: Partial<UnitInput> = {}, principal = county) =>
      write((tx) => services.assistanceUnits.save(tx, unitForm(changes)), principal),
    helper: (unitId: string, changes: Partial<HelperInput> = {}, principal = county) =>
      write((tx) => services.helpers.save(tx, helperForm(unitId, ++serial, changes)), principal),
    pairUnit: (
      unitId: string,
      villageCodes: string | string[],
      startDate = '2017-01-01',
      principal = county,
    ) =>
      write(
        (tx) => services.unitPairings.pair(tx, { unitId, villageCodes: [villageCodes].flat(), startDate }),
        principal,
      ),
    pair: (
      householdId: string,
      helperId: string,
      startDate = '2017-03-01',
      year = 2017,
      principal = county,
    ) =>
      write((tx) => services.helperPairings.pair(tx, { householdId, helperId, startDate, year }), principal),
    household: (village: string) => store.identify(householdForm(village, [memberForm(++serial)])),
  };
}

/** The code of a refusal, and the field it names. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    const { code, field, faults } = error as {
      code?: string;
      field?: string;
      faults?: { code: string; field?: string }[];
    };
    if (faults && faults.length > 0) return faults.map((fault) => `${fault.code} ${fault.field}`).join(', ');
    return `${code ?? String(error)} ${field ?? ''}`.trim();
  }
}
