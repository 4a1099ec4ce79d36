import { applyMoves, type RegionMove } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';

/** Serials have two digits and start at 01. */
const LAST_SERIAL = 99;
const MAX_NAME = 50;

/** The name as it is stored. Throws INVALID_INPUT for an empty or overlong one, or one with inner blanks. */
export function naturalVillageName(input: string): string {
  const name = input.normalize('NFC').trim();
  if (name !== '' && [...name].length <= MAX_NAME && !/[\s\p{C}]/u.test(name)) return name;
  throw refuse.invalid('name', {
    zh: `自然村名称不能为空、不能含空格，且不超过 ${MAX_NAME} 字`,
    en: `The name of a natural village has 1 to ${MAX_NAME} characters and no blanks`,
  });
}

const codeOf = (villageCode: string, serial: number) => villageCode + String(serial).padStart(2, '0');

/** The code after the highest serial ever given out in a village; removed ones count. Throws NO_SERIAL_LEFT. */
export function nextCode(villageCode: string, highestSerial: number): string {
  if (highestSerial >= LAST_SERIAL) throw noSerialLeft(villageCode);
  return codeOf(villageCode, highestSerial + 1);
}

function noSerialLeft(villageCode: string): Refusal {
  return new Refusal(
    'NO_SERIAL_LEFT',
    {
      zh: `行政村 ${villageCode} 的自然村顺序号已用完（01–99），请核对是否重复登记`,
      en: `The serials of the village ${villageCode} (01–99) are used up; check for natural villages registered twice`,
    },
    { field: 'villageCode', details: { villageCode } },
  );
}

/** A serial for one that comes from elsewhere: after the highest, or in a gap when the end is reached. Throws NO_SERIAL_LEFT. */
function freeCode(villageCode: string, highestSerial: number, used: ReadonlySet<string>): string {
  if (highestSerial < LAST_SERIAL) return nextCode(villageCode, highestSerial);
  for (let serial = 1; serial < LAST_SERIAL; serial++) {
    if (!used.has(codeOf(villageCode, serial))) return codeOf(villageCode, serial);
  }
  throw noSerialLeft(villageCode);
}

/** A natural village before or after a change of regions. */
export interface PlacedVillage {
  code: string;
  name: string;
  isCurrent: boolean;
}

/** How a natural village goes along with a change. */
export interface NaturalVillageMove {
  from: string;
  to: string;
  name: string;
}

/**
 * How natural villages follow a re-coding of their administrative villages. The serial stays; where
 * villages are merged and it is taken, the next free one is given, and a name that is taken is told apart
 * by the village it came from. Where the serials after the highest are used up, gaps serve. Takes those that move, those that stand in the villages they come to, and
 * the names of the villages they come from. Throws NO_SERIAL_LEFT.
 */
export function planNaturalVillageMoves(
  moving: readonly PlacedVillage[],
  standing: readonly PlacedVillage[],
  moves: readonly RegionMove[],
  villageNames: ReadonlyMap<string, string>,
): NaturalVillageMove[] {
  const taken = new Set(standing.map(({ code }) => code));
  const names = new Set(
    standing.filter(({ isCurrent }) => isCurrent).map(({ code, name }) => key(code, name)),
  );
  const highest = new Map<string, number>();
  const wanted = moving.map((village) => ({ village, code: applyMoves(village.code, moves) }));
  const used = new Set([...taken, ...wanted.map(({ code }) => code)]);
  for (const code of [...taken, ...wanted.map(({ code }) => code)]) {
    const village = code.slice(0, 12);
    highest.set(village, Math.max(highest.get(village) ?? 0, Number(code.slice(12))));
  }
  return wanted.map(({ village, code }) => {
    let to = code;
    if (taken.has(to)) {
      const goal = to.slice(0, 12);
      to = freeCode(goal, highest.get(goal) ?? 0, used);
      highest.set(goal, Math.max(highest.get(goal) ?? 0, Number(to.slice(12))));
      used.add(to);
    }
    taken.add(to);
    const origin = villageNames.get(village.code.slice(0, 12)) ?? village.code;
    // The last one tells apart what nothing else does: codes are unique.
    const name = [village.name, `${village.name}（${origin}）`, `${village.name}（${village.code}）`].find(
      (choice, index) => index === 2 || !village.isCurrent || !names.has(key(to, choice)),
    )!;
    if (village.isCurrent) names.add(key(to, name));
    return { from: village.code, to, name };
  });
}

/** The moves that tell of a serial that changed; the others follow from the village's own. */
export function serialMoves(moved: readonly NaturalVillageMove[]): RegionMove[] {
  return moved
    .filter(({ from, to }) => from.slice(12) !== to.slice(12))
    .map(({ from, to }) => ({ from, to, level: 'VILLAGE' }));
}

function key(code: string, name: string): string {
  return `${code.slice(0, 12)} ${name}`;
}
