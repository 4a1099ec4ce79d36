import type { RegionLevel } from '@junxian/administrative-region';

/**
 * Who may hand a role out:
 * - ADMINISTRATOR: the acting ORG_ADMIN of the holder's organisation or of one above it, and staff;
 * - STAFF: SYSTEM_STAFF only;
 * - NOBODY: the role is derived or belongs to another kind of principal.
 */
export type GrantableBy = 'ADMINISTRATOR' | 'STAFF' | 'NOBODY';

export interface RoleDefinition {
  /** `service:ROLE`, as it stands in tokens and in `@access`. */
  code: string;
  nameZh: string;
  nameEn: string;
  grantableBy: GrantableBy;
  /** Levels an appointment must have to carry the role; empty: any. */
  levels: readonly RegionLevel[];
  /** Roles that come with it. */
  implies: readonly string[];
  /** What it is for, in the words of the service's catalogue. */
  operations: readonly string[];
}

export const ORG_ADMIN = 'directory:ORG_ADMIN';
export const SUPERIOR_ADMIN = 'directory:SUPERIOR_ADMIN';
export const SYSTEM_STAFF = 'directory:SYSTEM_STAFF';
export const AUDITOR = 'directory:AUDITOR';
export const REGION_MAINTAINER = 'directory:REGION_MAINTAINER';

type RoleLine = [
  role: string,
  nameZh: string,
  nameEn: string,
  operations: string[],
  Partial<RoleDefinition>?,
];

function roles(service: string, lines: RoleLine[]): RoleDefinition[] {
  return lines.map(([role, nameZh, nameEn, operations, rest]) => ({
    code: `${service}:${role}`,
    nameZh,
    nameEn,
    operations,
    grantableBy: 'ADMINISTRATOR',
    levels: [],
    implies: [],
    ...rest,
  }));
}

const staff = { grantableBy: 'STAFF' } as const;
const nobody = { grantableBy: 'NOBODY' } as const;
const province = { levels: ['PROVINCE'] } as const;

/** All roles of all services; the migrations write them into the table `role`. */
export const roleCatalogue: readonly RoleDefinition[] = [
  ...roles('directory', [
    [
      'SYSTEM_STAFF',
      '系统运维人员',
      'System staff',
      ['importUnits', 'decideExtraAdmin', 'endSession'],
      { ...staff, levels: ['NATION', 'PROVINCE'] },
    ],
    [
      'REGION_MAINTAINER',
      '区划维护员',
      'Region maintainer',
      ['scheduleRegionChange', 'importRegions'],
      staff,
    ],
    [
      'SUPERIOR_ADMIN',
      '上级管理员',
      'Superior administrator',
      ['createAdmin', 'moveOrganisation', 'grantRole'],
      nobody,
    ],
    [
      'ORG_ADMIN',
      '单位管理员',
      'Organisation administrator',
      ['updateOrganisation', 'unlockAccount', 'grantRole'],
    ],
    ['PERSON', '个人用户', 'Person', ['myAccount']],
    ['AUDITOR', '审计员', 'Auditor', ['auditLog', 'exportAuditLog', 'verifyAudit'], staff],
  ]),
  ...roles('public', [['CITIZEN', '公众', 'Citizen', ['submitPetition', 'myPetitions'], nobody]]),
  ...roles('poverty-alleviation', [
    ['VIEWER', '查询员', 'Viewer', ['households', 'statistic']],
    [
      'OPERATOR',
      '业务操作员',
      'Operator',
      ['identifyHousehold', 'saveMember'],
      { levels: ['CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE'] },
    ],
    [
      'MANAGER',
      '业务管理员',
      'Manager',
      ['markExit', 'addPoorVillage'],
      { levels: ['PROVINCE', 'CITY', 'COUNTY'] },
    ],
    [
      'FUND',
      '资金管理员',
      'Fund officer',
      ['allocateFund', 'arrangeFund'],
      { levels: ['NATION', 'PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP'] },
    ],
    [
      'PROJECT',
      '项目管理员',
      'Project officer',
      ['saveProject', 'approveProject'],
      { levels: ['PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP'] },
    ],
    [
      'PROVINCE_ADMIN',
      '省级管理员',
      'Province administrator',
      ['rollback', 'clearHousehold', 'correctIdentity'],
      {
        ...province,
        ...staff,
        implies: ['poverty-alleviation:MANAGER', 'poverty-alleviation:FUND', 'poverty-alleviation:PROJECT'],
      },
    ],
    [
      'SYSTEM_ADMIN',
      '系统管理员',
      'System administrator',
      ['openYear', 'closeYear'],
      { ...staff, levels: ['NATION', 'PROVINCE'] },
    ],
  ]),
  ...roles('personnel', [
    [
      'RC_UNIT_ADMIN',
      '老干部单位管理员',
      'Retired-cadre unit administrator',
      ['addRetiredCadre', 'recordDeath'],
    ],
    ['RC_STAFF', '老干部局工作人员', 'Retired-cadre bureau staff', ['approveLibraryClear']],
    ['RC_TECH', '老干部系统技术人员', 'Retired-cadre technical staff', ['retrySync'], staff],
    ['PT_PERSON', '专业技术人员', 'Professional-technical person', ['submitPtFile']],
    ['PT_STATION', '专技填报站', 'Professional-technical station', ['savePtSection']],
    [
      'PT_UNIT_REVIEWER',
      '专技单位审核员',
      'Professional-technical unit reviewer',
      ['acceptPtSubmission', 'reportPtUp'],
    ],
    ['PT_DEPT_REVIEWER', '专技主管部门审核员', 'Professional-technical department reviewer', ['reportPtUp']],
    ['PT_REGION_VIEWER', '专技区域查询员', 'Professional-technical region viewer', ['ptRoster']],
    ['ANALYST', '统计分析员', 'Analyst (aggregates only)', ['retiredCadreStats', 'ptStats']],
  ]),
  ...roles('party-organisation', [
    ['MEMBER', '党员', 'Party member', ['signIn', 'payDues']],
    ['ORGANISER', '会议组织者', 'Meeting organiser', ['proxySignIn', 'submitMinutes']],
    ['BRANCH_ADMIN', '支部管理员', 'Branch administrator', ['addPartyMember', 'publishMeeting']],
    ['GENERAL_BRANCH_ADMIN', '党总支管理员', 'General-branch administrator', ['partyMembers']],
    [
      'COMMITTEE_ADMIN',
      '党委管理员',
      'Committee administrator',
      ['createPartyOrganisation', 'decideDuesBinding'],
    ],
    [
      'PROVINCIAL_ORG_DEPT',
      '省委组织部',
      'Provincial organisation department',
      ['decidePostRequest'],
      { ...province, ...staff },
    ],
    ['SUPPORT', '客服人员', 'Support', ['replyFeedback'], staff],
  ]),
  ...roles('social-insurance', [
    ['CLERK', '单位经办人', 'Employer clerk', ['registerPerson', 'enrol']],
    ['AGENCY_OFFICER', '经办机构人员', 'Agency officer', ['postPayment', 'correctIdentity']],
    ['STREET', '街道经办人', 'Street officer', ['assessWage']],
    ['JOB_AGENCY', '职介机构经办人', 'Job-agency officer', ['assessWage']],
    [
      'PARAMETER_ADMIN',
      '参数管理员',
      'Parameter administrator',
      ['saveParameter'],
      { ...staff, levels: ['PROVINCE', 'CITY'] },
    ],
  ]),
  ...roles('petitions', [
    ['ONLINE_REGISTRAR', '网信处登记岗', 'Online registrar', ['register']],
    ['LETTER_REGISTRAR', '办信登记人员', 'Letter registrar', ['register']],
    ['CASE_EDITOR', '网信处/办信处人员', 'Case editor', ['publishCase']],
    ['VISIT_REGISTRAR', '接访处登记岗', 'Visit registrar', ['register']],
    ['INTERVIEWER', '接访处接谈岗', 'Interviewer', ['interview']],
    ['RECEIVER', '收件岗', 'Receiver', ['receive']],
    ['HANDLER', '信访件处理岗', 'Handler', ['handle']],
    ['LEADER', '领导', 'Leader', ['approve']],
    ['REVIEW_CLERK', '复查复核登记岗', 'Review clerk', ['registerReview']],
    ['REVIEW_HANDLER', '复查复核办理岗', 'Review handler', ['handleReview']],
    ['REVIEW_LEADER', '复查复核领导', 'Review leader', ['approveReview']],
    ['LAWYER', '律师', 'Lawyer', ['adviseOnCase']],
    ['EXPERT', '专家', 'Expert', ['adviseOnCase']],
    ['SUPERVISOR', '督查人员', 'Supervisor', ['supervise']],
    ['STATISTICIAN', '统计人员', 'Statistician', ['statistics']],
    ['ADMIN', '信访系统管理员', 'Petition administrator', ['configure'], staff],
  ]),
  ...roles('student-affairs', [
    ['STUDENT', '学生', 'Student', ['submitApplication'], nobody],
    ['COUNSELLOR', '辅导员', 'Counsellor', ['reviewApplication']],
    ['COLLEGE_OFFICER', '学院工作人员', 'College officer', ['reviewApplication']],
    ['AFFAIRS_ADMIN', '学生处管理员', 'Student-affairs administrator', ['importStudents']],
    ['FINANCE', '财务人员', 'Finance officer', ['recordRepayment']],
    ['REGION_VIEWER', '区域查询员', 'Region viewer (aggregates only)', ['studentSummary']],
  ]),
];

const byCode = new Map(roleCatalogue.map((role) => [role.code, role]));

/** The definition of a role, or undefined when there is none of this code. */
export function roleDefinition(code: string): RoleDefinition | undefined {
  return byCode.get(code);
}

/** The roles with all they imply, sorted and without doubles. */
export function withImpliedRoles(codes: readonly string[]): string[] {
  return [...new Set(codes.flatMap((code) => [code, ...(byCode.get(code)?.implies ?? [])]))].sort();
}

/**
 * SQL that writes the catalogue into the table `role`. A change of the catalogue adds a migration that
 * runs this again: new roles appear, changed ones follow, none is deleted (grants point at them).
 */
export function seedRolesSql(): string {
  return `
    SELECT set_config('junxian.actor', 'SERVICE', true);
    INSERT INTO role (code, service, name_zh, name_en, grantable_by, levels, implies, operations)
    SELECT r.code, split_part(r.code, ':', 1), r."nameZh", r."nameEn", r."grantableBy", r.levels, r.implies, r.operations
    FROM jsonb_to_recordset($catalogue$${JSON.stringify(roleCatalogue)}$catalogue$) AS r(
      code text, "nameZh" text, "nameEn" text, "grantableBy" text, levels text[], implies text[], operations text[])
    ON CONFLICT (code) DO UPDATE SET name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en,
      grantable_by = EXCLUDED.grantable_by, levels = EXCLUDED.levels, implies = EXCLUDED.implies,
      operations = EXCLUDED.operations;`;
}
