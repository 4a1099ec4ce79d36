import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseForChange, noteOnCase } from '../cases/case-changes.service';
import type { PersonalData } from '../cases/personal-data.service';
import { identityView } from '../cases/petitioner-view.rules';
import { insertion, selectList } from '../rows';
import { Faults } from '../texts.rules';
import { checkedMobile } from './petitioner-form.rules';
import { mainPetitioner } from './petitioner-records.service';
import { checkMayKnowCode, MOST_SMS_PER_DAY } from './query-codes.rules';

/** One time a query code was given out 查询码送达, as stored. */
export interface QueryCodeDelivery {
  id: string;
  caseItemId: string;
  organisationId: string;
  means: 'PRINT' | 'SMS';
  mobileSealed: string | null;
  at: Date;
  byAccount: string;
  smsStatus: 'PENDING' | 'SENT' | 'DELIVERED' | 'FAILED' | null;
  attempts: number;
  sentAt: Date | null;
  /** When the provider said what became of the message. */
  reportedAt: Date | null;
  version: number;
}

export const DELIVERY_COLUMNS = selectList(
  [
    'id',
    'caseItemId',
    'organisationId',
    'means',
    'mobileSealed',
    'at',
    'byAccount',
    'smsStatus',
    'attempts',
    'sentAt',
    'reportedAt',
    'version',
  ],
  'd',
);

/** The query code of an item, for whoever may know it; each look is in the journal. Throws NOT_FOUND, QUERY_CODE_NOT_YOURS, NO_QUERY_CODE. */
export async function showQueryCode(
  tx: ScopedTransaction,
  personal: PersonalData,
  caseItemId: string,
  officer: Officer,
  at: Date,
): Promise<string> {
  const item = await itemOfCode(tx, caseItemId, officer);
  await noteOnCase(tx, item, { action: 'QUERY_CODE_SHOWN', actor: officer, at });
  return personal.open(item.queryCodeSealed, 'case_item.query_code')!;
}

/** The code for a slip, its printing logged (PT-REG-06). Throws what {@link showQueryCode} throws. */
export async function printQueryCode(
  tx: ScopedTransaction,
  personal: PersonalData,
  caseItemId: string,
  officer: Officer,
  at: Date,
): Promise<{ item: CaseItem; code: string; delivery: QueryCodeDelivery }> {
  const item = await itemOfCode(tx, caseItemId, officer);
  const delivery = await logged(tx, item, { means: 'PRINT' }, officer, at);
  return { item, delivery, code: personal.open(item.queryCodeSealed, 'case_item.query_code')! };
}

/**
 * Puts a message with the code on its way: to the petitioner's mobile, or to another one the petitioner named. It is sent after the commit, by
 * `QueryCodeMessages`. Throws what {@link showQueryCode} throws, MOBILE_REQUIRED, INVALID_PHONE, RATE_LIMITED (PT-REG-06).
 */
export async function queueQueryCode(
  tx: ScopedTransaction,
  personal: PersonalData,
  { caseItemId, mobile }: { caseItemId: string; mobile?: string | null | undefined },
  officer: Officer,
  at: Date,
): Promise<QueryCodeDelivery> {
  const item = await itemOfCode(tx, caseItemId, officer);
  const faults = new Faults();
  const given = checkedMobile(mobile, 'mobile', faults);
  faults.throwIfAny();
  const number = given ?? (await mobileOfPetitioner(tx, personal, item, officer));
  if (number === null) throw mobileRequired();
  await limitMessages(tx, item.id, at);
  return logged(
    tx,
    item,
    {
      means: 'SMS',
      mobileSealed: personal.seal(number, 'query_code_delivery.mobile'),
      smsStatus: 'PENDING',
      nextAttemptAt: at,
    },
    officer,
    at,
  );
}

/** Deliveries of query codes of items in sight, in order. */
export function deliveriesOf(
  tx: ScopedTransaction,
  itemIds: readonly string[],
): Promise<QueryCodeDelivery[]> {
  return tx.query<QueryCodeDelivery>(
    `SELECT ${DELIVERY_COLUMNS} FROM query_code_delivery d WHERE d.case_item_id = ANY($1::uuid[]) ORDER BY d.case_item_id, d.id`,
    [itemIds],
  );
}

async function itemOfCode(tx: ScopedTransaction, caseItemId: string, officer: Officer): Promise<CaseItem> {
  const item = await caseForChange(tx, caseItemId, null);
  checkMayKnowCode(item, officer);
  return item;
}

async function logged(
  tx: ScopedTransaction,
  item: CaseItem,
  how: Partial<QueryCodeDelivery> & { means: 'PRINT' | 'SMS'; nextAttemptAt?: Date },
  officer: Officer,
  at: Date,
): Promise<QueryCodeDelivery> {
  const { columns, placeholders, values } = insertion({
    ...how,
    caseItemId: item.id,
    organisationId: officer.organisationId,
    at,
    byAccount: officer.accountId,
  });
  const [delivery] = await tx.query<QueryCodeDelivery>(
    `INSERT INTO query_code_delivery AS d (${columns}) VALUES (${placeholders}) RETURNING ${DELIVERY_COLUMNS}`,
    values,
  );
  await noteOnCase(tx, item, {
    action: how.means === 'PRINT' ? 'QUERY_CODE_PRINTED' : 'QUERY_CODE_SENT',
    actor: officer,
    at,
    subjectId: delivery!.id,
  });
  return delivery!;
}

async function mobileOfPetitioner(
  tx: ScopedTransaction,
  personal: PersonalData,
  item: CaseItem,
  officer: Officer,
): Promise<string | null> {
  // Who may not see the number does not send to it either: the log would say to which.
  if (identityView(item, { kind: 'OFFICER', ...officer }) !== 'FULL') return null;
  const petitioner = await mainPetitioner(tx, item.id);
  return personal.open(petitioner?.mobileSealed ?? null, 'petitioner.mobile');
}

async function limitMessages(tx: ScopedTransaction, caseItemId: string, at: Date): Promise<void> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM query_code_delivery
     WHERE case_item_id = $1 AND means = 'SMS' AND at > $2`,
    [caseItemId, new Date(at.getTime() - 86_400_000)],
  );
  if (row!.count < MOST_SMS_PER_DAY) return;
  throw new Refusal(
    'RATE_LIMITED',
    {
      zh: `同一信访件 24 小时内最多发送 ${MOST_SMS_PER_DAY} 次查询码，请改为打印或明天再发`,
      en: `A query code is sent at most ${MOST_SMS_PER_DAY} times in 24 hours; print it or send it tomorrow`,
    },
    { httpStatus: 429 },
  );
}

const mobileRequired = () =>
  new Refusal(
    'MOBILE_REQUIRED',
    {
      zh: '该件没有可用的信访人手机号，请填写接收短信的手机号或改为打印',
      en: 'There is no mobile number of the petitioner to use; enter one, or print the code',
    },
    { field: 'mobile' },
  );
