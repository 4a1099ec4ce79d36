import { places } from '../support/demo';
import type { SignedIn } from '../support/signing-in';
import type { System } from '../support/system';
import type { Caller } from './callers';
import type { Aim } from './targets';

/** A leak that is put into the running system and taken out again: the matrix must find it. */
export interface Planted {
  title: string;
  /** Who is shown too much, and where. */
  caller: string;
  fits(aim: Aim): boolean;
  service: string;
  plant: string;
  undo: string;
  /** A root field, and an entity of a subgraph, in which it must be found. */
  found: { query: string; graph: string; entity: string };
}

const opened = (table: string) => ({
  plant: `CREATE POLICY planted ON ${table} FOR SELECT USING (true)`,
  undo: `DROP POLICY planted ON ${table}`,
});
export const ofYunzhou = ({ kind, region }: Aim) => kind === 'REGION' && region === places.yunzhou;

/** One policy too many in each service: what the neighbour must not see, the neighbour sees. */
export const PLANTED: readonly Planted[] = [
  {
    title: 'accounts of directory',
    caller: 'yungang',
    // Its name stands in no other: it is a marker.
    fits: ({ kind, region }) => kind === 'REGION' && region === places.village,
    service: 'directory',
    ...opened('account'),
    found: { query: 'Query.account', graph: 'DIRECTORY', entity: 'Account' },
  },
  {
    title: 'households of poverty alleviation',
    caller: 'yungang',
    fits: ofYunzhou,
    service: 'poverty-alleviation',
    ...opened('household'),
    found: { query: 'Query.household', graph: 'POVERTY_ALLEVIATION', entity: 'Household' },
  },
  {
    title: 'items of petitions',
    caller: 'pt-yungang-unit',
    fits: ({ title }) => title === 'a confidential item',
    service: 'petitions',
    ...opened('case_item'),
    found: { query: 'Query.caseItem', graph: 'PETITIONS', entity: 'CaseItem' },
  },
];

/** Does something while a leak is there. */
export async function whilePlanted<T>(
  system: System,
  { service, plant, undo }: Pick<Planted, 'service' | 'plant' | 'undo'>,
  work: () => Promise<T>,
): Promise<T> {
  await system.adminQuery(service, plant);
  try {
    return await work();
  } finally {
    await system.adminQuery(service, undo);
  }
}

/** The sessions of everybody, but one caller has got somebody else's. */
export function widened(
  sessions: ReadonlyMap<string, SignedIn>,
  { caller, to }: { caller: Caller; to: Caller },
): Map<string, SignedIn> {
  return new Map(sessions).set(caller.name, sessions.get(to.name)!);
}

/** A row of each service is changed and changed back: whose it is not, that caller's digest must tell. */
export const CHANGED = [
  {
    service: 'directory',
    table: 'organisation',
    caller: 'yungang',
    row: `region_code = '${places.yunzhou}'`,
  },
  {
    service: 'poverty-alleviation',
    table: 'household',
    caller: 'yungang',
    row: `region_code = '${places.village}'`,
  },
  { service: 'petitions', table: 'case_item', caller: 'pt-yungang-unit', row: 'confidential' },
].map(({ service, table, caller, row }) => {
  const change = (by: string) =>
    `UPDATE ${table} SET version = version ${by} WHERE id = (SELECT id FROM ${table} WHERE ${row} ORDER BY id LIMIT 1)`;
  return { service, table, caller, plant: change('+ 1'), undo: change('- 1') };
});
