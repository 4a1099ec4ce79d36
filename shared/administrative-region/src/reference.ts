import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib';
import { levelAtDepth, levelDigits, type RegionLevel } from './levels';

/** One row of the national file. */
export interface ReferenceRegion {
  code: string;
  name: string;
  level: RegionLevel;
  /** Null for the nation only. */
  parentCode: string | null;
  /** 市辖区, 省直辖县级行政区划 and the like: a step of the code, not an authority. */
  isPlaceholder: boolean;
  /** First letters of the name's pinyin, lower case. */
  initials: string;
}

/** Which codes exist, from the national file, without names. */
export interface RegionReference {
  readonly size: number;
  has(code: string): boolean;
  /** Level stored in the file, or null for a code that is not in it. */
  levelOf(code: string): RegionLevel | null;
  /** Codes of the regions directly below one, ascending; none below a village or under a code that is not in the file. */
  childrenOf(code: string): string[];
}

const DATA = join(__dirname, '..', 'data');
const FILE = join(DATA, 'regions.tsv.br');
const TAB = 0x09;
const NEWLINE = 0x0a;

let loaded: RegionReference | undefined;

/**
 * The codes and levels of the national file, kept as two flat arrays (about 6 MB), read on the
 * first call. For dry checks and synthetic data; what is valid on a date is the directory's to say.
 */
export function referenceRegions(): RegionReference {
  loaded ??= load();
  return loaded;
}

/** The whole national file as it is kept: lines of fields between tabs, ascending by code. */
export function referenceText(): Buffer {
  return brotliDecompressSync(readFileSync(FILE));
}

function load(): RegionReference {
  const text = referenceText();
  let size = 0;
  for (let at = text.indexOf(NEWLINE); at !== -1; at = text.indexOf(NEWLINE, at + 1)) size++;
  const codes = new Float64Array(size);
  const levels = new Uint8Array(size);
  let row = 0;
  for (let start = 0; start < text.length; row++) {
    const end = text.indexOf(NEWLINE, start);
    let code = 0;
    for (let at = start; at < start + 12; at++) code = code * 10 + (text[at]! - 0x30);
    codes[row] = code;
    // code, name, level, …: the level is the one digit after the second tab.
    levels[row] = text[text.indexOf(TAB, start + 13) + 1]! - 0x30;
    start = end + 1;
  }
  return {
    size,
    has: (code) => find(codes, code) !== -1,
    levelOf: (code) => {
      const at = find(codes, code);
      return at === -1 ? null : levelAtDepth(levels[at]!);
    },
    childrenOf: (code) => children(codes, levels, code),
  };
}

/** A region is followed by all below it, so its children are found by leaping over each child's own. */
function children(codes: Float64Array, levels: Uint8Array, code: string): string[] {
  const found: string[] = [];
  const place = find(codes, code);
  if (place === -1) return found;
  const end = endOf(code, levels[place]!);
  for (let at = place + 1; at < codes.length && codes[at]! < end; ) {
    const child = String(codes[at]).padStart(12, '0');
    found.push(child);
    at = firstFrom(codes, endOf(child, levels[at]!));
  }
  return found;
}

/** The first number after all codes of a region. */
function endOf(code: string, depth: number): number {
  const digits = levelDigits(levelAtDepth(depth));
  return digits === 0 ? 10 ** 12 : Number(code) + 10 ** (12 - digits);
}

/** Place of a code in the ascending list, or -1. */
function find(codes: Float64Array, code: string): number {
  if (!/^\d{12}$/.test(code)) return -1;
  const at = firstFrom(codes, Number(code));
  return codes[at] === Number(code) ? at : -1;
}

/** Place of the first code that is not less than the one wanted. */
function firstFrom(codes: Float64Array, wanted: number): number {
  let low = 0;
  let high = codes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codes[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Readings (pinyin) of place names that dictionaries get wrong, by name: 蔚县 is Yù Xiàn. */
export function placeReadings(): Record<string, string> {
  return JSON.parse(readFileSync(join(DATA, 'place-readings.json'), 'utf8')) as Record<string, string>;
}

/** The rows of the national file in ascending order of code, streamed; about 665,000. */
export async function* streamReferenceRegions(): AsyncGenerator<ReferenceRegion, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  // An error anywhere in the pipeline reaches the loop through the last stream, hence the empty callback.
  const text = pipeline(createReadStream(FILE), createBrotliDecompress(), () => {});
  for await (const chunk of text) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseRow(line);
  }
}

function parseRow(line: string): ReferenceRegion {
  const [code, name, depth, parentCode, placeholder, initials] = line.split('\t');
  if (code === undefined || name === undefined || initials === undefined) {
    throw new Error('The reference file of regions is damaged; build it again');
  }
  return {
    code,
    name,
    level: levelAtDepth(Number(depth)),
    parentCode: parentCode === undefined || parentCode === '' ? null : parentCode,
    isPlaceholder: placeholder === '1',
    initials,
  };
}
