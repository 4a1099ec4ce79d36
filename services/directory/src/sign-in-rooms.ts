import { randomInt } from 'node:crypto';
import type { Clock } from '@junxian/calendar';
import type { Messenger } from '@junxian/messenger';
import type { Database } from '@junxian/persistence';
import type { SubgraphOptions } from '@junxian/subgraph';
import { accountResolvers } from './accounts/accounts.resolvers';
import { AdministratorsService } from './accounts/administrators.service';
import { CredentialsService } from './accounts/credentials.service';
import { ExtraAdministratorsService } from './accounts/extra-administrators.service';
import { type Argon2Profile, PasswordHasher } from './accounts/password-hasher';
import { PersonAccountsService } from './accounts/person-accounts.service';
import { PersonalData, type PersonalDataKeys } from './accounts/personal-data';
import { citizenResolvers } from './citizens/citizens.resolvers';
import { publicAccountResolvers } from './public-accounts/public-accounts.resolvers';
import { publicAccountRoutes } from './public-accounts/public-accounts.routes';
import { PublicAccountsService } from './public-accounts/public-accounts.service';
import { ResetPasswordService } from './public-accounts/reset-password.service';
import { RefreshService } from './sessions/refresh.service';
import { revocationRoutes } from './sessions/revocation.routes';
import { sessionResolvers } from './sessions/sessions.resolvers';
import { endIdleSessions, purgeSignInLeftovers } from './sessions/upkeep';
import { AccessTokenIssuer } from './sign-in/access-tokens';
import { type CaptchaDrawer, CaptchaService, svgCaptchaDrawer } from './sign-in/captcha.service';
import { ForgotPasswordService } from './sign-in/forgot-password.service';
import { jwksRoutes } from './sign-in/jwks.routes';
import { LoginService } from './sign-in/login.service';
import { PublicReading } from './sign-in/public-reading.service';
import { RateLimiter } from './sign-in/rate-limit.service';
import { DEFAULT_SIGN_IN_SETTINGS, type SignInSettings } from './sign-in/settings';
import { signInResolvers } from './sign-in/sign-in.resolvers';
import { SigningKeys } from './sign-in/signing-keys.service';

export interface SignInRoomsOptions {
  database: Database;
  clock: Clock;
  keys: PersonalDataKeys;
  messenger: Messenger;
  onSendFailure: (error: unknown) => void;
  settings?: Partial<SignInSettings>;
  /** Cheaper in tests. */
  argon2?: Argon2Profile;
  captchaDrawer?: CaptchaDrawer;
}

/** A piece of work to be repeated; every process may run it. */
export interface Job {
  name: string;
  everySeconds: number;
  run(): Promise<unknown>;
}

type Server = Parameters<NonNullable<SubgraphOptions<unknown>['routes']>>[0];

/**
 * Puts accounts, signing in, sessions, citizens and their accounts together. Returns their resolvers, HTTP routes and repeated
 * jobs, and the services that consumers of events and demonstration data use.
 */
export function createSignInRooms(options: SignInRoomsOptions) {
  const { database, clock, keys, messenger, onSendFailure } = options;
  const settings: SignInSettings = { ...DEFAULT_SIGN_IN_SETTINGS, ...options.settings };
  const personalData = new PersonalData(keys);
  const hasher = new PasswordHasher(options.argon2);
  const administrators = new AdministratorsService(hasher, randomInt);
  const extraAdministrators = new ExtraAdministratorsService(administrators);
  const credentials = new CredentialsService(hasher, randomInt);
  const personAccounts = new PersonAccountsService(hasher, randomInt, personalData);
  const rateLimiter = new RateLimiter(database, personalData);
  const publicReading = new PublicReading(rateLimiter, settings);
  const captchas = new CaptchaService(
    database,
    personalData,
    options.captchaDrawer ?? svgCaptchaDrawer,
    settings.captchaSeconds,
  );
  const signingKeys = new SigningKeys(database, keys.fieldCipher, clock, settings.keyRotation);
  const tokens = new AccessTokenIssuer(signingKeys, settings.accessTokenSeconds);
  const login = new LoginService({
    database,
    clock,
    hasher,
    personalData,
    captchas,
    rateLimiter,
    tokens,
    settings,
  });
  const forgotPassword = new ForgotPasswordService({
    database,
    clock,
    randomInt,
    personalData,
    credentials,
    rateLimiter,
    messenger,
    settings,
    onSendFailure,
  });
  const publicAccounts = new PublicAccountsService(database, clock, hasher, personalData);
  const resetting = new ResetPasswordService({
    database,
    clock,
    randomInt,
    personalData,
    credentials,
    captchas,
    rateLimiter,
    messenger,
    settings,
    onSendFailure,
  });
  const refreshing = new RefreshService(database, clock, login, settings);

  const jobs: Job[] = [
    { name: 'rotate-signing-keys', everySeconds: 3_600, run: () => signingKeys.rotate() },
    { name: 'end-idle-sessions', everySeconds: 60, run: () => endIdleSessions(database, clock, settings) },
    { name: 'purge-sign-in-leftovers', everySeconds: 600, run: () => purgeSignInLeftovers(database, clock) },
    {
      name: 'remove-unfinished-public-accounts',
      everySeconds: 600,
      run: () => publicAccounts.removeUnfinished(),
    },
  ];
  return {
    resolvers: [
      accountResolvers({
        administrators,
        extraAdministrators,
        credentials,
        personAccounts,
        personalData,
        rateLimiter,
      }),
      signInResolvers({
        database,
        login,
        captchas,
        forgotPassword,
        rateLimiter,
        publicReading,
        personalData,
        settings,
      }),
      publicAccountResolvers(resetting, settings),
      sessionResolvers(refreshing),
      citizenResolvers(personalData),
    ],
    routes: (server: Server): void => {
      jwksRoutes(signingKeys)(server);
      revocationRoutes(database, clock)(server);
      publicAccountRoutes(publicAccounts, captchas, clock)(server);
    },
    jobs,
    services: {
      administrators,
      extraAdministrators,
      credentials,
      personAccounts,
      signingKeys,
      login,
      captchas,
      refreshing,
      forgotPassword,
      publicAccounts,
      resetting,
      publicReading,
      hasher,
      personalData,
    },
  };
}
