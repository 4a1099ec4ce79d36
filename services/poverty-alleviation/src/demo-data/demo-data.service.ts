import type { Database } from '@junxian/persistence';
import type { HouseholdIdentificationService } from '../households/identification.service';
import { scopes } from '../service-scopes';
import { demoHousehold, demoKey } from './demo-households.rules';
import { DEMO_VILLAGES } from './demo-villages';

const HOUSEHOLDS_PER_VILLAGE = 10;
const TOTAL = DEMO_VILLAGES.length * HOUSEHOLDS_PER_VILLAGE;

/**
 * Identifies the demonstration households that are not there yet, each in a transaction of its own through
 * the ordinary service, so that events flow as from an officer's work. Returns how many were made; none at
 * the second start.
 */
export async function loadDemoData(
  database: Database,
  identification: HouseholdIdentificationService,
): Promise<number> {
  const present = await presentKeys(database);
  let made = 0;
  for (let n = 0; n < TOTAL; n++) {
    if (present.has(demoKey(n))) continue;
    const form = demoHousehold(n, DEMO_VILLAGES[n % DEMO_VILLAGES.length]!);
    await database.write(scopes.demoData(), (tx) => identification.identify(tx, form));
    made += 1;
  }
  return made;
}

async function presentKeys(database: Database): Promise<Set<string>> {
  const scope = scopes.demoData();
  const rows = await database.read(scope, (tx) =>
    tx.query<{ submission_key: string }>(
      'SELECT submission_key FROM household WHERE created_by = $1 AND submission_key IS NOT NULL',
      [scope.purpose],
    ),
  );
  return new Set(rows.map(({ submission_key }) => submission_key));
}
