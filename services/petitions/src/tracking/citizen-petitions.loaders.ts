import type { Principal } from '@junxian/identity';
import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import type { CaseItem } from '../cases/case.types';
import { CASE_COLUMNS } from '../cases/case-reads.service';

export interface CitizenLoaders {
  /** Items in sight of a citizen, the latest first. */
  petitionsOfCitizen: DataLoader<string, CaseItem[]>;
  openPetitionCount: DataLoader<string, number>;
}

/** An edge is no list to page in; who has more is looked up by search. */
const MOST_PETITIONS = 100;
/** What never leads from a citizen to an item, nor counts (section 6). */
const RESOLVABLE = `NOT c.anonymous AND NOT c.confidential AND c.purpose <> 'ACCUSATION'`;

/** Makes the loaders of one request: what is in sight of whoever asks, by row-level security. */
export function citizenLoaders(read: () => Promise<ScopedTransaction>): CitizenLoaders {
  return {
    petitionsOfCitizen: new DataLoader(async (ids) => {
      const rows = await (await read()).query<CaseItem>(
        `SELECT ${CASE_COLUMNS} FROM unnest($1::text[]) AS asked(citizen_id) CROSS JOIN LATERAL (
           SELECT * FROM case_item c WHERE c.citizen_id = asked.citizen_id AND ${RESOLVABLE}
           ORDER BY c.id DESC LIMIT ${MOST_PETITIONS}) c`,
        [ids],
      );
      return rowsOfEach(ids, rows, ({ citizenId }) => citizenId!);
    }),
    openPetitionCount: new DataLoader(async (ids) => {
      const rows = await (await read()).query<{ citizenId: string; count: number }>(
        `SELECT c.citizen_id AS "citizenId", count(*)::int AS count FROM case_item c
         WHERE c.citizen_id = ANY($1::text[]) AND ${RESOLVABLE} AND c.outcome IS NULL GROUP BY c.citizen_id`,
        [ids],
      );
      const found = new Map(rows.map(({ citizenId, count }) => [citizenId, count]));
      return ids.map((id) => found.get(id) ?? 0);
    }),
  };
}

/** Whether somebody may follow a citizen to petitions at all: petition officers, and the citizen in person (section 6). */
export function mayFollowCitizen({ kind, roles, citizenId }: Principal, id: string): boolean {
  return kind === 'CITIZEN' ? citizenId === id : roles.some((role) => role.startsWith('petitions:'));
}
