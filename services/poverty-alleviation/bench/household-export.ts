import { officer, type TestStore } from '../src/testing/store.support.test';
import type { AskedService } from './asked-service';
import { FIRST_COUNTY, seedHouseholds, VILLAGES_PER_COUNTY } from './seed-households';

/** What an export of a list took. */
export interface ExportFigures {
  format: string;
  seconds: number;
  /** Of it, processor seconds. */
  processor: ReturnType<AskedService['processorSeconds']>;
  megabytes: number;
  /** The most memory the service held meanwhile. */
  peakMegabytes: number;
}

const viewer = officer(FIRST_COUNTY, 'COUNTY', 'VIEWER');

/** Seeds one county with so many households. */
export async function seedCounty(store: TestStore, households: number): Promise<void> {
  await seedHouseholds(store, { count: households, perVillage: Math.ceil(households / VILLAGES_PER_COUNTY) });
  for (const table of ['household', 'household_year_record', 'member_year_record']) {
    await store.adminQuery(`VACUUM ANALYZE ${table}`);
  }
}

/** Asks a service for the list of a county's households and downloads it; throws unless every household is in it. */
export async function measureExport(
  store: TestStore,
  { ask, download, peakMegabytes, processorSeconds }: AskedService,
  format: 'XLSX' | 'CSV',
  households: number,
): Promise<ExportFigures> {
  peakMegabytes();
  const before = processorSeconds();
  const began = Date.now();
  const { link } = await ask(
    viewer,
    `mutation ($filter: ExportFilter!, $format: ExportFormat!) {
       link: exportQuery(list: HOUSEHOLDS, filter: $filter, format: $format) { url } }`,
    { filter: { year: 2017, region: FIRST_COUNTY }, format },
  );
  const bytes = await download(link.url);
  const seconds = (Date.now() - began) / 1000;
  const after = processorSeconds();
  // The end is noted a moment after the receiver has the last byte.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const [log] = await store.adminQuery<{ stage: string; rows: number }>(
    'SELECT stage, row_count AS rows FROM export_download ORDER BY at DESC, stage LIMIT 1',
  );
  if (log?.stage !== 'FINISHED' || log.rows !== households)
    throw new Error(`exported ${JSON.stringify(log)}`);
  return {
    format,
    seconds,
    processor: { service: after.service - before.service, postgres: after.postgres - before.postgres },
    megabytes: Math.round(bytes / 1024 / 1024),
    peakMegabytes: Math.round(peakMegabytes()),
  };
}
