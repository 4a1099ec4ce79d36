import { ORGANISATIONS, type OrganisationKey, type TestStore } from './store.support.test';

/** Removes organisations as the directory would have told; after each test all of them exist again. */
export function removals(store: () => TestStore): {
  remove(...keys: OrganisationKey[]): Promise<unknown>;
  restore(): Promise<unknown>;
} {
  const restore = () => store().adminQuery('UPDATE organisation SET removed = false WHERE removed');
  afterEach(restore);
  return {
    remove: (...keys) =>
      store().adminQuery('UPDATE organisation SET removed = true WHERE id = ANY($1::uuid[])', [
        keys.map((key) => ORGANISATIONS[key].id),
      ]),
    restore,
  };
}
