import type { Refusal } from '@junxian/errors';
import { overLimit } from './allocation.rules';
import { fromTenThousandths } from './ten-thousands.rules';

/** The money of one region, year and fund type, in ten-thousandths of 万元. */
export interface Account {
  /** What closing the year before left over 上年结转. */
  carryIn: bigint;
  /** What arrived 到账. */
  arrived: bigint;
  /** What was passed on to the regions below 再下拨. */
  reallocated: bigint;
  /** What was arranged for projects 安排. */
  arranged: bigint;
}

/** What may still be passed on or arranged (PA-FD-02). */
export function available({ carryIn, arrived, reallocated, arranged }: Account): bigint {
  return carryIn + arrived - reallocated - arranged;
}

/** What is left of the money, arranged or not (PA-FD-06). */
export function balance({ carryIn, arrived, reallocated }: Account, spent: bigint): bigint {
  return carryIn + arrived - reallocated - spent;
}

/** Throws OVER_LIMIT at `field` when more is to be used than is available (PA-FD-02, PA-FD-05). */
export function requireAvailable(account: Account, amount: bigint, field: string): void {
  const left = available(account);
  if (amount > left) throw overAvailable(left, field);
}

function overAvailable(left: bigint, field: string): Refusal {
  return overLimit(field, {
    zh: `该类资金本年度可用 ${fromTenThousandths(left)} 万元，不能超出；请减少金额，或待后续资金到账`,
    en: `Of this fund ${fromTenThousandths(left)} is available this year; lower the amount, or wait until more has arrived`,
  });
}

/** A project's money, in ten-thousandths. */
export interface ProjectMoney {
  approved: bigint;
  /** What all arrangements add up to, this one included. */
  arranged: bigint;
  /** What the project has spent. */
  spent: bigint;
}

/**
 * Throws OVER_LIMIT when the arrangements of a project exceed its approved amount (PA-FD-05), or, after one was
 * lowered, fall below what it has spent (PA-PJ-05).
 */
export function checkProjectMoney({ approved, arranged, spent }: ProjectMoney, field: string): void {
  if (arranged > approved) {
    throw overLimit(field, {
      zh: `该项目批准金额为 ${fromTenThousandths(approved)} 万元，安排合计将达到 ${fromTenThousandths(arranged)} 万元，请减少金额`,
      en: `The project was approved for ${fromTenThousandths(approved)}; with this it would have ${fromTenThousandths(arranged)}; lower the amount`,
    });
  }
  if (arranged < spent) {
    throw overLimit(field, {
      zh: `该项目已支出 ${fromTenThousandths(spent)} 万元，安排合计不能低于它`,
      en: `The project has spent ${fromTenThousandths(spent)}; its arrangements cannot fall below that`,
    });
  }
}
