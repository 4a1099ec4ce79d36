import type { Bilingual } from '@junxian/errors';
import { citizenOf } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import type { Resolvers } from '../generated/graphql';
import type { AccountRegistration } from './account-registration.service';
import { ownProfile, type Profiles } from './profiles.service';

const REGISTERED: Bilingual = {
  zh: '注册成功，请使用用户名和密码登录',
  en: 'You are registered; sign in with your username and password',
};

/** Resolvers of citizens' registration and of their own profiles. */
export function publicAccountResolvers(
  registration: AccountRegistration,
  profiles: Profiles,
  personal: PersonalData,
): Resolvers {
  return {
    Query: {
      myProfile: async (_, __, context) =>
        ownProfile(await context.read(), citizenOf(context.principal).accountId),
    },
    Mutation: {
      registerAccount: async (_, { input, captcha, clientMutationKey }, { clientIp, locale }) => {
        const username = await registration.register(input, captcha, clientMutationKey, clientIp);
        return { username, message: REGISTERED[locale] };
      },
      updateProfile: (_, { input, expectedVersion }, context) =>
        profiles.update((work) => context.write(work), {
          accountId: citizenOf(context.principal).accountId,
          change: input,
          expectedVersion,
          now: context.clock.now(),
          today: context.clock.today(),
        }),
    },
    PublicProfile: {
      idNumber: ({ idNumberSealed }) => personal.open(idNumberSealed, 'public_account.id_number'),
      mobile: ({ mobileSealed }) => personal.open(mobileSealed, 'public_account.mobile')!,
      phone: ({ phoneSealed }) => personal.open(phoneSealed, 'public_account.phone'),
      email: ({ emailSealed }) => personal.open(emailSealed, 'public_account.email'),
    },
  };
}
