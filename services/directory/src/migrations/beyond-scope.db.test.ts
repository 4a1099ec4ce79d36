import { definerFunctions, openTables, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { migrations } from '.';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase({ service: 'directory', migrations });
});
afterAll(() => test.close());

describe('looking beyond the caller’s scope', () => {
  it('is possible through these functions and no other', async () => {
    const rows = await definerFunctions(test);
    expect(rows.map(({ name }) => name)).toEqual(FUNCTIONS);
    for (const { name, owner, settings, callers } of rows) {
      expect(name).toMatch(/^di_[a-z]+_\d\d_/);
      expect(owner).toBe('directory_definer');
      expect(settings).toEqual(['search_path=public, pg_temp']);
      expect(callers).toEqual(['directory_app']);
    }
  });

  it('leaves no table with rows of its own open: row-level security is forced on all', async () => {
    expect(await openTables(test)).toEqual(['schema_migration']);
  });

  it('gives the application role nothing that it owns', async () => {
    expect(
      await test.adminQuery(`SELECT relname FROM pg_class WHERE relowner = 'directory_app'::regrole`),
    ).toEqual([]);
  });
});

const FUNCTIONS = [
  'di_acc_04_last_serial',
  'di_acc_12_holder',
  'di_acc_14_posts',
  'di_aud_02_chain',
  'di_org_01_taken_names',
  'di_org_02_superiors_above',
  'di_org_05_in_use',
];
