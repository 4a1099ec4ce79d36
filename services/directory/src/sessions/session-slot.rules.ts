import { Refusal } from '@junxian/errors';
import type { Channel, Module } from '../sign-in/modules.rules';

export interface SlotCase {
  channel: Channel;
  module: Module;
  /** The organisation has government-extranet access. */
  hasExtranet: boolean;
}

/**
 * Whether an account has only one place here: channel VPN, module BASIC_INFO (DI-SES-01). FIVE_REGISTERS
 * and every other module allow several sessions (DI-SES-02), and a unit with government extranet may
 * share its account in all modules (DI-SES-03).
 */
export function hasSingleSlot({ channel, module, hasExtranet }: SlotCase): boolean {
  return channel === 'VPN' && module === 'BASIC_INFO' && !hasExtranet;
}

/** Refuses with SESSION_IN_USE when the one place is taken; the session that holds it stays. */
export function checkSlot(slot: SlotCase, sessionsInPlace: number): void {
  if (!hasSingleSlot(slot) || sessionsInPlace === 0) return;
  throw new Refusal(
    'SESSION_IN_USE',
    {
      zh: '该账号正在 VPN 基本信息库中使用，请等待对方退出后再登录',
      en: 'The account is in use in the basic-information module on the VPN; wait until the other person logs out',
    },
    { httpStatus: 409 },
  );
}

/** Whether a session has been idle too long: only VPN sessions end by idleness (DI-SES-05). */
export function isIdle(
  session: { channel: Channel; lastSeenAt: Date },
  idleMinutes: number,
  now: Date,
): boolean {
  return session.channel === 'VPN' && now.getTime() - session.lastSeenAt.getTime() >= idleMinutes * 60_000;
}

/** Who sits at a shared account (DI-SES-04): 1–30 characters, spaces around removed; null when not given. Throws INVALID_INPUT. */
export function checkOperatorName(typed: string | null | undefined): string | null {
  const name = typed?.trim() ?? '';
  if (name === '') return null;
  if ([...name].length <= 30 && !/[\p{Cc}<>]/u.test(name)) return name;
  throw new Refusal(
    'INVALID_INPUT',
    {
      zh: '操作人姓名最多 30 个字，请重新填写',
      en: 'An operator’s name has at most 30 characters; enter it again',
    },
    { field: 'operatorName' },
  );
}
