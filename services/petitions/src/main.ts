import { migrate } from '@junxian/persistence';
import { RegionChangeFollower } from '@junxian/region-changes';
import { runService, Scheduler } from '@junxian/subgraph';
import { readEnvironment } from './environment';
import { consumers } from './events';
import { migrations } from './migrations';
import { regionFollowing } from './region-changes/following';
import { createGraph, createServices } from './service';

const SERVICE = 'petitions';

runService({
  name: SERVICE,
  readEnvironment,
  prepareDatabase: (url, logger) => migrate({ url, service: SERVICE, migrations, logger }),
  async create({ environment, database, clock, logger }) {
    const follower = new RegionChangeFollower({ database, following: regionFollowing, clock, logger });
    const services = createServices({
      clock,
      features: {
        onlineSuggestions: environment.FEATURE_ONLINE_SUGGESTIONS,
        supervise: environment.FEATURE_SUPERVISE,
        departmentLists: environment.FEATURE_DEPARTMENT_LISTS,
      },
      keys: {
        cipher: environment.FIELD_KEYS,
        blindIndexKey: environment.BLIND_INDEX_KEY,
        citizenIdKey: environment.CITIZEN_ID_KEY,
      },
    });
    return {
      graph: createGraph(services),
      consumers: consumers({ clock, regionChangeReceived: () => follower.nudge() }),
      startWork: () => {
        follower.start();
        const scheduler = new Scheduler(logger);
        return {
          stop: async () => {
            await scheduler.stop();
            await follower.stop();
          },
        };
      },
    };
  },
});
