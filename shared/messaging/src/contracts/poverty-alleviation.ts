// Events that poverty alleviation publishes (requirements/poverty-alleviation.md §5): no names, numbers or texts of persons.
import { type TObject, Type } from '@sinclair/typebox';
import { CalendarDate, CitizenId, codes, defineEvent, Id, Nullable, RegionCode } from '../event-definition';
import { identityRevealed } from './identity-revealed';

const service = 'poverty-alleviation';

function povertyEvent<const Aggregate extends string, const Happened extends string, Data extends TObject>(
  aggregate: Aggregate,
  happened: Happened,
  zh: string,
  en: string,
  data: Data,
) {
  return defineEvent({ service, aggregate, happened, version: 1, description: { zh, en }, data });
}

const year = Type.Integer({ minimum: 2014, maximum: 2100, description: 'Year-end data set 年度' });
const householdId = Id({ description: 'Household 贫困户' });
const household = { householdId, year };
const villageCode = RegionCode({ description: 'Administrative village 行政村代码' });
const status = codes(['UNEXITED', 'EXITED', 'RETURNED', 'STABLE_EXIT'], {
  description: '未脱贫、已脱贫（享受政策）、返贫、已脱贫（不再享受政策）',
});
const operation = codes(['EXIT', 'STABLE_EXIT', 'RETURN', 'ROLLBACK'], {
  description: '脱贫、脱贫（不再享受政策）、返贫、综合回退',
});
const reason = Nullable(Type.String({ description: 'Code of the reason, never a text 原因代码' }));
const money = (description: string) => Type.String({ pattern: '^-?\\d{1,12}\\.\\d{2}$', description });
const tenThousands = (description: string) => Type.String({ pattern: '^\\d{1,12}\\.\\d{4}$', description });

export const HouseholdIdentified = povertyEvent(
  'household',
  'identified',
  '贫困户识别',
  'A household was identified as poor',
  Type.Object({
    householdId,
    householdNo: Type.String({ description: 'Household number, never reused 户编号' }),
    year: Type.Integer({ minimum: 2014, maximum: 2100, description: '识别年度' }),
    villageCode,
    headCitizenId: Type.Optional(CitizenId({ description: 'Head of household 户主' })),
    members: Type.Integer({ minimum: 1, description: 'Active members 家庭人口' }),
    origin: codes(['IDENTIFICATION', 'SPLIT', 'SUPPLEMENT', 'IMPORT'], {
      description: 'New identification 新识别, split 分户, supplement 补录, import by sheet 批量导入',
    }),
  }),
);
export const HouseholdStatusChanged = povertyEvent(
  'household',
  'status-changed',
  '脱贫状态变更',
  'The poverty status of a household changed',
  Type.Object({
    ...household,
    operation,
    from: status,
    to: status,
    reason,
    checks: Type.Array(Type.String(), { description: 'Checks that were passed at the exit 通过的脱贫指标' }),
  }),
);
export const HouseholdClosed = povertyEvent(
  'household',
  'closed',
  '贫困户销户',
  'The file of a household was closed',
  Type.Object({ ...household, reason }),
);
export const HouseholdReopened = povertyEvent(
  'household',
  'reopened',
  '贫困户销户回退',
  'A rollback took the closing of a household back',
  Type.Object({ ...household }),
);
export const HouseholdCleared = povertyEvent(
  'household',
  'cleared',
  '贫困户清退',
  'A wrongly identified household was removed',
  Type.Object({ ...household }),
);
export const KeyTargetChanged = povertyEvent(
  'household',
  'key-target-changed',
  '重点帮扶对象标识变更',
  'A household became a key assistance target or ceased to be one',
  Type.Object({ ...household, isKeyTarget: Type.Boolean() }),
);
/** Whatever else changed in a yearly record that lists and statistics show. */
export const HouseholdRecordChanged = povertyEvent(
  'household',
  'record-changed',
  '贫困户年度数据变更',
  'The yearly record of a household changed',
  Type.Object({
    ...household,
    parts: Type.Array(
      codes([
        'BASIC',
        'PRODUCTION_AND_LIVING',
        'INCOME_AND_HEALTH',
        'RELOCATION',
        'MEMBERS',
        'OUTCOME',
        'ATTRIBUTE',
        'STANDARD',
        'VILLAGE',
        'NATURAL_VILLAGE',
      ]),
      { description: 'Parts that changed 变更的内容' },
    ),
  }),
);
export const MemberChanged = povertyEvent(
  'member',
  'changed',
  '家庭成员变更',
  'A member moved, came, went, was removed or corrected',
  Type.Object({
    kind: codes([
      'TRANSFER',
      'ADD',
      'REDUCE',
      'SPLIT',
      'CLEAR',
      'CORRECT',
      'DELETE_DUPLICATE',
      'SUPPLEMENT',
      'ROLLBACK',
    ]),
    memberId: Id({ description: 'Member 家庭成员' }),
    citizenId: Type.Optional(CitizenId()),
    year,
    fromHouseholdId: Nullable(householdId),
    toHouseholdId: Nullable(householdId),
    reason,
    perCapitaBefore: Nullable(money('人均纯收入（变更前，元）')),
    perCapitaAfter: Nullable(money('人均纯收入（变更后，元）')),
  }),
);

const village = Type.Object({ villageCode, year, reason });
export const PoorVillageAdded = povertyEvent(
  'village',
  'added',
  '新增贫困村',
  'A village became a poor village',
  village,
);
export const VillageDelisted = povertyEvent(
  'village',
  'delisted',
  '贫困村出列',
  'A poor village left the list',
  village,
);
export const VillageDelistingCancelled = povertyEvent(
  'village',
  'delisting-cancelled',
  '取消出列',
  'The delisting of a village was taken back',
  village,
);
export const VillageAttributeChanged = povertyEvent(
  'village',
  'attribute-changed',
  '村属性变更',
  'A village became poor or non-poor by the back office',
  Type.Object({ villageCode, year, reason, attribute: codes(['POOR', 'NON_POOR']) }),
);
/** A yearly record of a village, county or natural village was saved. */
export const RegionRecordChanged = povertyEvent(
  'village',
  'record-changed',
  '村、县、自然村年度数据变更',
  'The yearly record of a village, county or natural village changed',
  Type.Object({
    kind: codes(['VILLAGE', 'COUNTY', 'NATURAL_VILLAGE']),
    code: Type.String({ pattern: '^\\d{12}(\\d{2})?$', description: '行政村、县或自然村代码' }),
    year: Nullable(year),
    deleted: Type.Boolean(),
  }),
);
export const PairingChanged = povertyEvent(
  'pairing',
  'changed',
  '结对帮扶变更',
  'A pairing of a unit with a village, or of a helper with a household, began or ended',
  Type.Object({
    kind: codes(['UNIT_VILLAGE', 'HELPER_HOUSEHOLD']),
    pairingId: Id(),
    actorId: Id({ description: 'Assistance unit or helper 帮扶单位或帮扶责任人' }),
    target: Type.String({ description: 'Village code or household id 行政村代码或贫困户' }),
    startDate: CalendarDate(),
    endDate: Nullable(CalendarDate()),
  }),
);

const tier = codes(['CENTRAL', 'PROVINCE', 'CITY', 'COUNTY'], { description: '中央、省、市、县' });
const fund = {
  documentNo: Type.String({ description: '文号' }),
  year,
  fundType: Type.String({ description: 'C31 专项资金类型' }),
  tier,
};
export const FundAllocated = povertyEvent(
  'fund',
  'allocated',
  '资金下拨',
  'Money was allocated to lower regions',
  Type.Object({
    ...fund,
    allocationId: Id(),
    fromRegion: RegionCode(),
    lines: Type.Array(Type.Object({ toRegion: RegionCode(), amount: tenThousands('万元') })),
    withdrawn: Type.Boolean({ description: 'The allocation was deleted 已删除' }),
  }),
);
export const FundArrived = povertyEvent(
  'fund',
  'arrived',
  '资金到账',
  'Allocated money arrived; the year is the one in which it can be used',
  Type.Object({
    ...fund,
    allocationId: Id(),
    lineId: Id(),
    toRegion: RegionCode(),
    amount: tenThousands('万元'),
  }),
);
export const FundArranged = povertyEvent(
  'fund',
  'arranged',
  '资金安排',
  'Money was arranged for a project',
  Type.Object({
    year,
    fundType: Type.String({ description: 'C31 专项资金类型' }),
    arrangementId: Id(),
    regionCode: RegionCode(),
    projectId: Id(),
    amount: tenThousands('万元'),
  }),
);
export const IntegratedFundReported = povertyEvent(
  'fund-report',
  'reported',
  '统筹整合涉农资金上报',
  'A report of integrated agricultural funds was submitted, returned or changed',
  Type.Object({
    reportId: Id(),
    regionCode: RegionCode(),
    year,
    status: codes(['DRAFT', 'SUBMITTED']),
  }),
);

const projectType = codes(['EDUCATION_TRAINING', 'RELOCATION', 'FINANCE', 'INDUSTRY', 'INFRASTRUCTURE'], {
  description: '教育培训、易地搬迁、金融扶贫、产业扶贫、基础设施',
});
const stage = codes(['LIBRARY', 'APPROVED', 'IMPLEMENTING', 'COMPLETED', 'CANCELLED'], {
  description: '项目库、已立项、实施中、已完工、已取消',
});
export const ProjectStageChanged = povertyEvent(
  'project',
  'stage-changed',
  '项目阶段变更',
  'A project entered another stage',
  Type.Object({ projectId: Id(), year, type: projectType, from: Nullable(stage), to: stage }),
);
export const ProjectBeneficiariesChanged = povertyEvent(
  'project',
  'beneficiaries-changed',
  '项目受益户变更',
  'Households benefit from a project, or no longer do',
  Type.Object({
    projectId: Id(),
    year,
    type: projectType,
    added: Type.Array(householdId),
    removed: Type.Array(householdId),
  }),
);
/** Whatever else changed of a project: its entry, an adjustment, a progress report. */
export const ProjectRecordChanged = povertyEvent(
  'project',
  'record-changed',
  '项目数据变更',
  'The data of a project changed',
  Type.Object({ projectId: Id(), year, deleted: Type.Boolean() }),
);

export const SurveyYearOpened = povertyEvent(
  'year',
  'opened',
  '年度开放',
  'A year-end data set was opened',
  Type.Object({ year }),
);
export const SurveyYearClosed = povertyEvent(
  'year',
  'closed',
  '年度关闭',
  'A year-end data set was closed to changes',
  Type.Object({ year }),
);

export const PovertyIdentityRevealed = identityRevealed(service);
