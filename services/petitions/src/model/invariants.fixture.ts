import { CASE_ACTIONS, isOpen, TRANSITIONS } from '../cases/case-state.rules';
import type { Snapshot } from './world.fixture';

/** What moves a clock; anything else must leave it as it was. */
const MOVERS = {
  routeDueOn: [],
  acceptDueOn: ['FORWARD', 'ASSIGN', 'TAKE_BACK', 'RETURN', 'REVIEW_REVOKED'],
  handleDueOn: ['INFORM_ACCEPT', 'EXTEND', 'REVIEW_REVOKED'],
  appealDueOn: [
    'SERVE_OPINION',
    'REVIEW_CLOSED',
    'REVIEW_REVOKED',
    'OPINION_SERVED_AGAIN',
    'RE_REVIEW_CLOSED',
  ],
} as const;

/** Everything that is wrong about an item after a move, given how it stood before; empty when all invariants hold. */
export function brokenInvariants(before: Snapshot | null, now: Snapshot): string[] {
  return [...custody(now), ...states(now), ...(before === null ? [] : clocks(before, now))];
}

/** Exactly one custodian until the item is completed, and it is the one the item names. */
function custody({ item, tasks }: Snapshot): string[] {
  const holding = tasks.filter((task) => task.custody);
  const wanted = isOpen(item.state) ? 1 : 0;
  if (holding.length !== wanted) return [`${holding.length} custodians in state ${item.state}`];
  return holding.some((task) => task.organisationId !== item.custodianOrganisationId)
    ? ['the task with the custody is of another organisation than the item says']
    : [];
}

/** The journal is a walk through the table of states that ends where the item is; each change of state has its event. */
function states({ item, journal }: Snapshot): string[] {
  const faults: string[] = [];
  let state: string | null = null;
  for (const { action, fromState, toState, eventId, eventType } of journal) {
    if (fromState !== state) faults.push(`${action} starts from ${fromState}, the item was ${state}`);
    const changes = fromState !== toState;
    if (action !== 'REGISTER' && (CASE_ACTIONS as readonly string[]).includes(action)) {
      const { from, to } = TRANSITIONS[action as keyof typeof TRANSITIONS];
      if (!from.includes(fromState as never)) faults.push(`${action} from ${fromState} is not in the table`);
      if (to === 'same' ? changes : !to.includes(toState as never))
        faults.push(`${action} to ${toState} is not in the table`);
    } else if (action !== 'REGISTER' && changes)
      faults.push(`${action} is no action of the table, yet it changed the state`);
    if (changes && (eventId === null || eventType === null))
      faults.push(`${action} changed the state without an event`);
    state = toState;
  }
  if (state !== item.state) faults.push(`the journal ends in ${state}, the item is ${item.state}`);
  const ids = journal.flatMap(({ eventId }) => eventId ?? []);
  if (new Set(ids).size !== ids.length) faults.push('two journal entries name one event');
  return faults;
}

function clocks(before: Snapshot, now: Snapshot): string[] {
  const known = new Set(before.journal.map(({ id }) => id));
  const done = now.journal.filter(({ id }) => !known.has(id)).map(({ action }) => action);
  return Object.entries(MOVERS).flatMap(([clock, movers]) => {
    const [earlier, later] = [
      before.item[clock as keyof typeof MOVERS],
      now.item[clock as keyof typeof MOVERS],
    ];
    if (earlier === later || done.some((action) => (movers as readonly string[]).includes(action))) return [];
    return [`${clock} went from ${earlier} to ${later} by ${done.join(', ') || 'nothing'}`];
  });
}
