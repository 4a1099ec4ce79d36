import type { Bilingual } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import type { RequestContext } from '@junxian/subgraph';
import { isPending } from '../accounts/accounts.service';
import type { PersonalData } from '../accounts/personal-data';
import { realmPolicy } from '../accounts/realm-policy.service';
import { SERVICE_SCOPES } from '../service-scopes';
import type { CaptchaService } from './captcha.service';
import type { ForgotPasswordNext, ForgotPasswordService } from './forgot-password.service';
import type { LoginInput, LoginService, SignedIn } from './login.service';
import {
  autoLoginOffered,
  type Channel,
  checkModule,
  type Module,
  needsCaptcha,
  type Realm,
} from './modules.rules';
import type { PublicReading } from './public-reading.service';
import type { RateLimiter } from './rate-limit.service';
import type { SignInSettings } from './settings';

export interface SignInServices {
  database: Database;
  login: LoginService;
  captchas: CaptchaService;
  forgotPassword: ForgotPasswordService;
  rateLimiter: RateLimiter;
  publicReading: PublicReading;
  personalData: PersonalData;
  settings: SignInSettings;
}

const NEXT: Readonly<Record<ForgotPasswordNext, Bilingual>> = {
  ENTER_CODE: {
    zh: '如该手机号已开通账号，验证码将发送到该手机，请在有效期内输入验证码并设置新密码',
    en: 'If this mobile number has an account, a code is on its way; enter it in time and set a new password',
  },
  ASK_BRANCH_ADMINISTRATOR: {
    zh: '该账号没有可接收验证码的手机号，请联系所在支部管理员重置密码',
    en: 'No mobile number can receive a code for this account; ask your branch administrator to reset the password',
  },
  ASK_SUPERIOR_ADMINISTRATOR: {
    zh: '管理员账号请联系上级管理员重置密码',
    en: 'For an administrator account ask the superior administrator to reset the password',
  },
};

/** Resolvers of signing in. All are open to the anonymous and work in the service's own scope. */
export function signInResolvers({
  database,
  login,
  captchas,
  forgotPassword,
  rateLimiter,
  publicReading,
  personalData,
  settings,
}: SignInServices) {
  const issueCaptcha = async (_: unknown, __: unknown, { clientIp, clock }: RequestContext) => {
    await rateLimiter.admit([{ key: `captcha:${clientIp}`, limit: settings.addressRate }], clock.now());
    return captchas.issue(clock.now());
  };
  return {
    Query: {
      captcha: issueCaptcha,
      signInOptions: async (
        _: unknown,
        { realm, module, channel }: { realm: Realm; module: Module; channel: Channel },
        context: RequestContext,
      ) => {
        await publicReading.admit('signInOptions', context);
        checkModule(realm, module);
        const policy = await database.read(serviceScope(SERVICE_SCOPES.signIn), (tx) =>
          realmPolicy(tx, realm),
        );
        return {
          captchaRequired: needsCaptcha(module, policy),
          autoLoginOffered: autoLoginOffered(channel),
          passwordMinLength: policy.password.minLength,
          passwordSymbols: policy.password.symbols,
        };
      },
    },

    Mutation: {
      loginCaptcha: issueCaptcha,
      login: (_: unknown, input: LoginInput, { clientIp }: RequestContext) => login.login(input, clientIp),
      forgotAccountPassword: async (
        _: unknown,
        { loginName }: { loginName: string },
        { clientIp, locale }: RequestContext,
      ) => {
        const next = await forgotPassword.request(loginName, clientIp);
        return { next, message: NEXT[next][locale] };
      },
      resetForgottenPassword: async (
        _: unknown,
        input: { loginName: string; code: string; newPassword: string },
        { clientIp }: RequestContext,
      ) => {
        await forgotPassword.redeem(input, clientIp);
        return { done: true };
      },
    },

    SignInPayload: {
      account: ({ account }: SignedIn) => ({
        ...account,
        loginName:
          account.personalNameSealed === null
            ? account.loginName
            : personalData.open('loginName', account.personalNameSealed),
      }),
      pending: ({ account }: SignedIn) => isPending(account),
    },
  };
}
