import { randomUUID } from 'node:crypto';
import { ANONYMOUS, type Principal } from '@junxian/identity';
import { systemActor } from '../audit/audit.service';
import type { LoginInput } from '../sign-in/login.service';
import { claimsOf, PASSWORD, type Stage } from '../sign-in/sign-in.fixture';
import type { NewPublicAccount } from './public-accounts.service';

export const MOBILE = '13812345678';
export const CITIZEN_ID = `c1_${'a'.repeat(26)}`;

/** What petitions sends for a citizen; `over` changes single facts. */
export const registration = (over: Partial<NewPublicAccount> = {}): NewPublicAccount => ({
  username: 'zhangsan',
  password: PASSWORD,
  mobile: MOBILE,
  citizenId: CITIZEN_ID,
  profileId: randomUUID(),
  ...over,
});

/** A citizen's account that may sign in; returns its id. */
export async function citizen(stage: Stage, over: Partial<NewPublicAccount> = {}): Promise<string> {
  const { publicAccounts } = stage.services;
  const id = await publicAccounts.open(randomUUID(), registration(over), systemActor());
  await publicAccounts.activate(id, systemActor());
  return id;
}

/** Signs a citizen in as the public site does. */
export const enter = (stage: Stage, input: Partial<LoginInput> = {}, ip?: string) =>
  stage.login(
    { realm: 'PUBLIC', module: 'PUBLIC_PETITIONS', channel: 'INTERNET', loginName: 'zhangsan', ...input },
    ip,
  );

/** The principal the gateway makes of a citizen's access token. */
export function citizenOf(accessToken: string): Principal {
  const { sub, sid, roles, knd, cit, pnd } = claimsOf(accessToken);
  return {
    ...ANONYMOUS,
    kind: knd,
    accountId: sub,
    sessionId: sid,
    roles,
    citizenId: cit ?? null,
    pending: pnd,
  };
}
