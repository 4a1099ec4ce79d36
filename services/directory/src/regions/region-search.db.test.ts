import { type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { serviceScope } from '@junxian/identity';
import { rule, type TestDatabase } from '@junxian/test-kit';
import { loadReferenceRegions } from './reference-load';
import { type RegionSearch, searchRegions } from './region-search.service';
import { regionDatabase } from './regions.fixture';

let test: TestDatabase;
beforeAll(async () => {
  test = await regionDatabase();
});
afterAll(() => test.close());

const search = (text: string, options: Partial<RegionSearch> = {}) =>
  test.database.read(serviceScope('test'), (tx) =>
    searchRegions(tx, { text, asOf: '2024-01-01', ...options }),
  );
const names = async (text: string, options: Partial<RegionSearch> = {}) =>
  (await search(text, options)).nodes.map(({ name }) => name);
const codes = async (text: string, options: Partial<RegionSearch> = {}) =>
  (await search(text, options)).nodes.map(({ code }) => code);
const YUNZHOU = '140215000000';

describe('searching regions', () => {
  rule(
    'DI-REG-05',
    'by name, by path, by initials and by code, under a region, of a level, as of a day',
    async () => {
      expect((await codes('云州'))[0]).toBe(YUNZHOU);
      expect(await codes('山西 大同 云州')).toEqual([YUNZHOU]);
      expect(await codes('山西省大同市云州区')).toEqual([YUNZHOU]);
      expect((await codes('大同云州'))[0]).toBe(YUNZHOU);
      expect((await codes('dtyz'))[0]).toBe(YUNZHOU);
      expect(await codes('yzq', { level: 'COUNTY' })).toContain(YUNZHOU);
      expect((await codes('sx dt yzq'))[0]).toBe(YUNZHOU);
      expect((await codes('140215'))[0]).toBe(YUNZHOU);
      expect(await codes('云州', { under: '440000000000' })).toEqual([]);
      expect((await codes('云州', { under: '140200000000' }))[0]).toBe(YUNZHOU);
      expect(await names('城区', { level: 'COUNTY', under: '140000000000' })).toEqual([
        '城区',
        '城区',
        '平城区',
        '潞城区',
        '朔城区',
      ]);
      expect(await codes('云州', { asOf: '1949-09-30' })).toEqual([]);
    },
  );

  it('puts the whole name first, then its beginning, then the inside; wide before narrow', async () => {
    const { nodes } = await search('大同', { first: 100 });
    const rank = ({ name }: { name: string }) => (name === '大同' ? 0 : name.startsWith('大同') ? 1 : 2);
    const depth = ['NATION', 'PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE'];
    const keys = nodes.map((node) => [rank(node), depth.indexOf(node.level), node.code] as const);
    expect(keys).toEqual([...keys].sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1)));
    expect(nodes[0]).toMatchObject({ name: '大同市' });
    expect(new Set(keys.map(([first]) => first)).size).toBeGreaterThan(1);
  });

  it.each(['村委会', '庄村', '㘵', '新', '东关', '王家', 'wj', '14022'])(
    'misses nothing that holds %s',
    async (text) => {
      const found: string[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < 400; pages++) {
        const page = await search(text, { first: 100, after, under: '140200000000' });
        found.push(...page.nodes.map(({ code }) => code));
        after = page.endCursor;
        if (!page.hasNextPage) break;
      }
      const expected = await test.adminQuery<{ code: string }>(
        /^\d/.test(text)
          ? `SELECT code FROM region WHERE code LIKE $1 || '%'`
          : /^[a-z]/.test(text)
            ? `SELECT code FROM region WHERE initials LIKE $1 || '%' AND code LIKE '1402%'`
            : `SELECT code FROM region WHERE strpos(name, $1) > 0 AND code LIKE '1402%'`,
        [text],
      );
      expect(found.length).toBe(new Set(found).size);
      expect(found.sort()).toEqual(expected.map(({ code }) => code).sort());
    },
  );

  it('answers with nothing rather than with everything', async () => {
    expect(await codes('没有这个地方的名字')).toEqual([]);
    expect(await codes('没有 云州')).toEqual([]);
    expect(await codes('%')).toEqual([]);
    expect(await codes("'; DROP TABLE region; --")).toEqual([]);
    await expect(search('云州', { under: '140299000000' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'under',
    });
    await expect(search('云州', { first: 101 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'first',
    });
    await expect(search('云州', { after: 'x' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'after',
    });
  });
});

describe('the national file in the database', () => {
  it('is loaded once', async () => {
    expect(await loadReferenceRegions({ url: test.migratorUrl })).toBe(0);
  });

  it('keeps row-level security, constraints and trigger', async () => {
    const [table] = await test.adminQuery<{ forced: boolean; trigger: string; indexes: number }>(
      `SELECT relforcerowsecurity AS forced,
              (SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'region_validity') AS trigger,
              (SELECT count(*)::int FROM pg_indexes WHERE tablename = 'region') AS indexes
       FROM pg_class WHERE relname = 'region'`,
    );
    expect(table).toEqual({ forced: true, trigger: 'O', indexes: 9 });
  });

  it('puts every region inside its parent', async () => {
    const rows = await test.adminQuery<{ code: string; parent_code: string; level: number }>(
      `SELECT child.code, child.parent_code, parent.level FROM region child JOIN region parent ON parent.code = child.parent_code`,
    );
    const levels: RegionLevel[] = ['NATION', 'PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE'];
    const outside = rows.filter(({ code, parent_code, level }) => {
      const { low, high } = scopeRange(parent_code, levels[level]!);
      return code < low || code >= high;
    });
    expect(rows.length).toBeGreaterThan(50_000);
    expect(outside).toEqual([]);
  });
});
