import { Refusal } from '@junxian/errors';

/** People administered from which an extra administrator may be asked for; 100 itself counts (DI-ACC-02). */
const EXTRA_ACCOUNT_FROM = 100;

/**
 * Decides whether an organisation may ask for an extra administrator account: from 100 people upward
 * (DI-ACC-02); below it is refused without anybody deciding (DI-ACC-03). Takes the headcount on record;
 * throws HEADCOUNT_TOO_SMALL or HEADCOUNT_UNKNOWN.
 */
export function checkExtraAccountRequest(headcount: number | null): void {
  if (headcount === null) {
    throw new Refusal('HEADCOUNT_UNKNOWN', {
      zh: '本单位尚未登记管理人数，请先维护单位基本信息中的人数',
      en: 'The number of people administered is not on record; enter it in the organisation’s basic data first',
    });
  }
  if (headcount < EXTRA_ACCOUNT_FROM) {
    throw new Refusal(
      'HEADCOUNT_TOO_SMALL',
      {
        zh: `管理人数达到 ${EXTRA_ACCOUNT_FROM} 人方可申请增加账号，本单位登记为 ${headcount} 人；人数有误请先更正`,
        en: `An extra account may be requested from ${EXTRA_ACCOUNT_FROM} people upward; ${headcount} are on record. Correct the headcount first if it is wrong`,
      },
      { details: { headcount, from: EXTRA_ACCOUNT_FROM } },
    );
  }
}

/** An organisation has its administrator already (DI-ACC-01). */
export function adminExists(): Refusal {
  return new Refusal(
    'ADMIN_EXISTS',
    {
      zh: '该单位已有管理员账号；达到 100 人的单位可申请增加账号',
      en: 'The organisation has its administrator account; from 100 people upward it may request an extra one',
    },
    { field: 'organisationId', httpStatus: 409 },
  );
}
