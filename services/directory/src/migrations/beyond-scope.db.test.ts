import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import { migrations } from '.';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase({ service: 'directory', migrations });
});
afterAll(() => test.close());

describe('looking beyond the caller’s scope', () => {
  it('is possible through these functions and no other', async () => {
    const rows = await test.adminQuery<{
      name: string;
      owner: string;
      settings: string[];
      grantees: string[];
    }>(
      `SELECT p.proname AS name, r.rolname AS owner, p.proconfig AS settings,
              ARRAY(SELECT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END
                    FROM aclexplode(p.proacl) g WHERE g.grantee <> p.proowner ORDER BY 1) AS grantees
       FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(FUNCTIONS);
    for (const { name, owner, settings, grantees } of rows) {
      expect(name).toMatch(/^di_[a-z]+_\d\d_/);
      expect(owner).toBe('directory_definer');
      expect(settings).toEqual(['search_path=public, pg_temp']);
      expect(grantees).toEqual(['directory_app']);
    }
  });

  it('leaves no table with rows of its own open: row-level security is forced on all', async () => {
    const rows = await test.adminQuery<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(['schema_migration']);
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
