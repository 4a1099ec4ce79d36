import type { GraphClient } from '@junxian/test-kit';
import { demoPassword } from './demo';

/** Somebody who has signed in, and asks as such. */
export interface SignedIn extends GraphClient {
  accessToken: string;
  refreshToken: string;
  /** Seconds-old tokens are exchanged when a test outlives ten minutes or a scope changes. */
  refresh(): Promise<void>;
}

/** Where an account signs in. */
export interface SignInAs {
  realm: string;
  module: string;
  channel: string;
  password?: string;
}

/** The public site of petitions, for citizens. */
export const PUBLIC_SITE: SignInAs = { realm: 'PUBLIC', module: 'PUBLIC_PETITIONS', channel: 'INTERNET' };
/** The petition officers' own system. */
export const PETITIONS_OFFICE: SignInAs = {
  realm: 'PETITIONS',
  module: 'PETITIONS',
  channel: 'GOV_EXTRANET',
};
const FIVE_REGISTERS: SignInAs = {
  realm: 'RETIRED_CADRE',
  module: 'FIVE_REGISTERS',
  channel: 'GOV_EXTRANET',
};

const SIGN_IN = /* GraphQL */ `
  mutation SignIn($realm: Realm!, $module: LoginModule!, $channel: AccessChannel!, $loginName: String!, $password: String!) {
    login(realm: $realm, module: $module, channel: $channel, loginName: $loginName, password: $password) {
      accessToken
      refreshToken
    }
  }
`;

const REFRESH = /* GraphQL */ `
  mutation Refresh($token: String!) {
    refreshSession(refreshToken: $token) {
      accessToken
      refreshToken
    }
  }
`;

/**
 * Signs a demo account in, at the five registers unless told otherwise. Takes how to ask with an access token, or without one.
 * Throws Error when it may not. */
export async function signIn(
  client: (accessToken?: string | null) => GraphClient,
  loginName: string,
  as: SignInAs = FIVE_REGISTERS,
): Promise<SignedIn> {
  const answer = await client().query(SIGN_IN, { loginName, password: demoPassword, ...as });
  const session = answer.data?.login;
  if (!session) throw new Error(`${loginName} could not sign in: ${JSON.stringify(answer.errors)}`);
  const signedIn: SignedIn = {
    accessToken: session.accessToken,
    refreshToken: session.refreshToken,
    query: (document, variables, headers) => client(signedIn.accessToken).query(document, variables, headers),
    refresh: async () => {
      const renewed = await client().query(REFRESH, { token: signedIn.refreshToken });
      if (!renewed.data?.refreshSession) throw new Error(`no refresh: ${JSON.stringify(renewed.errors)}`);
      signedIn.accessToken = renewed.data.refreshSession.accessToken;
      signedIn.refreshToken = renewed.data.refreshSession.refreshToken;
    },
  };
  return signedIn;
}
