import { scopeRange } from '@junxian/administrative-region';
import { demoAccounts, demoOrganisations } from '../../services/directory/src/demo-data/demo-accounts';
import { demoCitizens } from '../../services/directory/src/demo-data/demo-petitions';
import { PUBLIC_SITE, type SignedIn } from '../support/signing-in';
import type { System } from '../support/system';

/** Somebody who asks: by region in directory and poverty alleviation, by organisation and account in petitions. */
export interface Caller {
  /** The login name; of somebody with several posts followed by the number of the post that is acted for, from the second on. */
  name: string;
  loginName: string;
  /** Which of the account's appointments is acted for, from 0. */
  post: number;
  range: { low: string; high: string };
  accountId: string | null;
  organisationId: string | null;
  kind: 'OFFICER' | 'PETITION_OFFICER' | 'CITIZEN' | 'NOBODY';
  /** Callers take turns at what a shorter run tries. */
  turn: number;
}

export const NOBODY: Caller = {
  name: 'nobody',
  loginName: '',
  post: 0,
  range: { low: '', high: '' },
  accountId: null,
  organisationId: null,
  kind: 'NOBODY',
  turn: 0,
};

const placeOf = (organisation: string) => demoOrganisations.find(({ key }) => key === organisation)!;

/** Everybody of the demonstration who can sign in, as each of the posts held, with the ids of the demonstration. */
export async function callersOf(system: System): Promise<Caller[]> {
  const accounts = await system.adminQuery<{ loginName: string; id: string }>(
    'directory',
    'SELECT login_name AS "loginName", id FROM account',
  );
  const accountOf = new Map(accounts.map(({ loginName, id }) => [loginName, id]));
  const organisations = await system.adminQuery<{ sealName: string; id: string }>(
    'directory',
    'SELECT seal_name AS "sealName", id FROM organisation',
  );
  const organisationOf = new Map(organisations.map(({ sealName, id }) => [sealName, id]));
  const idOf = (known: ReadonlyMap<string, string>, name: string) => {
    const id = known.get(name);
    if (id === undefined) throw new Error(`the demonstration has no ${name}`);
    return id;
  };
  const officers = demoAccounts
    .filter(({ isLocked }) => isLocked !== true)
    .flatMap(({ loginName, appointments }) =>
      appointments.map(({ organisation, roles }, post): Omit<Caller, 'turn'> => {
        const { sealName, regionCode, regionLevel } = placeOf(organisation);
        return {
          name: post === 0 ? loginName : `${loginName} ${post + 1}`,
          loginName,
          post,
          range: scopeRange(regionCode, regionLevel),
          accountId: idOf(accountOf, loginName),
          organisationId: idOf(organisationOf, sealName),
          kind: roles.some((role) => role.startsWith('petitions:')) ? 'PETITION_OFFICER' : 'OFFICER',
        };
      }),
    );
  const citizens = demoCitizens.map(
    ({ loginName }): Omit<Caller, 'turn'> => ({
      name: loginName,
      loginName,
      post: 0,
      range: { low: '', high: '' },
      accountId: idOf(accountOf, loginName),
      organisationId: null,
      kind: 'CITIZEN',
    }),
  );
  return [...officers, ...citizens].map((caller, turn) => ({ ...caller, turn }));
}

/** Signs a caller in, to act for the caller's post. */
export async function sessionOf(
  system: System,
  { loginName, post, organisationId, kind }: Caller,
): Promise<SignedIn> {
  const session = await system.signIn(loginName, kind === 'CITIZEN' ? PUBLIC_SITE : undefined);
  if (post === 0) return session;
  const { data } = await session.query('{ myAppointments { id organisationId } }');
  const wanted = data?.myAppointments.find(
    (held: { organisationId: string }) => held.organisationId === organisationId,
  );
  const switched = await session.query(SWITCH, { id: wanted?.id });
  const tokens = switched.data?.switchAppointment;
  if (!tokens) throw new Error(`${loginName} could not change posts: ${JSON.stringify(switched.errors)}`);
  return Object.assign(session, { accessToken: tokens.accessToken, refreshToken: tokens.refreshToken });
}

const SWITCH = /* GraphQL */ `
  mutation ($id: ID!) { switchAppointment(appointmentId: $id) { accessToken refreshToken } }
`;
