import { dateTimeInShanghai } from '@junxian/calendar';
import { RELOCATION_MODE, RESETTLEMENT } from '../code-lists';
import type { Disclosures } from '../disclosure/disclosures.service';
import { FUND_BATCH, FUND_TIER, FUND_TYPE } from '../fund-code-lists';
import type { FundListKind, FundListService } from '../funds/fund-list.service';
import { readHouseholds } from '../households/household-views.service';
import { type DisclosureKind, PROJECT_STAGE, PROJECT_SUBTYPE, PROJECT_TYPE } from '../project-code-lists';
import { relocationBeneficiaryPage } from '../projects/beneficiary-views.service';
import { projectPage } from '../projects/project-list.service';
import { readProjects } from '../projects/project-views.service';
import { relocationWays } from '../queries/relocation-ways.service';
import { yearOf } from './export-labels';
import type { ExportedList } from './export-list.types';
import { columns, exportedPage, REGION_COLUMNS, regionCells } from './sheet-cells';

/** Lists of money and projects (PA-QY-05 to PA-QY-08, PA-QY-12). */
export function moneyLists(
  funds: FundListService,
  disclosures: Disclosures,
): Record<
  | 'FUND_SUMMARY'
  | 'FUND_ARRIVALS'
  | 'FUND_ALLOCATIONS'
  | 'PROJECTS'
  | 'RELOCATION_BENEFICIARIES'
  | 'RELOCATION_WAYS'
  | 'PROJECT_DISCLOSURES'
  | 'FUND_DISCLOSURES',
  ExportedList
> {
  return {
    FUND_SUMMARY: fundList(funds, '资金汇总查询', 'SUMMARY'),
    FUND_ARRIVALS: fundList(funds, '资金到账查询', 'ARRIVAL'),
    FUND_ALLOCATIONS: fundList(funds, '资金下拨查询', 'ALLOCATION'),
    PROJECTS: {
      title: '项目查询',
      columns: columns({
        ...REGION_COLUMNS,
        projectNo: '项目编号',
        name: '项目名称',
        type: '项目类型',
        subtype: '项目子类型',
        year: '年度',
        stage: '阶段',
        budget: '预算（万元）',
        approved: '批复金额（万元）',
        spent: '已支出（万元）',
        progress: '进度（%）',
        beneficiaries: '受益户数',
      }),
      page: async (tx, { filter, principal, first, after }) =>
        exportedPage(
          await projectPage(tx, principal, {
            year: filter.year,
            region: filter.region,
            type: filter.projectType,
            subtype: filter.projectSubtype,
            stage: filter.stage,
            village: filter.village,
            first,
            after,
          }),
          (project) => ({
            ...regionCells(project.regionCode),
            projectNo: project.projectNo,
            name: project.name,
            type: PROJECT_TYPE.label(project.type),
            subtype: PROJECT_SUBTYPE.label(project.subtype),
            year: project.year,
            stage: PROJECT_STAGE.label(project.stage),
            budget: project.budgetTotal,
            approved: project.approvedAmount,
            spent: project.spent,
            progress: project.progressPct,
            beneficiaries: project.beneficiaryHouseholds,
          }),
        ),
    },
    RELOCATION_BENEFICIARIES: {
      title: '易地搬迁受益户查询',
      columns: columns({
        ...REGION_COLUMNS,
        householdNo: '户编号',
        project: '项目名称',
        persons: '人口数',
        resettlement: '安置方式',
        area: '住房面积（平方米）',
        moveDate: '搬迁日期',
      }),
      page: async (tx, { filter, principal, first, after }) => {
        const { region, resettlement } = filter;
        const asked = { year: yearOf(filter), region, resettlement, first, after };
        const page = await relocationBeneficiaryPage(tx, principal, asked);
        const [households, projects] = await Promise.all([
          readHouseholds(
            tx,
            page.nodes.map(({ householdId }) => householdId),
          ),
          readProjects(tx, [...new Set(page.nodes.map(({ projectId }) => projectId))]),
        ]);
        const numbers = new Map(households.map(({ id, householdNo }) => [id, householdNo]));
        const names = new Map(projects.map(({ id, name }) => [id, name]));
        return exportedPage(page, (one) => ({
          ...regionCells(one.regionCode),
          householdNo: numbers.get(one.householdId) ?? null,
          project: names.get(one.projectId) ?? null,
          persons: one.persons,
          resettlement: RESETTLEMENT.label(one.resettlement),
          area: one.area,
          moveDate: one.moveDate,
        }));
      },
    },
    RELOCATION_WAYS: {
      title: '搬迁方式查询',
      columns: columns({
        mode: '搬迁方式',
        resettlement: '安置方式',
        households: '户数',
        persons: '人数',
      }),
      page: async (tx, { filter, principal }) => {
        const ways = await relocationWays(tx, yearOf(filter), filter.region ?? principal.regionCode!);
        return {
          next: null,
          rows: ways.map(({ mode, resettlement, households, persons }) => ({
            mode: mode === null ? '未填写' : RELOCATION_MODE.label(mode),
            resettlement: resettlement === null ? '未填写' : RESETTLEMENT.label(resettlement),
            households,
            persons,
          })),
        };
      },
    },
    PROJECT_DISCLOSURES: disclosureList(disclosures, '项目公开公示查询', 'PROJECT'),
    FUND_DISCLOSURES: disclosureList(disclosures, '资金公开公示查询', 'FUND'),
  };
}

function fundList(funds: FundListService, title: string, kind: FundListKind): ExportedList {
  return {
    title,
    columns: columns({
      ...REGION_COLUMNS,
      year: '年度',
      documentNo: '文号',
      title: '文件标题',
      fundType: '资金类型',
      tier: '资金级次',
      batch: '批次',
      from: '下拨区划代码',
      allocated: '下拨金额（万元）',
      arrived: '到账金额（万元）',
      percent: '到账率（%）',
      issued: '下达日期',
      arrivedDate: '到账日期',
      voucherNo: '凭证号',
    }),
    page: async (tx, { filter, principal, first, after }) => {
      const { from: fromDate, to: toDate } = filter;
      const page = await funds.page(
        tx,
        { kind, filter: { ...filter, fromDate, toDate }, first, after },
        principal,
      );
      return exportedPage(page, (row) => ({
        ...regionCells(row.regionCode),
        year: row.year,
        documentNo: row.documentNo,
        title: row.title,
        fundType: FUND_TYPE.label(row.fundType),
        tier: FUND_TIER.label(row.tier),
        batch: row.batch === null ? null : FUND_BATCH.label(row.batch),
        from: row.fromRegionCode,
        allocated: row.allocated,
        arrived: row.arrived,
        percent: row.arrivalPercent,
        issued: row.issuedDate,
        arrivedDate: row.arrivedDate,
        voucherNo: row.voucherNo,
      }));
    },
  };
}

function disclosureList(disclosures: Disclosures, title: string, kind: DisclosureKind): ExportedList {
  return {
    title,
    columns: columns({
      ...REGION_COLUMNS,
      subject: '项目编号或文号',
      title: '标题',
      content: '内容',
      published: '公示时间',
      end: '截止日期',
      withdrawn: '撤回时间',
      reason: '撤回原因',
    }),
    page: async (tx, { filter, principal, first, after }) =>
      exportedPage(
        await disclosures.page(tx, principal, { kind, region: filter.region, first, after }),
        (one) => ({
          ...regionCells(one.regionCode),
          subject: 'project' in one.facts ? one.facts.project.projectNo : one.facts.fund.documentNo,
          title: one.title,
          content: one.content,
          published: dateTimeInShanghai(one.publishedAt),
          end: one.endAt,
          withdrawn: one.withdrawnAt === null ? null : dateTimeInShanghai(one.withdrawnAt),
          reason: one.withdrawReason,
        }),
      ),
  };
}
