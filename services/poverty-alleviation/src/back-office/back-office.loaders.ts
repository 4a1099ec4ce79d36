import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { type MemberKey, type MemberView, readMembersById } from '../households/household-views.service';

/** How a member came into the store, beyond the yearly record. */
export interface MemberOrigin {
  isSupplementary: boolean;
  systemSerial: string | null;
}

/** A member who moved out of the caller's region keeps records there, without the permanent row. */
const UNKNOWN: MemberOrigin = { isSupplementary: false, systemSerial: null };

const memberKey = ({ memberId, year }: MemberKey) => `${memberId}:${year}`;

/** The loaders of this room: one statement each, however many are asked for. */
export function backOfficeLoaders(read: () => Promise<ScopedTransaction>) {
  return {
    isSupplementaryHousehold: new DataLoader(async (ids: readonly string[]) => {
      const rows = await (await read()).query<{ id: string }>(
        'SELECT id FROM household WHERE id = ANY($1::uuid[]) AND is_supplementary',
        [ids],
      );
      const found = new Set(rows.map(({ id }) => id));
      return ids.map((id) => found.has(id));
    }),
    memberOrigin: new DataLoader(async (ids: readonly string[]) => {
      const rows = await (await read()).query<MemberOrigin & { id: string }>(
        `SELECT id, is_supplementary AS "isSupplementary", system_serial AS "systemSerial"
         FROM member WHERE id = ANY($1::uuid[])`,
        [ids],
      );
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id): MemberOrigin => found.get(id) ?? UNKNOWN);
    }),
    memberOfYear: new DataLoader<MemberKey, MemberView | null, string>(
      async (keys) => {
        const rows = await readMembersById(await read(), keys);
        const found = new Map(rows.map((row) => [memberKey({ memberId: row.id, year: row.year }), row]));
        return keys.map((key) => found.get(memberKey(key)) ?? null);
      },
      { cacheKeyFn: memberKey },
    ),
  };
}
