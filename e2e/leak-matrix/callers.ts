import { type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { places } from '../support/demo';
import type { System } from '../support/system';

/** Somebody who asks: by region in directory and poverty alleviation, by organisation and account in petitions. */
export interface Caller {
  loginName: string;
  range: { low: string; high: string };
  accountId: string | null;
  organisationId: string | null;
  kind: 'OFFICER' | 'PETITION_OFFICER' | 'CITIZEN' | 'NOBODY';
  /** Callers take turns at what a shorter run tries. */
  turn: number;
}

const BY_REGION: readonly [string, string, RegionLevel][] = [
  ['national', '000000000000', 'NATION'],
  ['shanxi', places.shanxi, 'PROVINCE'],
  ['shandong', places.shandong, 'PROVINCE'],
  ['datong', places.datong, 'CITY'],
  ['yungang', places.yungang, 'COUNTY'],
  ['yunzhou', places.yunzhou, 'COUNTY'],
  ['township', places.township, 'TOWNSHIP'],
  ['village', places.village, 'VILLAGE'],
  ['auditor', '000000000000', 'NATION'],
  ['maintainer', '000000000000', 'NATION'],
  ['staff', '000000000000', 'NATION'],
  ['pt-national', '000000000000', 'NATION'],
  ['pt-shanxi', places.shanxi, 'PROVINCE'],
  ['pt-shanxi-leader', places.shanxi, 'PROVINCE'],
  ['pt-datong', places.datong, 'CITY'],
  ['pt-datong-lawyer', places.datong, 'CITY'],
  ['pt-yunzhou', places.yunzhou, 'COUNTY'],
  ['pt-yunzhou-unit', places.yunzhou, 'COUNTY'],
  ['pt-yunzhou-leader', places.yunzhou, 'COUNTY'],
  ['pt-yungang', places.yungang, 'COUNTY'],
  ['pt-yungang-unit', places.yungang, 'COUNTY'],
];

export const NOBODY: Caller = {
  loginName: 'nobody',
  range: { low: '', high: '' },
  accountId: null,
  organisationId: null,
  kind: 'NOBODY',
  turn: 0,
};

/** Everybody who asks, with the ids of the demonstration. */
export async function callersOf(system: System): Promise<Caller[]> {
  const rows = await system.adminQuery<{
    loginName: string;
    accountId: string;
    organisationId: string | null;
  }>(
    'directory',
    'SELECT login_name AS "loginName", id AS "accountId", organisation_id AS "organisationId" FROM account',
  );
  const known = new Map(rows.map((row) => [row.loginName, row]));
  const identified = (loginName: string) => {
    const row = known.get(loginName);
    if (row === undefined) throw new Error(`there is no account ${loginName}`);
    return row;
  };
  return [
    ...BY_REGION.map(
      ([loginName, code, level]): Omit<Caller, 'turn'> => ({
        ...identified(loginName),
        range: scopeRange(code, level),
        kind: loginName.startsWith('pt-') ? 'PETITION_OFFICER' : 'OFFICER',
      }),
    ),
    ...['citizen', 'anonymous'].map(
      (loginName): Omit<Caller, 'turn'> => ({
        ...identified(loginName),
        range: { low: '', high: '' },
        kind: 'CITIZEN',
      }),
    ),
  ].map((caller, turn) => ({ ...caller, turn }));
}
