import { dateTimeInShanghai } from '@junxian/calendar';
import { chosenRange } from '../chosen-range.rules';
import { type CountyRecordsService, poorVillageCounts } from '../counties/county-records.service';
import { naturalVillagePage } from '../natural-villages/natural-village-views.service';
import { type ChangeSubject, type ChangeView, changesPage } from '../queries/changes.service';
import { readSummaries } from '../statistics/poverty-summary.service';
import { COUNTY_ATTRIBUTE, VILLAGE_ATTRIBUTE } from '../village-code-lists';
import { naturalVillageFigures, villageFigures } from '../villages/village-figures.service';
import { villagePage } from '../villages/village-list.service';
import { yearOf } from './export-labels';
import type { ExportedList } from './export-list.types';
import { CASE_WORKERS } from './household-lists';
import { columns, exportedPage, REGION_COLUMNS, regionCells, yesNo } from './sheet-cells';

/** Lists of villages, counties and natural villages (PA-QY-02), and of what was changed (PA-QY-04). */
export function regionLists(
  counties: CountyRecordsService,
): Record<
  'VILLAGES' | 'COUNTIES' | 'NATURAL_VILLAGES' | 'HOUSEHOLD_CHANGES' | 'VILLAGE_CHANGES' | 'COUNTY_CHANGES',
  ExportedList
> {
  return {
    VILLAGES: {
      title: '贫困村查询',
      columns: columns({
        year: '年度',
        ...REGION_COLUMNS,
        attribute: '村属性',
        delisted: '已出列',
        villageHead: '村负责人',
        households: '总户数',
        population: '总人口数',
        poorHouseholds: '贫困户数',
        poorPopulation: '贫困人口数',
        income: '农民人均纯收入（元）',
        collectiveIncome: '村集体经济收入（万元）',
      }),
      page: async (tx, { filter, principal, first, after }) => {
        const page = await villagePage(tx, principal, { ...filter, year: yearOf(filter), first, after });
        const figures = await villageFigures(tx, page.nodes);
        return exportedPage(page, ({ year, regionCode, attribute, delisted, ...sections }, place) => ({
          year,
          ...regionCells(regionCode),
          attribute: VILLAGE_ATTRIBUTE.label(attribute),
          delisted: yesNo(delisted),
          villageHead: sections.basic.villageHead,
          households: sections.population.totalHouseholds,
          population: sections.population.totalPopulation,
          poorHouseholds: figures[place]!.poorHouseholds,
          poorPopulation: figures[place]!.poorPopulation,
          income: sections.income.farmerPerCapitaNetIncome,
          collectiveIncome: sections.income.collectiveIncome,
        }));
      },
    },
    COUNTIES: {
      title: '贫困县查询',
      columns: columns({
        year: '年度',
        ...REGION_COLUMNS,
        attribute: '县属性',
        households: '总户数',
        population: '总人口数',
        poorVillages: '贫困村数',
        poorHouseholds: '贫困户数',
        poorPopulation: '贫困人口数',
        income: '农民人均纯收入（元）',
      }),
      page: async (tx, { filter, principal, first, after }) => {
        const asked = { year: yearOf(filter), region: filter.region, first, after };
        const page = await counties.page(tx, principal, asked);
        const [villages, summaries] = await Promise.all([
          poorVillageCounts(tx, page.nodes),
          readSummaries(tx, page.nodes),
        ]);
        return exportedPage(page, ({ year, regionCode, attribute, population, economy }, place) => ({
          year,
          ...regionCells(regionCode),
          attribute: COUNTY_ATTRIBUTE.label(attribute),
          households: population.totalHouseholds,
          population: population.totalPopulation,
          poorVillages: villages[place]!,
          poorHouseholds: summaries[place]?.poor.households ?? null,
          poorPopulation: summaries[place]?.poor.persons ?? null,
          income: economy.farmerPerCapitaNetIncome,
        }));
      },
    },
    NATURAL_VILLAGES: {
      title: '自然村查询',
      columns: columns({
        year: '年度',
        ...REGION_COLUMNS,
        code: '自然村代码',
        name: '自然村名称',
        households: '户数',
        population: '人口数',
        poorHouseholds: '贫困户数',
        pavedRoad: '通沥青（水泥）路',
        hasProductionPower: '通生产用电',
        hasDomesticPower: '通生活用电',
        hasBroadband: '通宽带',
        waterSafe: '饮水安全',
      }),
      page: async (tx, { filter, principal, first, after }) => {
        const asked = { year: yearOf(filter), region: filter.region, first, after };
        const page = await naturalVillagePage(tx, principal, asked);
        const poorHouseholds = await naturalVillageFigures(tx, page.nodes);
        return exportedPage(page, (one, place) => ({
          year: one.year,
          ...regionCells(one.regionCode),
          code: one.code,
          name: one.surveyName,
          households: one.households,
          population: one.population,
          poorHouseholds: poorHouseholds[place]!,
          pavedRoad: yesNo(one.pavedRoad),
          hasProductionPower: yesNo(one.hasProductionPower),
          hasDomesticPower: yesNo(one.hasDomesticPower),
          hasBroadband: yesNo(one.hasBroadband),
          waterSafe: yesNo(one.waterSafe),
        }));
      },
    },
    HOUSEHOLD_CHANGES: changeList('贫困户变更查询', 'HOUSEHOLD'),
    VILLAGE_CHANGES: changeList('村变更查询', 'VILLAGE'),
    COUNTY_CHANGES: changeList('县变更查询', 'COUNTY'),
  };
}

function changeList(title: string, subject: ChangeSubject): ExportedList {
  return {
    title,
    roles: CASE_WORKERS,
    columns: columns({
      at: '时间',
      year: '年度',
      ...REGION_COLUMNS,
      operation: '操作',
      before: '变更前',
      after: '变更后',
      reason: '原因',
      operator: '经办账号',
      rolledBack: '已回退',
    }),
    page: async (tx, { filter, principal, first, after }) =>
      exportedPage(
        await changesPage(tx, chosenRange(filter.region, principal), { ...filter, subject, first, after }),
        (change) => ({
          at: dateTimeInShanghai(change.at),
          year: change.year,
          ...regionCells(change.regionCode),
          operation: change.operationName,
          before: sideOf(change, 'before'),
          after: sideOf(change, 'after'),
          reason: change.reasonText,
          operator: change.operator,
          rolledBack: yesNo(change.rolledBack),
        }),
      ),
  };
}

/** One side of what changed, in one cell: each value with its name. */
function sideOf({ facts }: ChangeView, side: 'before' | 'after'): string | null {
  const told = facts.filter((fact) => fact[side] !== null);
  return told.length === 0 ? null : told.map((fact) => `${fact.fieldName}：${fact[side]}`).join('；');
}
