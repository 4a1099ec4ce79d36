import { Refusal } from '@junxian/errors';
import type { CaseItem } from '../cases/case.types';

/** What messages with query codes are sent for, by which their reports are told from others. */
export const QUERY_CODE_PURPOSE = 'petitions.query-code';
/** How often a message is tried before it counts as failed, and the minutes between the tries. */
export const SMS_WAITS_MINUTES = [1, 5, 15, 60] as const;
/** At most so many messages about one item in 24 hours. */
export const MOST_SMS_PER_DAY = 5;

const REGISTRARS = ['petitions:ONLINE_REGISTRAR', 'petitions:LETTER_REGISTRAR', 'petitions:VISIT_REGISTRAR'];
const MAY_DELIVER = [...REGISTRARS, 'petitions:HANDLER'];

type ItemOfCode = Pick<CaseItem, 'organisationId' | 'anonymous'>;

/**
 * Checks that an officer may know an item's query code (section 6): registrars and handlers of the organisation that registered it, and
 * nobody whom the item is passed on to, since with name and code a unit could evaluate itself. Throws QUERY_CODE_NOT_YOURS, and
 * NO_QUERY_CODE for an anonymous item, which is followed through the account only (PT-PUB-17).
 */
export function checkMayKnowCode(
  item: ItemOfCode,
  officer: { organisationId: string; roles: readonly string[] },
): void {
  const registered =
    item.organisationId === officer.organisationId &&
    officer.roles.some((role) => MAY_DELIVER.includes(role));
  if (!registered) throw notYours();
  if (item.anonymous) throw noCode();
}

/** When a message that could not be sent is tried again, or null when it has failed for good. `attempts` counts the one that failed. */
export function nextAttempt(attempts: number, at: Date): Date | null {
  const wait = SMS_WAITS_MINUTES[attempts - 1];
  return wait === undefined ? null : new Date(at.getTime() + wait * 60_000);
}

/** The text of a message with a query code. */
export function queryCodeMessage({ itemNo, code }: { itemNo: string; code: string }): string {
  return `【信访】您的信访件已登记，编号${itemNo}，查询码${code}。请凭姓名和查询码查询办理进程，勿告诉他人。`;
}

const notYours = () =>
  new Refusal(
    'QUERY_CODE_NOT_YOURS',
    {
      zh: '查询码只由登记机构打印或发送，请联系登记机构',
      en: 'Only the organisation that registered the item gives out its query code; contact it',
    },
    { httpStatus: 403 },
  );

const noCode = () =>
  new Refusal(
    'NO_QUERY_CODE',
    {
      zh: '匿名信访件不提供查询码，信访人可登录账号查看办理进程',
      en: 'An anonymous item has no query code; the petitioner follows it through the account',
    },
    { httpStatus: 409 },
  );
