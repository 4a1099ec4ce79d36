import type { Clock } from '@junxian/calendar';
import type { Logger } from '@junxian/observability';
import { type Database, isTransient } from '@junxian/persistence';
import { followRegionChanges } from './follow';
import type { RegionFollowing } from './following';

const LOOK_EVERY_MS = 5_000;

export interface FollowerParts {
  database: Database;
  following: RegionFollowing;
  clock: Clock;
  logger: Logger;
}

/**
 * Lets rows follow region changes in the background: at once when told of one, otherwise every few
 * seconds, so that what another process received, or left undone when it was killed, is followed too.
 */
export class RegionChangeFollower {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  constructor(private readonly parts: FollowerParts) {}

  /** Starts looking. */
  start(): void {
    this.timer = setInterval(() => this.nudge(), LOOK_EVERY_MS);
    this.nudge();
  }

  /** Looks now; while it is already at work, once more afterwards. */
  nudge(): void {
    if (this.timer === undefined) return;
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    this.again = false;
    this.running = this.follow().finally(() => {
      this.running = undefined;
      if (this.again) this.nudge();
    });
  }

  /** Stops looking and waits for the work under way; what is left is done after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private async follow(): Promise<void> {
    const { database, following, clock, logger } = this.parts;
    try {
      const rows = await followRegionChanges(database, clock, following, {
        goOn: () => this.timer !== undefined,
      });
      if (rows > 0) logger.info({ rows }, 'rows followed a region change');
    } catch (error) {
      if (isTransient(error)) logger.warn({ err: error }, 'region changes wait for the database');
      else logger.error({ err: error }, 'rows could not follow a region change');
    }
  }
}
