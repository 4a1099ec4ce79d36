import type { RegionLevel } from '@junxian/administrative-region';
import { demoCitizens, petitionAccounts, petitionOrganisations } from './demo-petitions';

/** The one password of all demonstration accounts; it satisfies the policy of every realm. */
export const DEMO_PASSWORD = 'Junxian.2026';

export interface DemoOrganisation {
  key: string;
  kind: 'BUREAU' | 'DEPARTMENT';
  sealName: string;
  regionCode: string;
  regionLevel: RegionLevel;
  superior: string | null;
}

/** Made-up bureaus in real places, each named 示例 (example). */
export const demoOrganisations: readonly DemoOrganisation[] = [
  organisation('national', '示例国家民政服务中心', '000000000000', 'NATION', null),
  organisation('shanxi', '示例山西省民政服务中心', '140000000000', 'PROVINCE', 'national'),
  organisation('shandong', '示例山东省民政服务中心', '370000000000', 'PROVINCE', 'national'),
  organisation('datong', '示例大同市民政服务中心', '140200000000', 'CITY', 'shanxi'),
  organisation('yungang', '示例大同市云冈区民政服务中心', '140214000000', 'COUNTY', 'datong'),
  organisation('yunzhou', '示例大同市云州区民政服务中心', '140215000000', 'COUNTY', 'datong'),
  organisation('xiping', '示例云州区西坪镇便民服务中心', '140215100000', 'TOWNSHIP', 'yunzhou'),
  organisation('xipingcun', '示例西坪镇西坪村便民服务站', '140215100200', 'VILLAGE', 'xiping'),
  ...petitionOrganisations,
];

function organisation(
  key: string,
  sealName: string,
  regionCode: string,
  regionLevel: RegionLevel,
  superior: string | null,
): DemoOrganisation {
  return { key, kind: 'BUREAU', sealName, regionCode, regionLevel, superior };
}

export interface DemoAppointment {
  organisation: string;
  post: string;
  roles: readonly string[];
}

export interface DemoAccount {
  loginName: string;
  realName: string;
  /** The first is the primary one. */
  appointments: readonly DemoAppointment[];
  /** Always locked, in every realm. */
  isLocked?: boolean;
  /** What it is good for, for the table of the launcher and the README. */
  note: { zh: string; en: string };
}

const administrator = ['directory:ORG_ADMIN', 'poverty-alleviation:VIEWER'];
const provinceAdministrator = [...administrator, 'poverty-alleviation:PROVINCE_ADMIN'];
const cityOfficer = [...administrator, 'poverty-alleviation:OPERATOR', 'poverty-alleviation:MANAGER'];
const countyOfficer = [...cityOfficer, 'poverty-alleviation:FUND', 'poverty-alleviation:PROJECT'];
const townshipOfficer = [...administrator, 'poverty-alleviation:OPERATOR'];
const operator = ['poverty-alleviation:VIEWER', 'poverty-alleviation:OPERATOR'];
const fundOfficer = ['poverty-alleviation:VIEWER', 'poverty-alleviation:FUND'];
const projectOfficer = ['poverty-alleviation:VIEWER', 'poverty-alleviation:PROJECT'];
const yearKeeper = ['poverty-alleviation:VIEWER', 'poverty-alleviation:SYSTEM_ADMIN'];

/** The accounts to try the system with. Clearly synthetic; never loaded in production. */
export const demoAccounts: readonly DemoAccount[] = [
  account(
    'national',
    '示例全国',
    'national',
    '管理员',
    administrator,
    '全国，只读',
    'the whole country, reading',
  ),
  account('shanxi', '示例山西', 'shanxi', '管理员', provinceAdministrator, '山西省', 'Shanxi province'),
  account('shandong', '示例山东', 'shandong', '管理员', provinceAdministrator, '山东省', 'Shandong province'),
  account('datong', '示例大同', 'datong', '管理员', cityOfficer, '大同市', 'Datong city'),
  account(
    'yungang',
    '示例云冈',
    'yungang',
    '管理员',
    countyOfficer,
    '云冈区',
    'Yungang county, neighbour of Yunzhou',
  ),
  account('yunzhou', '示例云州', 'yunzhou', '管理员', countyOfficer, '云州区', 'Yunzhou county'),
  account(
    'township',
    '示例西坪',
    'xiping',
    '管理员',
    townshipOfficer,
    '云州区西坪镇',
    'a township of Yunzhou',
  ),
  account(
    'village',
    '示例村里',
    'xipingcun',
    '管理员',
    operator,
    '西坪镇西坪村',
    'a village of that township',
  ),
  {
    ...account(
      'locked',
      '示例锁定',
      'datong',
      '科员',
      operator,
      '已锁定，不能登录',
      'locked: cannot sign in',
    ),
    isLocked: true,
  },
  {
    ...account(
      'twoposts',
      '示例双岗',
      'yungang',
      '科员',
      operator,
      '两个岗位：云冈区、云州区',
      'two appointments: Yungang and Yunzhou',
    ),
    appointments: [
      { organisation: 'yungang', post: '科员', roles: operator },
      { organisation: 'yunzhou', post: '挂职副科长', roles: ['poverty-alleviation:VIEWER'] },
    ],
  },
  account(
    'funds-datong',
    '示例市资金',
    'datong',
    '资金管理员',
    fundOfficer,
    '大同市扶贫资金',
    'funds of Datong city',
  ),
  account(
    'funds-yunzhou',
    '示例县资金',
    'yunzhou',
    '资金管理员',
    fundOfficer,
    '云州区扶贫资金',
    'funds of Yunzhou county',
  ),
  account(
    'projects-yunzhou',
    '示例县项目',
    'yunzhou',
    '项目管理员',
    projectOfficer,
    '云州区扶贫项目',
    'projects of Yunzhou county',
  ),
  account(
    'years',
    '示例年度',
    'national',
    '系统管理员',
    yearKeeper,
    '开放、关闭年度',
    'opens and closes years of poverty alleviation',
  ),
  account(
    'auditor',
    '示例审计',
    'national',
    '审计员',
    ['directory:AUDITOR'],
    '审计日志',
    'reads and verifies the audit log',
  ),
  account(
    'maintainer',
    '示例区划',
    'national',
    '区划维护员',
    ['directory:REGION_MAINTAINER'],
    '维护区划',
    'maintains regions',
  ),
  account(
    'staff',
    '示例运维',
    'national',
    '系统运维',
    ['directory:SYSTEM_STAFF'],
    '系统运维',
    'system staff',
  ),
  ...petitionAccounts,
];

function account(
  loginName: string,
  realName: string,
  organisation: string,
  post: string,
  roles: readonly string[],
  zh: string,
  en: string,
): DemoAccount {
  return { loginName, realName, appointments: [{ organisation, post, roles }], note: { zh, en } };
}

/** The list as the launcher prints it. */
export function demoAccountTable(): {
  loginName: string;
  password: string;
  region: string;
  note: string;
  noteEn: string;
}[] {
  const officers = demoAccounts.map(({ loginName, appointments, note }) => ({
    loginName,
    password: DEMO_PASSWORD,
    region: appointments
      .map((appointment) => demoOrganisations.find(({ key }) => key === appointment.organisation)?.regionCode)
      .join(', '),
    note: note.zh,
    noteEn: note.en,
  }));
  const citizens = demoCitizens.map(({ loginName, note }) => ({
    loginName,
    password: DEMO_PASSWORD,
    region: '',
    note: note.zh,
    noteEn: note.en,
  }));
  return [...officers, ...citizens];
}
