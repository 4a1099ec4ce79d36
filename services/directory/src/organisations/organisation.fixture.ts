import type { RegionLevel } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { sheetBuffer } from '@junxian/documents';
import { type Principal, scopeOf } from '@junxian/identity';
import { principals, type TestDatabase } from '@junxian/test-kit';
import type { Caller } from './organisation-events';
import { UNIT_COLUMNS } from './unit-sheet.rules';

export const clock = new ManualClock('2026-03-01T09:00:00+08:00');

const REGIONS: [code: string, level: number, parent: string | null][] = [
  ['000000000000', 0, null],
  ['140000000000', 1, '000000000000'],
  ['140200000000', 2, '140000000000'],
  ['140215000000', 3, '140200000000'],
  ['140215100000', 4, '140215000000'],
  ['140215100201', 5, '140215100000'],
  ['140226000000', 3, '140200000000'],
  ['141000000000', 2, '140000000000'],
  ['141002000000', 3, '141000000000'],
  ['141100000000', 2, '140000000000'],
  ['370000000000', 1, '000000000000'],
  ['370100000000', 2, '370000000000'],
];

/** The regions that the tests of this room live in. */
export async function insertRegions(test: TestDatabase): Promise<void> {
  await test.adminQuery(
    `INSERT INTO region (code, level, name, parent_code, is_placeholder, initials, valid_from, grams)
     SELECT code, level, 'R' || code, parent, false, 'r', '2000-01-01', '{}'
     FROM unnest($1::text[], $2::int[], $3::text[]) AS r (code, level, parent)`,
    [REGIONS.map(([code]) => code), REGIONS.map(([, level]) => level), REGIONS.map(([, , parent]) => parent)],
  );
}

export interface PlacedOrganisation {
  sealName: string;
  regionCode: string;
  superiorId?: string | null;
  kind?: string;
  registered?: boolean;
  contactName?: string;
}

/** Puts organisations straight into the table; returns their ids. */
export async function place(test: TestDatabase, ...organisations: PlacedOrganisation[]): Promise<string[]> {
  const ids: string[] = [];
  for (const one of organisations) {
    const [row] = await test.adminQuery<{ id: string }>(
      `INSERT INTO organisation (kind, seal_name, region_code, superior_id, has_extranet, registered, contact_name, valid_from)
       VALUES ($1, $2, $3, $4, true, $5, $6, '2020-01-01') RETURNING id`,
      [
        one.kind ?? 'UNIT',
        one.sealName,
        one.regionCode,
        one.superiorId ?? null,
        one.registered ?? true,
        one.contactName ?? null,
      ],
    );
    ids.push(row!.id);
  }
  return ids;
}

export function officer(
  regionCode: string,
  regionLevel: RegionLevel,
  roles: string[] = [],
  organisationId: string | null = null,
): Principal {
  return principals.officer({
    regionCode,
    regionLevel,
    roles: roles.map((role) => `directory:${role}`),
    organisationId,
  });
}

export const callerOf = (principal: Principal): Caller => ({ principal, clientIp: '192.0.2.1', clock });

/** Runs a use case as a principal, in one writing transaction. */
export function as<T>(
  test: TestDatabase,
  principal: Principal,
  work: (tx: Parameters<Parameters<TestDatabase['database']['write']>[1]>[0], caller: Caller) => Promise<T>,
): Promise<T> {
  return test.database.write(scopeOf(principal), (tx) => work(tx, callerOf(principal)));
}

type UnitValues = Partial<Record<(typeof UNIT_COLUMNS)[number]['key'], string>>;

/** A registration sheet as officials send it. */
export async function unitSheet(rows: UnitValues[]): Promise<{ name: string; content: Buffer }> {
  const defaults = { kind: '单位', extranet: '是', regionCode: '140215000000' };
  const content = await sheetBuffer(
    UNIT_COLUMNS,
    rows.map((row) => ({ ...defaults, ...row })),
  );
  return { name: '单位.xlsx', content };
}

/** The events waiting in the outbox, oldest first, by their short type. */
export async function events(test: TestDatabase): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const rows = await test.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox ORDER BY position');
  return rows.map(({ envelope }) => {
    const { type, data } = JSON.parse(envelope);
    return { type: type.replace('junxian.directory.', ''), data };
  });
}
