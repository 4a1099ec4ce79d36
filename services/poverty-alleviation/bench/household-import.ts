import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamReferenceRegions } from '@junxian/administrative-region';
import { writeSheet } from '@junxian/documents';
import { HOUSEHOLD_SHEET } from '../src/imports/household-sheet.rules';
import { headRowCells, memberRow, type SheetCells } from '../src/imports/imports.fixture';
import { officer, type TestStore } from '../src/testing/store.support.test';
import type { AskedService } from './asked-service';
import { copyOfFinishedRows, copyOfTexts } from './bare-copy';

type ProcessorSeconds = ReturnType<AskedService['processorSeconds']>;

/** What an import took. */
export interface ImportFigures {
  rows: number;
  megabytes: number;
  /** From the order to the end of the job. */
  importSeconds: number;
  /** Of it, processor seconds: on a machine that does other work beside it they tell more than the clock. */
  importProcessor: ProcessorSeconds;
  /** From there until the statistics count what was imported. */
  countingSeconds: number;
  secondImportSeconds: number;
  secondImportProcessor: ProcessorSeconds;
  /** The same rows of the sheet, COPYed from CSV into a table of texts without an index. */
  copyOfTextsSeconds: number;
  /** The rows that came of it, COPYed from CSV into the tables as they are. */
  copyOfFinishedRowsSeconds: number;
  /** The most memory the service held in the first and the second import. */
  peakMegabytes: number;
  secondPeakMegabytes: number;
}

const COUNTY = '140215000000';
const keyOf = new Map(HOUSEHOLD_SHEET.map(({ title, key }) => [title, key]));

/** Members of a county's households, three or four to each. */
export async function* countyRows(count: number): AsyncGenerator<SheetCells> {
  const villages: string[] = [];
  for await (const { code, level } of streamReferenceRegions()) {
    if (level === 'VILLAGE' && code.startsWith(COUNTY.slice(0, 6))) villages.push(code);
  }
  let household = 0;
  for (let n = 0; n < count; household++) {
    const village = villages[household % villages.length]!;
    const size = 3 + (household % 2);
    for (let place = 0; place < size && n < count; place++, n++) {
      const common = {
        '务工时间（月）': String(n % 13),
        是否参加城乡居民基本医疗保险: '是',
        是否参加大病保险: n % 3 === 0 ? '否' : '是',
        联系电话: `138${String(n).padStart(8, '0')}`,
      };
      yield place === 0
        ? headRowCells(village, `新${household}`, n, {
            ...common,
            家庭住址: `演示村${household}号`,
            '耕地面积（亩）': '3.5',
            '住房面积（平方米）': '80',
            是否危房户: '否',
            饮水是否安全: '是',
          })
        : memberRow(village, `新${household}`, n, { ...common, 与户主关系: place === 1 ? '配偶' : '之子' });
    }
  }
}

/** Has a service import a county's sheet of so many rows twice, and COPYs the same rows beside it; `tell` hears of each import as it ends. */
export async function measureHouseholdImport(
  store: TestStore,
  service: AskedService,
  rows: number,
  tell: (what: string, figures: object) => void,
): Promise<ImportFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'junxian-county-'));
  try {
    const xlsx = join(folder, 'county.xlsx');
    const csv = join(folder, 'county.csv');
    await writeSheet(HOUSEHOLD_SHEET, cellsOf(rows), createWriteStream(xlsx));
    await writeSheet(HOUSEHOLD_SHEET, cellsOf(rows), createWriteStream(csv), { format: 'CSV' });
    service.peakMegabytes();
    const first = await importOnce(service, xlsx);
    tell('imported', first);
    const began = Date.now();
    await counted(store);
    const countingSeconds = (Date.now() - began) / 1000;
    const peakMegabytes = service.peakMegabytes();
    const second = await importOnce(service, xlsx);
    tell('imported again', second);
    const secondPeakMegabytes = service.peakMegabytes();
    const isWhole = first.result.newMembers === rows;
    const isRepeated = second.result.unchangedHouseholds === first.result.newHouseholds;
    if (!isWhole || !isRepeated) throw new Error(`imported ${JSON.stringify([first, second])}`);
    return {
      rows,
      megabytes: Math.round(statSync(xlsx).size / 1024 / 1024),
      importSeconds: first.seconds,
      importProcessor: first.processor,
      countingSeconds,
      secondImportSeconds: second.seconds,
      secondImportProcessor: second.processor,
      copyOfTextsSeconds: await copyOfTexts(store, csv),
      copyOfFinishedRowsSeconds: await copyOfFinishedRows(store, folder),
      peakMegabytes: Math.round(peakMegabytes),
      secondPeakMegabytes: Math.round(secondPeakMegabytes),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* cellsOf(count: number): AsyncGenerator<Record<string, string>> {
  for await (const row of countyRows(count)) {
    yield Object.fromEntries(Object.entries(row).map(([title, text]) => [keyOf.get(title)!, text]));
  }
}

const keeper = officer(COUNTY, 'COUNTY', 'OPERATOR');

async function importOnce({ ask, upload, processorSeconds }: AskedService, path: string) {
  const { file } = (await ask(
    keeper,
    'mutation ($file: ImportFileInput!) { file: startImportUpload(file: $file) { fileId uploadUrl } }',
    { file: { fileName: 'county.xlsx', mime: '', size: statSync(path).size } },
  ))!;
  await upload(file.uploadUrl, path);
  const before = processorSeconds();
  const began = Date.now();
  const { job } = (await ask(
    keeper,
    'mutation ($input: HouseholdImportInput!) { job: importHouseholds(input: $input) { id } }',
    { input: { fileId: file.fileId, year: 2017, dryRun: false } },
  ))!;
  for (;;) {
    await sleep(100);
    const { found } = (await ask(
      keeper,
      `query ($id: ID!) { found: importJob(id: $id) { state
         result { accepted newHouseholds newMembers unchangedHouseholds } } }`,
      { id: job.id },
    ))!;
    if (['QUEUED', 'RUNNING'].includes(found.state)) continue;
    if (!found.result?.accepted) throw new Error(`the import ended ${JSON.stringify(found)}`);
    const after = processorSeconds();
    const processor = {
      service: after.service - before.service,
      postgres: after.postgres - before.postgres,
    };
    return { seconds: (Date.now() - began) / 1000, processor, result: found.result };
  }
}

/** Waits until every household is counted. */
async function counted({ adminQuery }: TestStore): Promise<void> {
  for (;;) {
    const [left] = await adminQuery<{ count: number }>(
      `SELECT count(*)::int AS count FROM household h
       WHERE NOT EXISTS (SELECT FROM statistic_contribution c WHERE c.owner_id = h.id::text)`,
    );
    if (left!.count === 0) return;
    await sleep(1_000);
  }
}
