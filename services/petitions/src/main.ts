import { migrate } from '@junxian/persistence';
import { RegionChangeFollower } from '@junxian/region-changes';
import { runService, Scheduler } from '@junxian/subgraph';
import { loadDemoData } from './demo-data/demo-data.service';
import { readEnvironment } from './environment';
import { consumers } from './events';
import { migrations } from './migrations';
import { outsideParts } from './outside';
import { recurringWork } from './recurring-work';
import { regionFollowing } from './region-changes/following';
import { createGraph, createServices } from './service';
import { rebuildStatistics } from './statistics/recount.service';

const SERVICE = 'petitions';

runService({
  name: SERVICE,
  readEnvironment,
  preparedStatements: true,
  prepareDatabase: (url, logger) => migrate({ url, service: SERVICE, migrations, logger }),
  async create({ environment, database, aside, clock, logger }) {
    const follower = new RegionChangeFollower({ database, following: regionFollowing, clock, logger });
    const parts = outsideParts({ environment, database: aside, clock, logger });
    const { messenger, messageReports } = parts;
    const services = createServices(parts);
    if (environment.DEMO_DATA) {
      const steps = await loadDemoData(database, services, clock);
      if (steps > 0) logger.info({ steps }, 'demonstration month played');
    }
    return {
      graph: createGraph(services),
      consumers: consumers({ clock, regionChangeReceived: () => follower.nudge() }),
      startWork: () => {
        follower.start();
        const scheduler = new Scheduler(logger);
        scheduler.start(recurringWork({ database, clock, services, messenger, messageReports }));
        return {
          stop: async () => {
            await scheduler.stop();
            await follower.stop();
          },
        };
      },
    };
  },
  commands: {
    /** Counts all statistics anew from the rows: `main.js rebuild-statistics`. */
    'rebuild-statistics': async (database) => {
      await rebuildStatistics(database);
    },
  },
});
