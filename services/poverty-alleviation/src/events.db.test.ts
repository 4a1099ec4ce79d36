import { randomUUID } from 'node:crypto';
import {
  openTransport,
  RegionChanged,
  type RunningMessaging,
  recordEvent,
  startMessaging,
  type Transport,
} from '@junxian/messaging';
import { createLogger } from '@junxian/observability';
import { RegionChangeFollower } from '@junxian/region-changes';
import { type EventsDatabase, eventsDatabase } from '../../../shared/messaging/src/testing/events-database';
import { eventually } from '../../../shared/messaging/src/testing/eventually';
import { consumers } from './events';
import { regionFollowing } from './region-changes/following';
import { scopes } from './service-scopes';
import { householdForm, memberForm } from './testing/forms.support.test';
import { openStore, type TestStore, VILLAGES } from './testing/store.support.test';

let store: TestStore;
let log: EventsDatabase;
let transport: Transport;
let messaging: RunningMessaging;
let follower: RegionChangeFollower;
let isRunning = false;

const start = async () => {
  const logger = createLogger('test', 'silent');
  follower = new RegionChangeFollower({
    database: store.database,
    following: regionFollowing,
    clock: store.clock,
    logger,
  });
  transport = await openTransport({ kind: 'postgres', url: log.url });
  messaging = await startMessaging({
    database: store.database,
    transport,
    consumers: consumers({ regionChangeReceived: () => follower.nudge() }),
    service: 'poverty-alleviation',
    clock: store.clock,
    logger,
  });
  follower.start();
  isRunning = true;
};
const stop = async () => {
  if (!isRunning) return;
  isRunning = false;
  await messaging.stop();
  await follower.stop();
  await transport.close();
};

beforeAll(async () => {
  store = await openStore();
  log = await eventsDatabase(process.env.TEST_POSTGRES_URL);
  await start();
});
afterAll(async () => {
  await stop();
  await log.close();
  await store.close();
});

const figure = async (code: string) => {
  const [row] = await store.adminQuery<{ text: string }>(
    `SELECT count || '/' || amount AS text FROM statistic_counter WHERE region_code = $1 AND cell = 'poor'`,
    [code],
  );
  return row?.text ?? '0/0';
};
const identify = (village: string, serials: readonly number[]) =>
  Promise.all(serials.map((serial) => store.identify(householdForm(village, [memberForm(serial)]))));
/** The directory's event, put onto the same log by way of this store's own outbox. */
const changeRegion = (from: string, to: string) =>
  store.database.write(scopes.followRegionChanges(), (tx) =>
    recordEvent(tx, RegionChanged, {
      aggregateId: '000000000000',
      occurredAt: store.clock.now(),
      data: {
        changeId: randomUUID(),
        kind: 'RECODE',
        from: [from],
        to: [to],
        effectiveDate: '2018-01-01',
        moves: [{ from, to, level: 'COUNTY' }],
      },
    }),
  );

it('identified households reach the counters of all ancestors by events', async () => {
  await identify(VILLAGES.yunzhou1, [1, 2, 3]);
  await identify(VILLAGES.shandong, [4]);
  await eventually(async () => (await figure('000000000000')) === '4/4');
  expect([await figure('140215000000'), await figure('370000000000')]).toEqual(['3/3', '1/1']);
});

it('a region change of the directory moves rows and figures, also of households identified just before it', async () => {
  await Promise.all([
    identify(VILLAGES.yunzhou2, [11, 12, 13, 14]),
    changeRegion('140215000000', '140299000000'),
  ]);
  await eventually(
    async () => (await figure('140299000000')) === '7/7' && (await figure('140215000000')) === '0/0',
    () => 'figures did not follow',
  );
  expect([await figure('140000000000'), await figure('000000000000')]).toEqual(['7/7', '8/8']);
});

it('what happens while the consumers are down is made up for afterwards, once', async () => {
  await stop();
  await identify('140299100001', [21, 22]);
  await changeRegion('140299000000', '140298000000');
  await start();
  await eventually(async () => (await figure('140298000000')) === '9/9');
  expect(await figure('000000000000')).toBe('10/10');
  const [open] = await store.adminQuery('SELECT count(*)::int AS dead FROM dead_letter');
  expect(open).toEqual({ dead: 0 });
});
