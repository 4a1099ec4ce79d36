import { migrate } from '@junxian/persistence';
import { RegionChangeFollower } from '@junxian/region-changes';
import { runService } from '@junxian/subgraph';
import { loadDemoData } from './demo-data/demo-data.service';
import { readEnvironment } from './environment';
import { consumers } from './events';
import { migrations } from './migrations';
import { outsideParts } from './outside';
import { startRecurringWork } from './recurring-work';
import { regionFollowing } from './region-changes/following';
import { createGraph, createServices } from './service';
import { scopes } from './service-scopes';
import { rebuildStatistics } from './statistics/ledger.service';
import { orderUncountedYears } from './statistics/year-counts.service';

const SERVICE = 'poverty-alleviation';

runService({
  name: SERVICE,
  readEnvironment,
  prepareDatabase: (url, logger) => migrate({ url, service: SERVICE, migrations, logger }),
  async create({ environment, database, aside, clock, logger }) {
    const follower = new RegionChangeFollower({ database, following: regionFollowing, clock, logger });
    const rowsToFollow = () => follower.nudge();
    let ordered = () => {};
    const outside = outsideParts({ environment, database: aside, clock, logger });
    const services = createServices({
      ...outside,
      rowsToFollow,
      ordered: () => ordered(),
    });
    const years = await database.write(scopes.countYears(), orderUncountedYears);
    if (years.length > 0) logger.info({ years }, 'statistics are counted anew');
    if (environment.DEMO_DATA) {
      const households = await loadDemoData(database, {
        servicesAt: (told) => createServices({ ...outside, clock: told }),
        today: clock.today(),
      });
      if (households > 0) logger.info({ households }, 'demonstration played');
    }
    return {
      graph: createGraph(services),
      consumers: consumers({ regionChangeReceived: rowsToFollow }),
      startWork: () => {
        follower.start();
        const work = startRecurringWork({
          database,
          clock,
          services,
          logger,
          claimSeconds: environment.JOB_CLAIM_SECONDS,
        });
        ordered = work.ordered;
        return {
          stop: async () => {
            await work.stop();
            await follower.stop();
          },
        };
      },
    };
  },
  commands: {
    /** Counts a year anew from the rows: `main.js rebuild-counters 2017`. */
    'rebuild-counters': async (database, _environment, year) => {
      if (!/^\d{4}$/.test(year ?? '')) throw new Error('usage: main.js rebuild-counters <year>');
      await database.write(scopes.rebuildCounters(), (tx) => rebuildStatistics(tx, Number(year)));
    },
  },
});
