import { type Draw, pick, type World } from './model.fixture';
import { DYNAMIC_MOVES } from './model-moves.fixture';
import { UPKEEP_MOVES } from './model-upkeep.fixture';

type DynamicMove = keyof typeof DYNAMIC_MOVES;
export type MoveName = DynamicMove | keyof typeof UPKEEP_MOVES;

/** How often each move is drawn. */
const WEIGHTS: Readonly<Record<MoveName, number>> = {
  identify: 8,
  exit: 16,
  stableExit: 3,
  stableExitOfExited: 6,
  return: 12,
  keyTarget: 6,
  transfer: 20,
  add: 18,
  reduce: 18,
  several: 10,
  split: 12,
  rollback: 36,
  clearPersons: 6,
  clearHousehold: 2,
  correctIdentity: 6,
  attribute: 4,
  moveVillage: 6,
  supplement: 6,
  saveIncome: 8,
  saveBasic: 4,
  saveRelocation: 5,
  saveOutcome: 3,
  saveMember: 8,
  saveMeasure: 2,
  oldDuplicate: 6,
  deleteDuplicates: 6,
  villageAttribute: 3,
  delisting: 2,
  regionChange: 4,
  goOn: 4,
  openYear: 2,
  closeYear: 1,
};
export const MOVE_NAMES = Object.keys(WEIGHTS) as MoveName[];
const URN = MOVE_NAMES.flatMap((name) => Array<MoveName>(WEIGHTS[name]).fill(name));

/** Which move a draw is of. */
export function moveOf({ move }: Draw): MoveName {
  return pick(URN, move);
}

/**
 * Plays a move; returns the years it wrote. Throws what the use case throws, and {@link Idle} when there was nothing to do.
 */
export async function play(world: World, draw: Draw): Promise<readonly number[]> {
  const { cycle } = world.stage;
  const name = moveOf(draw);
  const id = world.householdOf(draw);
  if (!isDynamic(name)) return UPKEEP_MOVES[name](world, id, draw.x, draw.y);
  await DYNAMIC_MOVES[name](world, id, draw.x, draw.y);
  return [cycle];
}

const isDynamic = (name: MoveName): name is DynamicMove => name in DYNAMIC_MOVES;
