import { randomUUID } from 'node:crypto';
import {
  followOneBatch,
  followRegionChanges,
  type RegionChange,
  regionFollowingFaults,
} from '@junxian/region-changes';
import { officerOf } from '../actor';
import { consumers } from '../events';
import { registerCaseItem } from '../registration/case-registration.service';
import { scopes } from '../service-scopes';
import { draft } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { regionFollowing } from './following';

const SCOPE = scopes.followRegionChanges();
const REGISTRAR = ['LETTER_REGISTRAR', 'HANDLER'];
let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

it('knows every column with a region code, and finds rows by an index', async () => {
  const faults = await store.database.read(SCOPE, (tx) => regionFollowingFaults(tx, regionFollowing));
  expect(faults).toEqual([]);
});

/** Two districts change codes with each other: no code is given up, so a row that moves twice is where it was. */
const receiveSwap = () =>
  deliver({
    type: 'junxian.directory.region.changed.v1',
    time: store.clock.now().toISOString(),
    data: SWAP(),
  });
/** Hands an event of the directory to the consumer that takes it, as the runner would. */
const deliver = (event: { type: string; time: string; data: object }) =>
  store.database.write(SCOPE, (tx) =>
    consumers({ clock: store.clock, regionChangeReceived: () => undefined })
      .find(({ definitions }) => definitions.has(event.type))!
      .apply(tx, [event as never]),
  );
const LIXIA = '370102000000';
const SHINAN = '370202000000';
const SWAP = (): RegionChange => ({
  changeId: randomUUID(),
  kind: 'RECODE',
  from: [LIXIA, SHINAN],
  to: [SHINAN, LIXIA],
  moves: [
    { from: LIXIA, to: SHINAN, level: 'COUNTY' },
    { from: SHINAN, to: LIXIA, level: 'COUNTY' },
  ],
  effectiveDate: '2026-03-01',
});
const follow = () => followRegionChanges(store.database, store.clock, regionFollowing);

/** Where the organisation of an item, the item, its matter and its task lie; all the same if nothing was lost. */
async function codesOf(itemId: string): Promise<string[]> {
  const [row] = await store.adminQuery<{ codes: string[] }>(
    `SELECT ARRAY[o.region_code, c.region_code, m.region_code, t.region_code] AS codes FROM case_item c JOIN organisation o ON o.id = c.organisation_id
     JOIN petition_matter m ON m.id = c.matter_id JOIN org_task t ON t.case_item_id = c.id WHERE c.id = $1`,
    [itemId],
  );
  return row!.codes;
}
const fourTimes = (code: string) => [code, code, code, code];

/** Registers an item as an officer of Lixia, whose token says its old code, and does something before that is committed. */
async function registeredMeanwhile(meanwhile: () => Promise<unknown>): Promise<string> {
  const by = officer('lixia', REGISTRAR);
  return store.as(by, async (tx) => {
    const { item } = await registerCaseItem(
      tx,
      store.services.personal,
      draft({ problemRegionCode: '370103000000' }),
      officerOf(by),
      store.clock.now(),
    );
    await meanwhile();
    return item.id;
  });
}
const nothing = async () => undefined;

describe('an item registered while a change of regions is applied', () => {
  let home = LIXIA;
  let away = SHINAN;
  afterEach(async () => {
    await follow();
    [home, away] = [away, home];
  });

  it('before the change is received: the change waits for it, and takes it along', async () => {
    let receiving: Promise<unknown> = Promise.resolve();
    const id = await registeredMeanwhile(async () => {
      receiving = receiveSwap();
      const early = await Promise.race([
        receiving.then(() => 'received'),
        new Promise((resolve) => setTimeout(resolve, 100, 'waits')),
      ]);
      expect(early).toBe('waits');
    });
    expect(await codesOf(id)).toEqual(fourTimes(home));
    await receiving;
    await follow();
    expect(await codesOf(id)).toEqual(fourTimes(away));
  });

  it('before its organisation has moved, and committed when all others have: has the new code from the start', async () => {
    await receiveSwap();
    const id = await registeredMeanwhile(follow);
    expect(await codesOf(id)).toEqual(fourTimes(away));
  });

  it('after its organisation has moved, and before the items do: does not move again', async () => {
    await receiveSwap();
    await store.database.write(SCOPE, (tx) => followOneBatch(tx, store.clock, regionFollowing, 500));
    const id = await registeredMeanwhile(nothing);
    await follow();
    expect(await codesOf(id)).toEqual(fourTimes(away));
  });

  it.each([
    ['before the change, which then takes it along', 'OLD', ['tell', 'change']],
    ['before the change, of which it arrives after', 'OLD', ['change', 'tell']],
    [
      'before the change, of which it arrives when all rows have followed',
      'OLD',
      ['change', 'follow', 'tell'],
    ],
    ['with the change, and arrives before it', 'NEW', ['tell', 'change']],
    ['with the change, and arrives after it', 'NEW', ['change', 'tell']],
    ['with the change, and arrives when all rows have followed', 'NEW', ['change', 'follow', 'tell']],
  ] as const)(
    'finds organisation and appointment in their new region, told %s',
    async (_when, told, order) => {
      store.clock.advance(60_000);
      const changedAt = store.clock.now();
      const steps = {
        change: receiveSwap,
        follow,
        tell: async () => {
          const { id: organisationId, sealName } = ORGANISATIONS.lixia;
          const time = new Date(changedAt.getTime() - (told === 'OLD' ? 1 : 0)).toISOString();
          const regionCode = told === 'OLD' ? home : away;
          await deliver({
            type: 'junxian.directory.organisation.changed.v1',
            time,
            data: { organisationId, sealName, kind: 'BUREAU', regionCode, superiorId: null },
          });
          const { appointmentId, accountId, roles } = officer('lixia', REGISTRAR);
          await deliver({
            type: 'junxian.directory.appointment.granted.v1',
            time,
            data: {
              appointmentId,
              accountId,
              organisationId,
              regionCode,
              regionLevel: 'COUNTY',
              roles,
              validFrom: '2026-01-01',
              validTo: null,
            },
          });
        },
      };
      for (const step of order) await steps[step]();
      const id = await registeredMeanwhile(nothing);
      await follow();
      expect(await codesOf(id)).toEqual(fourTimes(away));
      const appointments = await store.adminQuery<{ region_code: string }>(
        'SELECT region_code FROM officer_appointment WHERE id = $1',
        [officer('lixia', REGISTRAR).appointmentId],
      );
      expect(appointments).toEqual([{ region_code: away }]);
    },
  );

  it('carries the number of the newest change on every row', async () => {
    await receiveSwap();
    const id = await registeredMeanwhile(nothing);
    await follow();
    const [row] = await store.adminQuery<{ epochs: number[]; newest: number }>(
      `SELECT ARRAY[c.region_epoch, m.region_epoch, t.region_epoch] AS epochs, (SELECT max(seq) FROM region_change) AS newest
       FROM case_item c JOIN petition_matter m ON m.id = c.matter_id JOIN org_task t ON t.case_item_id = c.id WHERE c.id = $1`,
      [id],
    );
    expect(row!.epochs).toEqual([row!.newest, row!.newest, row!.newest]);
  });
});
