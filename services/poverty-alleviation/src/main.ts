import { LinkSigner } from '@junxian/documents';
import { migrate } from '@junxian/persistence';
import { RegionChangeFollower } from '@junxian/region-changes';
import { runService } from '@junxian/subgraph';
import { loadDemoData } from './demo-data/demo-data.service';
import { readEnvironment } from './environment';
import { consumers } from './events';
import { migrations } from './migrations';
import { rebuildCounters } from './poverty-counters/counters.service';
import { regionFollowing } from './region-changes/following';
import { createGraph, createServices } from './service';
import { scopes } from './service-scopes';

const SERVICE = 'poverty-alleviation';

runService({
  name: SERVICE,
  readEnvironment,
  prepareDatabase: (url, logger) => migrate({ url, service: SERVICE, migrations, logger }),
  async create({ environment, database, aside, clock, logger }) {
    const follower = new RegionChangeFollower({ database, following: regionFollowing, clock, logger });
    const rowsToFollow = () => follower.nudge();
    const services = createServices({
      clock,
      rowsToFollow,
      database: aside,
      links: new LinkSigner(environment.FILE_LINK_KEY, clock),
      publicUrl: environment.PUBLIC_URL,
      keys: {
        cipher: environment.FIELD_KEYS,
        blindIndexKey: environment.BLIND_INDEX_KEY,
        citizenIdKey: environment.CITIZEN_ID_KEY,
      },
    });
    if (environment.DEMO_DATA) {
      const households = await loadDemoData(database, services.identification);
      if (households > 0) logger.info({ households }, 'demonstration households identified');
    }
    return {
      graph: createGraph(services),
      consumers: consumers({ regionChangeReceived: rowsToFollow }),
      startWork: () => {
        follower.start();
        return follower;
      },
    };
  },
  commands: {
    /** Counts a year anew from the rows: `main.js rebuild-counters 2017`. */
    'rebuild-counters': async (database, _environment, year) => {
      if (!/^\d{4}$/.test(year ?? '')) throw new Error('usage: main.js rebuild-counters <year>');
      await database.write(scopes.rebuildCounters(), (tx) => rebuildCounters(tx, Number(year)));
    },
  },
});
