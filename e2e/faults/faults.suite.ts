import { directoryFaults } from './directory.faults';
import { faultStage } from './fault-stage';
import { householdFaults } from './households.faults';
import { longWorkFaults } from './long-work.faults';
import { petitionFaults } from './petitions.faults';
import { secondDelivery } from './second-delivery.faults';

/**
 * What must hold when processes die: every committed change has its effect exactly once, and nothing
 * that was not committed has any. The same suite runs on both transports. `longWork`: whether imports
 * and the opening of a year are interrupted too, which takes a minute.
 */
export function faultSuite(
  environment: () => Record<string, string>,
  { longWork }: { longWork: boolean },
): void {
  const stage = faultStage(environment);
  householdFaults(stage);
  directoryFaults(stage);
  petitionFaults(stage);
  longWorkFaults(stage, longWork ? it : it.skip);
  secondDelivery(stage);
}
