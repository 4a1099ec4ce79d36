import type { Json } from '@junxian/test-kit';
import {
  headRowCells,
  memberRow,
  type SheetCells,
  sheetOf,
} from '../../../services/poverty-alleviation/src/imports/imports.fixture';
import { citizenNumber, places } from '../../support/demo';
import { eventually } from '../../support/system';
import { changes, figuresOf } from '../figures';
import { type Chapter, download, type Life } from '../life';

const NEXT_VILLAGE = '140215100201';
const BORN = '19700101';
const numbers = [701, 703, 705, 707].map((serial) => citizenNumber(serial, BORN));
const [FIRST, FIRST_SON, SECOND, SECOND_SON] = numbers as [string, string, string, string];

const HEADS = [
  headRowCells(NEXT_VILLAGE, '新1', 1, { 姓名: '示例甲有', 证件号码: FIRST }),
  headRowCells(NEXT_VILLAGE, '新2', 1, { 姓名: '示例乙有', 证件号码: SECOND }),
] as const;
const SONS = [
  memberRow(NEXT_VILLAGE, '新1', 1, { 姓名: '示例甲子', 证件号码: FIRST_SON, 出生日期: '1970-01-01' }),
  memberRow(NEXT_VILLAGE, '新2', 1, { 姓名: '示例乙子', 证件号码: SECOND_SON, 出生日期: '1970-01-01' }),
] as const;
/** Two households of two, as the county fills them in. */
const ROWS: SheetCells[] = [HEADS[0], SONS[0], HEADS[1], SONS[1]];
/** The same with a number whose check character is wrong. */
const FAULTY = [
  HEADS[0],
  SONS[0],
  { ...HEADS[1], 证件号码: `${SECOND.slice(0, 17)}${SECOND[17] === '0' ? '1' : '0'}` },
  SONS[1],
];

const JOB = `id state rowsDone rowsTotal refusal { code } errorSheet { url }
  result { accepted rows newHouseholds newMembers changedHouseholds faults }
  faults { nodes { rowNumber column code message } }`;

/** Uploads a sheet through the gateway, orders its import and follows it to its end. */
async function imported(life: Life, rows: SheetCells[]): Promise<Json> {
  const content = await sheetOf(rows);
  const { startImportUpload } = await life.do(
    'yunzhou',
    'mutation ($file: ImportFileInput!) { startImportUpload(file: $file) { fileId uploadUrl } }',
    { file: { fileName: '示例名单.xlsx', mime: '', size: content.length } },
  );
  const uploaded = await fetch(startImportUpload.uploadUrl, { method: 'PUT', body: new Uint8Array(content) });
  expect([uploaded.status, new URL(startImportUpload.uploadUrl).origin]).toEqual([
    200,
    new URL(life.system.gatewayUrl).origin,
  ]);
  const { importHouseholds } = await life.do(
    'yunzhou',
    'mutation ($input: HouseholdImportInput!) { importHouseholds(input: $input) { id state } }',
    { input: { year: 2017, fileId: startImportUpload.fileId } },
  );
  life.secrets.importJobs.push(importHouseholds.id);
  return eventually(
    'the import',
    async () =>
      (
        await life.do('yunzhou', `query ($id: ID!) { importJob(id: $id) { ${JOB} } }`, {
          id: importHouseholds.id,
        })
      ).importJob,
    ({ state }) => !['QUEUED', 'RUNNING'].includes(state),
  );
}

const householdsOf = async (life: Life, region: string) => {
  const { households } = await life.do(
    'yunzhou',
    'query ($r: ID!) { households(year: 2017, region: $r, first: 100) { nodes { id householdNo } } }',
    { r: region },
  );
  return households.nodes as { id: string; householdNo: string }[];
};

/** Households and persons under a column: the one registered by hand, and the two of two of the sheet. */
const three = (...columns: string[]) =>
  Object.fromEntries(
    columns.flatMap((column) => [
      [`${column}.h`, 3],
      [`${column}.p`, 7],
    ]),
  );

/** The money that chapter moved, in 万元, as the county's table shows it. */
const COUNTY_MONEY = { arrived: 300.0001, arranged: 120.1234, spent: 33.3333, balance: 266.6668 };
/** The province's total: what was passed on counts where it went. */
const PROVINCE_MONEY = { arrived: 500.0001, arranged: 120.1234, spent: 33.3333, balance: 466.6668 };

const moneyColumns = (figures: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(figures).flatMap(([measure, amount]) => [
      [`SPECIAL_FUND_USE fund.${measure}`, amount],
      [`SPECIAL_FUND_USE fund.${measure}.type.01`, amount],
    ]),
  );

/** Sheets come in and go out; the tables count what they brought. */
export const sheets: Chapter = (stage) => {
  stage(
    'a sheet with a fault is refused whole, by row and column; put right it brings its households',
    async (life) => {
      life.secrets.citizenNumbers.push(...numbers);
      life.secrets.words.push('示例甲有', '示例乙有', '示例甲子', '示例乙子');
      const before = await householdsOf(life, NEXT_VILLAGE);
      const refused = await imported(life, FAULTY);
      expect(refused).toMatchObject({ state: 'DONE', result: { accepted: false, faults: 1 } });
      expect(refused.faults.nodes).toEqual([
        expect.objectContaining({ rowNumber: 4, column: '证件号码', code: 'INVALID_ID' }),
      ]);
      const errorSheet = await download(refused.errorSheet.url);
      expect([errorSheet.status, errorSheet.headers.get('content-disposition')]).toEqual([
        200,
        expect.stringContaining(encodeURIComponent('示例名单-错误.xlsx')),
      ]);
      expect(
        Buffer.from(await errorSheet.arrayBuffer())
          .subarray(0, 2)
          .toString(),
      ).toBe('PK');
      expect(await householdsOf(life, NEXT_VILLAGE)).toEqual(before);

      const done = await imported(life, ROWS);
      expect(done).toMatchObject({
        state: 'DONE',
        rowsDone: 4,
        rowsTotal: 4,
        result: { accepted: true, rows: 4, newHouseholds: 2, newMembers: 4, changedHouseholds: 0, faults: 0 },
        errorSheet: null,
      });
      const there = new Set(before.map(({ id }) => id));
      const brought = (await householdsOf(life, NEXT_VILLAGE)).filter(({ id }) => !there.has(id));
      expect(brought).toHaveLength(2);
      life.secrets.households.push(...brought);
    },
  );

  stage('the tables of county and province count exactly these, and list them', async (life) => {
    const households = three(
      'POOR_HOUSEHOLDS poor',
      'POOR_HOUSEHOLDS poor.attribute.01',
      'POOR_HOUSEHOLDS poor.standard.01',
      'POOR_HOUSEHOLDS status.0',
      'NEWLY_IDENTIFIED new',
      'NEWLY_IDENTIFIED new.attribute.01',
      'NEWLY_IDENTIFIED new.cause.01',
    );
    for (const [who, region, amounts] of [
      ['yunzhou', places.yunzhou, COUNTY_MONEY],
      ['shanxi', places.shanxi, PROVINCE_MONEY],
    ] as const) {
      const expected = { ...households, ...moneyColumns(amounts) };
      const moved = () =>
        figuresOf(life, who, region).then((figures) => changes(life.before.get(region)!, figures));
      const seen = await eventually(
        'the figures',
        moved,
        (now) => Object.keys(now).length === Object.keys(expected).length,
        10_000,
      ).catch(moved);
      expect(seen).toEqual(expected);
    }

    const listed = async (who: string, region: string) => {
      const nodes: Json[] = [];
      let after: string | null = null;
      do {
        const { statisticRows } = await life.do(
          who,
          `query ($r: ID!, $after: String) { statisticRows(table: POOR_HOUSEHOLDS, year: 2017, region: $r, column: "poor.h", first: 100, after: $after) {
             nodes { kind region { code } household { id } } endCursor hasNextPage } }`,
          { r: region, after },
        );
        nodes.push(...statisticRows.nodes);
        after = statisticRows.hasNextPage ? statisticRows.endCursor : null;
      } while (after !== null);
      return nodes;
    };
    const rows = await listed('yunzhou', places.yunzhou);
    const ofTheCounty = (await figuresOf(life, 'yunzhou', places.yunzhou)).POOR_HOUSEHOLDS!;
    expect(rows).toHaveLength(Number(ofTheCounty['poor.h']));
    const ids = rows.map(({ household }) => household.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(life.secrets.households.map(({ id }) => id)));
    expect((await listed('village', places.village)).map(({ household }) => household.id)).toContain(
      life.household.id,
    );
  });

  stage('what is listed is downloaded through a link, with numbers masked', async (life) => {
    const { exportQuery } = await life.do(
      'yunzhou',
      `mutation ($r: ID!) { exportQuery(list: HOUSEHOLDS, filter: { year: 2017, region: $r }, format: CSV) { url } }`,
      { r: NEXT_VILLAGE },
    );
    expect(new URL(exportQuery.url).origin).toBe(new URL(life.system.gatewayUrl).origin);
    const csv = await download(exportQuery.url);
    expect([csv.status, csv.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringMatching(/^attachment.*\.csv/),
    ]);
    const text = await csv.text();
    for (const { householdNo } of life.secrets.households.slice(1)) expect(text).toContain(householdNo);
    expect(text).not.toContain(life.household.householdNo);
    expect(text).toContain('140215************');
    for (const number of numbers) expect(text).not.toContain(number);

    const { exportStatistic } = await life.do(
      'shanxi',
      'mutation ($r: ID!) { exportStatistic(table: NEWLY_IDENTIFIED, year: 2017, region: $r) { url } }',
      { r: places.shanxi },
    );
    const book = await download(exportStatistic.url);
    expect(book.headers.get('content-type')).toContain('spreadsheetml');
    expect(
      Buffer.from(await book.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    // The link is the permission, and no other one will do.
    expect((await download(`${exportStatistic.url.slice(0, -3)}xyz`)).status).toBeGreaterThanOrEqual(400);
  });
};
