import { places } from '../support/demo';
import type { SignedIn } from '../support/signing-in';
import type { System } from '../support/system';

/** Puts the accused units among those who see their accusations: what accuses them must be hidden all the same (PT-HND-08). */
export async function showTheAccused(system: System): Promise<void> {
  const shown = await system.adminQuery(
    'petitions',
    `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
     SELECT accused_organisation_id, id, 'HELD', registered_at, registered_at FROM case_item WHERE accused_organisation_id IS NOT NULL
     ON CONFLICT DO NOTHING RETURNING case_item_id`,
  );
  if (shown.length === 0) throw new Error('the demonstration has no accusation');
}

/** The demonstration has no natural village; the matrix needs one of each kind of entity. */
export async function registerNaturalVillage(system: System): Promise<void> {
  await system.adminQuery(
    'directory',
    `INSERT INTO natural_village (code, village_code, name, valid_from) VALUES ($1 || '01', $1, '示例自然村', '2020-01-01')`,
    [places.village],
  );
}

/** Name and query code give a token, and the token the process: what stands in for signing in. */
export async function tracked(system: System, registrar: SignedIn): Promise<unknown> {
  const registered = await registrar.query(
    '{ registrations(channel: LETTER, first: 100) { nodes { id anonymous petitioner { name(reveal: true) } } } }',
  );
  const item = registered.data!.registrations.nodes.find(
    ({ anonymous, petitioner }: { anonymous: boolean; petitioner: { name: string | null } | null }) =>
      !anonymous && petitioner?.name,
  );
  const code = await registrar.query('mutation ($id: ID!) { showQueryCode(caseItemId: $id) }', {
    id: item.id,
  });
  const token = await system
    .client()
    .query(
      'mutation ($name: String!, $code: String!) { trackPetition(name: $name, queryCode: $code) { token } }',
      { name: item.petitioner.name, code: code.data!.showQueryCode },
    );
  const answer = await system
    .client()
    .query('query ($token: String!) { trackedPetition(token: $token) { itemNo } }', {
      token: token.data!.trackPetition.token,
    });
  return answer.data;
}
