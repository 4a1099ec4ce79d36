import { chosenRange } from '../chosen-range.rules';
import type { CountyRecordsService } from '../counties/county-records.service';
import { naturalVillagePage } from '../natural-villages/natural-village-views.service';
import { type ChangeSubject, type ChangeView, changesPage } from '../queries/changes.service';
import { COUNTY_ATTRIBUTE, VILLAGE_ATTRIBUTE } from '../village-code-lists';
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
        income: '农民人均纯收入（元）',
        collectiveIncome: '村集体经济收入（万元）',
      }),
      page: async (tx, { filter, principal, first, after }) =>
        exportedPage(
          await villagePage(tx, principal, { year: yearOf(filter), region: filter.region, first, after }),
          ({ year, regionCode, attribute, delisted, basic, population, income }) => ({
            year,
            ...regionCells(regionCode),
            attribute: VILLAGE_ATTRIBUTE.label(attribute),
            delisted: yesNo(delisted),
            villageHead: basic.villageHead,
            households: population.totalHouseholds,
            population: population.totalPopulation,
            income: income.farmerPerCapitaNetIncome,
            collectiveIncome: income.collectiveIncome,
          }),
        ),
    },
    COUNTIES: {
      title: '贫困县查询',
      columns: columns({
        year: '年度',
        ...REGION_COLUMNS,
        attribute: '县属性',
        households: '总户数',
        population: '总人口数',
      }),
      page: async (tx, { filter, principal, first, after }) =>
        exportedPage(
          await counties.page(tx, principal, { year: yearOf(filter), region: filter.region, first, after }),
          ({ year, regionCode, attribute, population }) => ({
            year,
            ...regionCells(regionCode),
            attribute: COUNTY_ATTRIBUTE.label(attribute),
            households: population.totalHouseholds,
            population: population.totalPopulation,
          }),
        ),
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
        pavedRoad: '通沥青（水泥）路',
        hasProductionPower: '通生产用电',
        hasDomesticPower: '通生活用电',
        hasBroadband: '通宽带',
        waterSafe: '饮水安全',
      }),
      page: async (tx, { filter, principal, first, after }) =>
        exportedPage(
          await naturalVillagePage(tx, principal, {
            year: yearOf(filter),
            region: filter.region,
            first,
            after,
          }),
          (one) => ({
            year: one.year,
            ...regionCells(one.regionCode),
            code: one.code,
            name: one.surveyName,
            households: one.households,
            population: one.population,
            pavedRoad: yesNo(one.pavedRoad),
            hasProductionPower: yesNo(one.hasProductionPower),
            hasDomesticPower: yesNo(one.hasDomesticPower),
            hasBroadband: yesNo(one.hasBroadband),
            waterSafe: yesNo(one.waterSafe),
          }),
        ),
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
          at: inShanghai(change.at),
          year: change.year,
          ...regionCells(change.regionCode),
          operation: change.operationName,
          before: sideOf(change, 'before'),
          after: sideOf(change, 'after'),
          reason: change.reason,
          operator: change.operator,
          rolledBack: yesNo(change.rolledBack),
        }),
      ),
  };
}

/** One side of what changed, in one cell: a single value as it is, several with their names. */
function sideOf({ facts }: ChangeView, side: 'before' | 'after'): string | null {
  if (facts.length === 1) return facts[0]![side];
  const told = facts.filter((fact) => fact[side] !== null);
  return told.length === 0 ? null : told.map((fact) => `${fact.field}=${fact[side]}`).join('；');
}

const CLOCK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** An instant as lists write it: 2017-11-20 09:00:00 in China. */
function inShanghai(at: Date): string {
  return CLOCK.format(at);
}
