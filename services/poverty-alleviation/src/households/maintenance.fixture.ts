import { scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type {
  SaveHouseholdBasicInput,
  SaveIncomeAndHealthInput,
  SaveMemberInput,
  SaveProductionAndLivingInput,
  SaveRelocationInput,
} from '../generated/graphql';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { openStore, operatorOf, VILLAGES } from '../testing/store.support.test';
import { readMembers, readYearRecords } from './household-views.service';
import type { IdentificationInput } from './identification.input';
import { readMeasures } from './measures.service';
import { readOutcomes } from './outcomes.service';
import { copyYear } from './years.fixture';

export const YEARS = [2014, 2015, 2016, 2017];

type Changes<Input> = Omit<Input, 'householdId' | 'year' | 'expectedVersion'>;
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Households of a county with data of four years, and its operator at the page. */
export async function openStage() {
  const store = await openStore();
  const scope = scopeOf(operatorOf(VILLAGES.yunzhou1));
  const { tabs, memberMaintenance, outcomeMaintenance } = store.services;
  let serial = 0;

  const write = <T>(work: (tx: ScopedTransaction) => Promise<T>) => store.database.write(scope, work);
  const read = <T>(work: (tx: ScopedTransaction) => Promise<T>) => store.database.read(scope, work);
  const key = (householdId: string, year: number) => [{ householdId, year }];
  const record = async (id: string, year = 2017) =>
    (await read((tx) => readYearRecords(tx, key(id, year))))[0]!;
  const members = (id: string, year = 2017) => read((tx) => readMembers(tx, key(id, year)));
  const outcome = async (id: string, year = 2017) =>
    (await read((tx) => readOutcomes(tx, key(id, year))))[0]!;
  const measures = (id: string, year = 2017) => read((tx) => readMeasures(tx, key(id, year)));
  /** What a tab is saved by: the version that stands. */
  const seen = async (tx: ScopedTransaction, householdId: string, year: number) => {
    const [standing] = await readYearRecords(tx, key(householdId, year));
    return { householdId, year, expectedVersion: standing!.version };
  };

  return {
    ...store,
    write,
    record,
    members,
    outcome,
    measures,
    /** A household of a head, a wife and a son born in 1995, with data of all four years; and the serial of its head. */
    async household(changes: Partial<IdentificationInput> = {}) {
      const first = serial + 1;
      serial += 3;
      const form = householdForm(
        VILLAGES.yunzhou1,
        [
          memberForm(first, { name: '演示户主' }),
          memberForm(first + 1, { relationToHead: 'SPOUSE', sex: 'FEMALE' }),
          memberForm(first + 2, { relationToHead: 'SON', birthDate: '1995-06-01' }),
        ],
        changes,
      );
      const id = await store.identify(form);
      await copyYear(store, [id], 2017, [2014, 2015, 2016]);
      return { id, first };
    },
    /** Everything kept of a household, as text, by year. */
    async everything(id: string): Promise<Record<number, string>> {
      const texts = YEARS.map(async (year) => [
        year,
        JSON.stringify([
          await record(id, year),
          await members(id, year),
          await outcome(id, year),
          await measures(id, year),
        ]),
      ]);
      return Object.fromEntries(await Promise.all(texts));
    },
    basic: (id: string, year: number, changes: Changes<SaveHouseholdBasicInput>) =>
      write(async (tx) => tabs.saveBasic(tx, { ...(await seen(tx, id, year)), ...changes })),
    living: (id: string, year: number, changes: Changes<SaveProductionAndLivingInput>) =>
      write(async (tx) => tabs.saveProductionAndLiving(tx, { ...(await seen(tx, id, year)), ...changes })),
    income: (id: string, year: number, changes: Changes<SaveIncomeAndHealthInput>) =>
      write(async (tx) => tabs.saveIncomeAndHealth(tx, { ...(await seen(tx, id, year)), ...changes })),
    relocation: (id: string, year: number, changes: Changes<SaveRelocationInput>) =>
      write(async (tx) => tabs.saveRelocation(tx, { ...(await seen(tx, id, year)), ...changes })),
    saveMember: (input: SaveMemberInput) => write((tx) => memberMaintenance.save(tx, input)),
    saveOutcome: (id: string, year: number, expectedVersion: number, flags: Record<string, boolean | null>) =>
      write((tx) => outcomeMaintenance.save(tx, { householdId: id, year, expectedVersion, ...flags })),
  };
}
