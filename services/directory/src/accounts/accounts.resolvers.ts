import { refuse } from '@junxian/errors';
import type { RequestContext } from '@junxian/subgraph';
import { auditingRefusals } from '../audit/audit-refusals.service';
import { callerOf } from '../caller';
import type { OrganisationLoaders } from '../organisations/organisation.loaders';
import type { Realm } from '../sign-in/modules.rules';
import type { RateLimiter } from '../sign-in/rate-limit.service';
import type { AccountLoaders } from './account.loaders';
import { type AccountFilter, listAccounts } from './account-list.service';
import { type Account, accountById } from './accounts.service';
import type { AdministratorsService, NewAdministrator } from './administrators.service';
import type { CredentialsService } from './credentials.service';
import type { ExtraAccountRequest, ExtraAdministratorsService } from './extra-administrators.service';
import { unlockAccount } from './locks.service';
import { maskedPersonalName } from './login-name.rules';
import type { OpenPersonAccountInput, PersonAccountsService } from './person-accounts.service';
import type { PersonalData } from './personal-data';
import { disableAccount, enableAccount, transferAccount } from './standing.service';

type Context = RequestContext<AccountLoaders & OrganisationLoaders>;

interface PageArguments {
  first?: number | null;
  after?: string | null;
}
interface Edit {
  accountId: string;
  expectedVersion: number;
}

export interface AccountServices {
  administrators: AdministratorsService;
  extraAdministrators: ExtraAdministratorsService;
  credentials: CredentialsService;
  personAccounts: PersonAccountsService;
  personalData: PersonalData;
  rateLimiter: RateLimiter;
}

/** A wrong present password is a guess like any other. */
const PASSWORD_CHANGES = { attempts: 10, windowSeconds: 600 };

/** Resolvers of accounts. */
export function accountResolvers(services: AccountServices) {
  const { administrators, extraAdministrators, credentials, personAccounts, personalData, rateLimiter } =
    services;
  return {
    Query: {
      myAccount: async (_: unknown, __: unknown, context: Context) => {
        const { accountId } = context.principal;
        if (accountId === null) throw refuse.unauthenticated();
        return accountById(await context.read(), accountId);
      },
      account: (_: unknown, { id }: { id: string }, context: Context) => context.loaders.account.load(id),
      accounts: async (
        _: unknown,
        { filter, ...page }: PageArguments & { filter?: AccountFilter | null },
        context: Context,
      ) => listAccounts(await context.read(), filter ?? {}, page, context.clock.now()),
      extraAccountRequests: async (
        _: unknown,
        args: PageArguments & { status?: string | null },
        context: Context,
      ) => extraAdministrators.list(await context.read(), args),
    },

    Mutation: {
      createAdmin: (
        _: unknown,
        { input }: { input: { organisationId: string; loginName: string; realms: Realm[] } },
        context: Context,
      ) =>
        auditingRefusals(
          context,
          { action: 'ACCOUNT_CREATED', targetType: 'organisation', targetId: input.organisationId },
          (tx) => administrators.createAdmin(tx, callerOf(context), input),
        ),

      generateAdministrators: async (
        _: unknown,
        input: { rootId: string; prefix: string; realms: Realm[] },
        context: Context,
      ) => {
        const by = callerOf(context);
        const reading = await context.read();
        const wanting = await administrators.candidates(reading, by, input.rootId);
        const prepared = await administrators.credentials(reading, input.realms, wanting.length);
        const { made, remaining } = await auditingRefusals(
          context,
          { action: 'ADMINISTRATORS_GENERATED', targetType: 'organisation', targetId: input.rootId },
          (tx) => administrators.generate(tx, by, input, prepared),
        );
        return { administrators: made, remaining };
      },

      requestExtraAdmin: async (_: unknown, { reason }: { reason: string }, context: Context) => ({
        request: await auditingRefusals(
          context,
          {
            action: 'EXTRA_ADMIN_REQUESTED',
            targetType: 'organisation',
            targetId: context.principal.organisationId,
          },
          (tx) => extraAdministrators.request(tx, callerOf(context), reason),
        ),
      }),

      decideExtraAdmin: async (
        _: unknown,
        { input }: { input: Parameters<ExtraAdministratorsService['decide']>[2] },
        context: Context,
      ) => {
        const { request, created } = await context.write((tx) =>
          extraAdministrators.decide(tx, callerOf(context), input),
        );
        return {
          request,
          account: created?.account ?? null,
          oneTimePassword: created?.oneTimePassword ?? null,
        };
      },

      openPersonAccount: (_: unknown, { input }: { input: OpenPersonAccountInput }, context: Context) =>
        context.write((tx) => personAccounts.open(tx, callerOf(context), input)),

      activateAccount: async (
        _: unknown,
        input: { realName: string; newPassword: string },
        context: Context,
      ) => ({
        account: await context.write((tx) => credentials.activate(tx, callerOf(context), input)),
      }),

      changeOwnPassword: async (
        _: unknown,
        input: { currentPassword: string; newPassword: string },
        context: Context,
      ) => {
        const attempt = { key: `change-password:${context.principal.accountId}`, limit: PASSWORD_CHANGES };
        await rateLimiter.admit([attempt], context.clock.now());
        return { account: await context.write((tx) => credentials.changeOwn(tx, callerOf(context), input)) };
      },

      unlockAccount: (
        _: unknown,
        { accountId, realm }: { accountId: string; realm: Realm },
        context: Context,
      ) =>
        auditingRefusals(
          context,
          { action: 'ACCOUNT_UNLOCKED', targetType: 'account', targetId: accountId, after: { realm } },
          (tx) => unlockAccount(tx, callerOf(context), accountId, realm),
        ),

      resetAccountPassword: (_: unknown, { accountId }: { accountId: string }, context: Context) =>
        auditingRefusals(
          context,
          { action: 'PASSWORD_RESET', targetType: 'account', targetId: accountId },
          (tx) => credentials.reset(tx, callerOf(context), accountId),
        ),

      disableAccount: async (_: unknown, edit: Edit, context: Context) => ({
        account: await auditingRefusals(
          context,
          { action: 'ACCOUNT_DISABLED', targetType: 'account', targetId: edit.accountId },
          (tx) => disableAccount(tx, callerOf(context), edit),
        ),
      }),

      enableAccount: async (_: unknown, edit: Edit, context: Context) => ({
        account: await auditingRefusals(
          context,
          { action: 'ACCOUNT_ENABLED', targetType: 'account', targetId: edit.accountId },
          (tx) => enableAccount(tx, callerOf(context), edit),
        ),
      }),

      transferAccount: async (_: unknown, edit: Edit & { organisationId: string }, context: Context) => ({
        account: await auditingRefusals(
          context,
          {
            action: 'ACCOUNT_MOVED',
            targetType: 'account',
            targetId: edit.accountId,
            after: { organisationId: edit.organisationId },
          },
          (tx) => transferAccount(tx, callerOf(context), edit),
        ),
      }),
    },

    Account: {
      __resolveReference: ({ id }: { id: string }, context: Context) => context.loaders.account.load(id),
      loginName: (account: Account, _: unknown, { principal }: Context) => {
        if (account.kind === 'ADMIN' || account.personalNameSealed === null) return account.loginName;
        const name = personalData.open('loginName', account.personalNameSealed);
        return account.id === principal.accountId ? name : maskedPersonalName(name);
      },
      organisation: ({ organisationId }: Account, _: unknown, context: Context) =>
        organisationId === null ? null : context.loaders.organisation.load(organisationId),
      locks: ({ id }: Account, _: unknown, context: Context) => context.loaders.accountLocks.load(id),
    },

    GeneratedAdministrator: {
      organisation: ({ organisation }: NewAdministrator, _: unknown, context: Context) =>
        context.loaders.organisation.load(organisation.id),
    },

    ExtraAccountRequest: {
      organisation: ({ organisationId }: ExtraAccountRequest, _: unknown, context: Context) =>
        context.loaders.organisation.load(organisationId),
    },
  };
}
