import { scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { readMembers, readYearRecords } from '../households/household-views.service';
import type { MemberInput } from '../households/identification.input';
import { copyYear } from '../households/years.fixture';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, VILLAGES } from '../testing/store.support.test';
import type { ConfirmedOrder, Operation, Plan } from './back-office.service';

export type Office = Awaited<ReturnType<typeof openOffice>>;

/** The back office of Shanxi: its administrator, and households that the counties identified. */
export async function openOffice() {
  const store = await openStore();
  const admin = officer('140000000000', 'PROVINCE', 'PROVINCE_ADMIN', 'MANAGER', 'FUND', 'PROJECT');
  const scope = scopeOf(admin);
  const { backOffice, backOfficeFunctions: functions } = store.services;
  const nation = scopeOf(officer('000000000000', 'NATION', 'VIEWER'));
  const seen = <T>(work: (tx: ScopedTransaction) => Promise<T>) => store.database.read(nation, work);
  const read = <T>(work: (tx: ScopedTransaction) => Promise<T>) => store.database.read(scope, work);
  const write = <T>(work: (tx: ScopedTransaction) => Promise<T>) => store.database.write(scope, work);
  let serial = 0;

  const preview = <Input extends object, P extends Plan>(operation: Operation<Input, P>, input: Input) =>
    read((tx) => backOffice.preview(tx, operation, input));
  const execute = <Input extends object, P extends Plan>(
    operation: Operation<Input, P>,
    input: Input,
    order: ConfirmedOrder,
  ) => write((tx) => backOffice.execute(tx, operation, input, order));

  return {
    ...store,
    admin,
    functions,
    read,
    write,
    preview,
    execute,
    /** The serial of the next person nobody has used yet. */
    next: () => ++serial,
    /** Previews a function and confirms it as the preview asks; returns the id of the log's line. */
    async confirmed<Input extends object, P extends Plan>(
      operation: Operation<Input, P>,
      input: Input,
    ): Promise<string> {
      const { confirmation, previewToken } = await preview(operation, input);
      return execute(operation, input, {
        reason: '核查更正',
        docRef: '晋开发办〔2017〕1号',
        confirmation,
        previewToken,
      });
    },
    /** A household with a wage income of 16,000 yuan, of a head and these others; returns its id, file and the serial of its head's number. */
    async household(
      others: readonly Partial<MemberInput>[] = [
        { relationToHead: 'SPOUSE', sex: 'FEMALE' },
        { relationToHead: 'SON' },
      ],
      village: string = VILLAGES.yunzhou1,
    ) {
      const first = serial + 1;
      const id = await store.identify(
        householdForm(
          village,
          [{}, ...others].map((changes) => memberForm(++serial, changes)),
          { incomeAndHealth: { wageIncome: '16000.00' } },
        ),
      );
      return { id, first, ...(await seen((tx) => fileOf(tx, id))) };
    },
    file: (id: string, year = 2017) => seen((tx) => fileOf(tx, id, year)),
    /** Gives a household the year-ends before the cycle, too. */
    earlierYears: (id: string, ...years: number[]) => copyYear(store, [id], 2017, years),
    /** Gives a member the number of another in a year, as data of earlier years came. */
    sameNumber: (memberId: string, asMemberId: string, year: number) =>
      store.adminQuery(
        `UPDATE member_year_record r SET repeats_number = true, id_type = o.id_type, id_number_sealed = o.id_number_sealed,
           id_number_index = o.id_number_index, citizen_id = o.citizen_id
         FROM member_year_record o WHERE r.member_id = $1 AND r.year = $3 AND o.member_id = $2 AND o.year = $3`,
        [memberId, asMemberId, year],
      ),
    events: (happened: string) =>
      store.adminQuery<{ data: Record<string, unknown> }>(
        `SELECT envelope::jsonb->'data' AS data FROM outbox WHERE envelope::jsonb->>'type' = $1 ORDER BY position`,
        [`junxian.poverty-alleviation.${happened}.v1`],
      ),
    log: (id: string) =>
      store
        .adminQuery<Record<string, unknown>>('SELECT * FROM back_office_operation WHERE id = $1', [id])
        .then(([row]) => row!),
  };
}

async function fileOf(tx: ScopedTransaction, householdId: string, year = 2017) {
  const [record] = await readYearRecords(tx, [{ householdId, year }]);
  const members = await readMembers(tx, [{ householdId, year }]);
  const [{ householdNo, fileStatus, closedYear } = { householdNo: '', fileStatus: '', closedYear: null }] =
    await tx.query<{ householdNo: string; fileStatus: string; closedYear: number | null }>(
      'SELECT household_no AS "householdNo", file_status AS "fileStatus", closed_year AS "closedYear" FROM household WHERE id = $1',
      [householdId],
    );
  return { record: record!, members, householdNo, fileStatus, closedYear };
}

/** Pairs the household with a helper whose unit serves these villages. */
export async function pairWithHelper(
  office: Pick<Office, 'adminQuery'>,
  householdId: string,
  ...villages: string[]
): Promise<void> {
  const trace = `'x', now(), 'x', now()`;
  const [unit] = await office.adminQuery<{ id: string }>(
    `INSERT INTO assistance_unit (region_code, name, type, affiliation, contact, phone_sealed, created_by, created_at, updated_by, updated_at)
     VALUES ('140215000000', '演示单位' || uuidv7(), '01', '04', '演示', 'sealed', ${trace}) RETURNING id`,
  );
  for (const village of villages) {
    await office.adminQuery(
      `INSERT INTO unit_village_pairing (unit_id, region_code, start_date, created_by, created_at, updated_by, updated_at)
       VALUES ($1, $2, '2017-01-01', ${trace})`,
      [unit!.id, village],
    );
  }
  const [helper] = await office.adminQuery<{ id: string }>(
    `INSERT INTO responsible_helper (unit_id, region_code, name, sex, id_type, id_number_sealed, id_number_index, phone_sealed, phone_index,
       created_by, created_at, updated_by, updated_at)
     VALUES ($1, '140215000000', '演示帮扶', '1', '01', 'sealed', uuidv7()::text, 'sealed', uuidv7()::text, ${trace}) RETURNING id`,
    [unit!.id],
  );
  await office.adminQuery(
    `INSERT INTO helper_pairing (household_id, helper_id, region_code, start_date, created_by, created_at, updated_by, updated_at)
     SELECT id, $2, region_code, '2017-01-01', ${trace} FROM household WHERE id = $1`,
    [householdId, helper!.id],
  );
}
