import type { Bilingual } from '@junxian/errors';
import type { RequestContext } from '@junxian/subgraph';
import type { CaptchaAnswer } from '../sign-in/captcha.service';
import type { SignInSettings } from '../sign-in/settings';
import type { ResetPasswordInput, ResetPasswordService } from './reset-password.service';

const CODE_ON_ITS_WAY: Bilingual = {
  zh: '如该手机号已登记账号，验证码将发送到该手机，请在有效期内输入验证码并设置新密码',
  en: 'If this mobile number has an account, a code is on its way; enter it in time and set a new password',
};

/** Resolvers of citizens' forgotten passwords. Both are open to the anonymous and work in the service's own scope. */
export function publicAccountResolvers(resetting: ResetPasswordService, settings: SignInSettings) {
  return {
    Mutation: {
      requestResetCode: async (
        _: unknown,
        { mobile, captcha }: { mobile: string; captcha: CaptchaAnswer },
        { clientIp, locale }: RequestContext,
      ) => {
        await resetting.requestCode(mobile, captcha, clientIp);
        return { message: CODE_ON_ITS_WAY[locale], validSeconds: settings.publicResetCodeMinutes * 60 };
      },
      resetPassword: async (_: unknown, input: ResetPasswordInput, { clientIp }: RequestContext) => {
        await resetting.reset(input, clientIp);
        return { done: true };
      },
    },
  };
}
