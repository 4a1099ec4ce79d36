import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { streamReferenceRegions } from '@junxian/administrative-region';
import { JobWorker, orderJob, sheetBuffer } from '@junxian/documents';
import { scopeOf } from '@junxian/identity';
import { createLogger } from '@junxian/observability';
import { PresentRegions } from '@junxian/region-changes';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { HouseholdImport } from '../src/imports/household-import.service';
import { HOUSEHOLD_SHEET } from '../src/imports/household-sheet.rules';
import type { ImportResult } from '../src/imports/import.types';
import { headRowCells, memberRow, type SheetCells } from '../src/imports/imports.fixture';
import { scopes } from '../src/service-scopes';
import { officer, type TestStore } from '../src/testing/store.support.test';

/** What an import took. */
export interface ImportFigures {
  rows: number;
  megabytes: number;
  importSeconds: number;
  secondImportSeconds: number;
  /** The same rows, COPYed from CSV into a table of texts without an index. */
  copySeconds: number;
  peakMegabytes: number;
}

const COUNTY = '140215000000';

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

/** Imports a county's sheet of so many rows twice, and COPYs the same rows, on the machine it runs on. */
export async function measureHouseholdImport(store: TestStore, rows: number): Promise<ImportFigures> {
  const keyOf = new Map(HOUSEHOLD_SHEET.map(({ title, key }) => [title, key]));
  const cells: Record<string, string>[] = [];
  for await (const row of countyRows(rows)) {
    cells.push(Object.fromEntries(Object.entries(row).map(([title, text]) => [keyOf.get(title)!, text])));
  }
  const content = await sheetBuffer(HOUSEHOLD_SHEET, cells);
  const csv = (await sheetBuffer(HOUSEHOLD_SHEET, cells, { format: 'CSV' })).toString('utf8');
  cells.length = 0;
  const { clock, database, services } = store;
  const imports = new HouseholdImport({
    database,
    clock,
    personal: services.personal,
    regions: new PresentRegions(),
    sheet: async () => ({ name: 'county.xlsx', content }),
  });
  const worker = new JobWorker({
    database,
    clock,
    logger: createLogger('bench', 'error'),
    scope: scopes.runJobs(),
    handlers: { import: (job) => imports.run(job) },
  });
  const keeper = scopeOf(officer(COUNTY, 'COUNTY', 'OPERATOR'));
  let peak = 0;
  const watching = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 200);
  const once = async () => {
    await database.write(keeper, (tx) =>
      orderJob(tx, {
        kind: 'import',
        input: { year: 2017, fileId: randomUUID(), dryRun: false },
        now: clock.now(),
      }),
    );
    const began = Date.now();
    await worker.run();
    return (Date.now() - began) / 1000;
  };
  const importSeconds = await once();
  const secondImportSeconds = await once();
  clearInterval(watching);
  const results = await store.adminQuery<{ result: ImportResult }>('SELECT result FROM job ORDER BY id');
  const [first, second] = results.map(({ result }) => result.records);
  const households = first?.find(({ record }) => record === 'HOUSEHOLD')?.added;
  const isWhole = first?.find(({ record }) => record === 'MEMBER')?.added === rows;
  const isRepeated = second?.find(({ record }) => record === 'HOUSEHOLD')?.unchanged === households;
  if (!isWhole || !isRepeated) throw new Error(`imported ${JSON.stringify(results)}`);
  return {
    rows,
    megabytes: Math.round(content.length / 1024 / 1024),
    importSeconds,
    secondImportSeconds,
    copySeconds: await bareCopy(store.migratorUrl, csv),
    peakMegabytes: Math.round(peak / 1024 / 1024),
  };
}

async function bareCopy(url: string, csv: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `CREATE TEMPORARY TABLE sheet (${HOUSEHOLD_SHEET.map((_, place) => `c${place} text`).join(', ')})`,
    );
    const began = Date.now();
    await pipeline(
      Readable.from([csv.slice(csv.indexOf('\n') + 1)]),
      client.query(copyFrom('COPY sheet FROM STDIN (FORMAT csv)')),
    );
    return (Date.now() - began) / 1000;
  } finally {
    await client.end();
  }
}
