import { rule } from '@junxian/test-kit';
import { type ItemOfIdentity, identityView, type Viewer } from '../cases/petitioner-view.rules';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { identityViewSql } from './identity-view.store';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

const mine = ORGANISATIONS.lixia.id;
const other = ORGANISATIONS.jinan.id;
const me = officer('lixia', 'HANDLER').accountId!;

/** Every combination of what the rule looks at. */
function items(): ItemOfIdentity[] {
  const organisations = [mine, other];
  const flags = [true, false];
  return (['ACCUSATION', 'APPEAL'] as const).flatMap((purpose) =>
    flags.flatMap((confidential) =>
      flags.flatMap((needToKnow) =>
        flags.flatMap((anonymous) =>
          organisations.flatMap((organisationId) =>
            organisations.flatMap((custodianOrganisationId) =>
              [mine, other, null].flatMap((responsibleOrganisationId) =>
                [mine, other, null].flatMap((accusedOrganisationId) =>
                  [me, officer('jinan', 'HANDLER').accountId, null].map((accusedAccountId) => ({
                    purpose,
                    confidential,
                    needToKnow,
                    anonymous,
                    accountId: null,
                    organisationId,
                    custodianOrganisationId,
                    responsibleOrganisationId,
                    accusedOrganisationId,
                    accusedAccountId,
                  })),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

rule(
  ['PT-QRY-01', 'PT-SEC-02'],
  'the SQL of the identity view decides as the rule does, in every combination',
  async () => {
    const all = items();
    for (const role of ['HANDLER', 'SUPERVISOR', 'STATISTICIAN', 'LEADER']) {
      const viewer: Viewer = {
        kind: 'OFFICER',
        accountId: me,
        organisationId: mine,
        roles: [`petitions:${role}`],
      };
      const parameters: unknown[] = [JSON.stringify(all)];
      const view = identityViewSql(viewer, (value) => `$${parameters.push(value)}`);
      const rows = await store.adminQuery<{ view: string }>(
        `SELECT ${view} AS view FROM (
         SELECT i ->> 'purpose' AS purpose, (i ->> 'confidential')::boolean AS confidential, (i ->> 'needToKnow')::boolean AS need_to_know,
           (i ->> 'anonymous')::boolean AS anonymous, (i ->> 'organisationId')::uuid AS organisation_id,
           (i ->> 'custodianOrganisationId')::uuid AS custodian_organisation_id, (i ->> 'responsibleOrganisationId')::uuid AS responsible_organisation_id,
           (i ->> 'accusedOrganisationId')::uuid AS accused_organisation_id, (i ->> 'accusedAccountId')::uuid AS accused_account_id
         FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e (i, n) ORDER BY n) c`,
        parameters,
      );
      expect(rows.map((row) => row.view)).toEqual(all.map((item) => identityView(item, viewer)));
      if (role === 'HANDLER') expect(new Set(rows.map((row) => row.view)).size).toBe(4);
    }
  },
);
