import type { DemoAccount, DemoOrganisation } from './demo-accounts';

/**
 * The petition bureaus of the demonstration, with two responsible units and a township: a tree of its own, since an
 * item goes from a bureau to the bureau below it, or to a unit that is directly subordinate.
 */
export const petitionOrganisations: readonly DemoOrganisation[] = [
  bureau('pt-national', '示例国家信访局', '000000000000', 'NATION', null),
  bureau('pt-shanxi', '示例山西省信访局', '140000000000', 'PROVINCE', 'pt-national'),
  bureau('pt-datong', '示例大同市信访局', '140200000000', 'CITY', 'pt-shanxi'),
  bureau('pt-yungang', '示例大同市云冈区信访局', '140214000000', 'COUNTY', 'pt-datong'),
  bureau('pt-yunzhou', '示例大同市云州区信访局', '140215000000', 'COUNTY', 'pt-datong'),
  unit('pt-yungang-unit', '示例云冈区人力资源和社会保障局', '140214000000', 'COUNTY', 'pt-yungang'),
  unit('pt-yunzhou-unit', '示例云州区人力资源和社会保障局', '140215000000', 'COUNTY', 'pt-yunzhou'),
  unit('pt-xiping', '示例云州区西坪镇人民政府', '140215100000', 'TOWNSHIP', 'pt-yunzhou'),
  bureau('pt-shandong', '示例山东省信访局', '370000000000', 'PROVINCE', 'pt-national'),
  bureau('pt-jinan', '示例济南市信访局', '370100000000', 'CITY', 'pt-shandong'),
];

type Place = Pick<DemoOrganisation, 'regionCode' | 'regionLevel'>;

function bureau(
  key: string,
  sealName: string,
  regionCode: Place['regionCode'],
  regionLevel: Place['regionLevel'],
  superior: string | null,
): DemoOrganisation {
  return { key, kind: 'BUREAU', sealName, regionCode, regionLevel, superior };
}

function unit(...given: Parameters<typeof bureau>): DemoOrganisation {
  return { ...bureau(...given), kind: 'DEPARTMENT' };
}

const REGISTRARS = ['ONLINE_REGISTRAR', 'LETTER_REGISTRAR', 'VISIT_REGISTRAR', 'INTERVIEWER'];
const OFFICER = ['RECEIVER', 'HANDLER'];
const BUREAU = [...REGISTRARS, ...OFFICER];
const BUREAU_LEADER = ['LEADER', 'SUPERVISOR', 'STATISTICIAN', 'REVIEW_LEADER'];
const REVIEW = ['REVIEW_CLERK', 'REVIEW_HANDLER'];

type Line = [
  loginName: string,
  realName: string,
  organisation: string,
  post: string,
  roles: readonly string[],
  note: DemoAccount['note'],
];

const lines: readonly Line[] = [
  [
    'pt-national',
    '示例国信',
    'pt-national',
    '督查员',
    ['SUPERVISOR', 'STATISTICIAN'],
    { zh: '信访：国家局督查、统计', en: 'petitions: supervision and statistics of the nation' },
  ],
  [
    'pt-shanxi',
    '示例晋信',
    'pt-shanxi',
    '信访干部',
    [...BUREAU, 'CASE_EDITOR'],
    { zh: '信访：省局登记、接谈、办理、案例', en: 'petitions: a province bureau, all of its desks' },
  ],
  [
    'pt-shanxi-leader',
    '示例晋领',
    'pt-shanxi',
    '分管领导',
    BUREAU_LEADER,
    { zh: '信访：省局领导', en: 'petitions: the leader there' },
  ],
  [
    'pt-shanxi-review',
    '示例晋核',
    'pt-shanxi',
    '复查复核干部',
    REVIEW,
    { zh: '信访：省局复查复核', en: 'petitions: reviews of the province' },
  ],
  [
    'pt-datong',
    '示例同信',
    'pt-datong',
    '信访干部',
    [...BUREAU, ...REVIEW],
    { zh: '信访：市局登记、办理、复查', en: 'petitions: a city bureau' },
  ],
  [
    'pt-datong-leader',
    '示例同领',
    'pt-datong',
    '分管领导',
    BUREAU_LEADER,
    { zh: '信访：市局领导', en: 'petitions: the leader there' },
  ],
  [
    'pt-datong-lawyer',
    '示例律师',
    'pt-datong',
    '法律顾问',
    ['LAWYER'],
    { zh: '信访：律师', en: 'petitions: a lawyer who advises' },
  ],
  [
    'pt-datong-expert',
    '示例专家',
    'pt-datong',
    '专家',
    ['EXPERT'],
    { zh: '信访：专家', en: 'petitions: an expert who advises' },
  ],
  [
    'pt-datong-review',
    '示例同核',
    'pt-datong',
    '复查复核干部',
    REVIEW,
    { zh: '信访：市局复查复核', en: 'petitions: reviews of the city' },
  ],
  [
    'pt-yunzhou',
    '示例州信',
    'pt-yunzhou',
    '信访干部',
    BUREAU,
    { zh: '信访：云州区局', en: 'petitions: a county bureau' },
  ],
  [
    'pt-yunzhou-head',
    '示例州长',
    'pt-yunzhou',
    '分管领导',
    // No supervisor here: warnings of this county climb to the city.
    ['LEADER', 'REVIEW_LEADER'],
    { zh: '信访：云州区局领导', en: 'petitions: the leader there' },
  ],
  [
    'pt-yunzhou-review',
    '示例州核',
    'pt-yunzhou',
    '复查复核干部',
    REVIEW,
    { zh: '信访：云州区局复查', en: 'petitions: reviews of the county, over its own units' },
  ],
  [
    'pt-yunzhou-unit',
    '示例州办',
    'pt-yunzhou-unit',
    '信访办理员',
    OFFICER,
    { zh: '信访：云州区责任单位', en: 'petitions: a responsible unit of that county' },
  ],
  [
    'pt-yunzhou-leader',
    '示例州领',
    'pt-yunzhou-unit',
    '分管领导',
    ['LEADER'],
    { zh: '信访：该责任单位领导', en: 'petitions: the leader of that unit' },
  ],
  [
    'pt-yungang',
    '示例冈信',
    'pt-yungang',
    '信访干部',
    BUREAU,
    { zh: '信访：邻区云冈区局', en: 'petitions: the bureau of the neighbouring county' },
  ],
  [
    'pt-yungang-unit',
    '示例冈办',
    'pt-yungang-unit',
    '信访办理员',
    OFFICER,
    { zh: '信访：云冈区责任单位', en: 'petitions: a responsible unit there' },
  ],
  [
    'pt-xiping',
    '示例坪信',
    'pt-xiping',
    '信访办理员',
    OFFICER,
    { zh: '信访：西坪镇', en: 'petitions: a township of Yunzhou' },
  ],
];

/** Officers of petitions; each signs in by every realm, so that whoever tries the system need not know them. */
export const petitionAccounts: readonly DemoAccount[] = lines.map(
  ([loginName, realName, organisation, post, roles, note]) => ({
    loginName,
    realName,
    appointments: [{ organisation, post, roles: roles.map((role) => `petitions:${role}`) }],
    note,
  }),
);

export interface DemoCitizen {
  loginName: string;
  mobile: string;
  /** Null for the one who reports anonymously. Clearly made up, with a right check character. */
  idNumber: string | null;
  note: DemoAccount['note'];
}

/** Citizens with an account in the realm PUBLIC. Their profiles are petitions' own; both derive the same ids. */
export const demoCitizens: readonly DemoCitizen[] = [
  {
    loginName: 'citizen',
    mobile: '13900000001',
    idNumber: '140215198001010028',
    note: { zh: '信访：公众（realm PUBLIC）', en: 'petitions: a citizen (realm PUBLIC)' },
  },
  {
    loginName: 'anonymous',
    mobile: '13900000002',
    idNumber: null,
    note: { zh: '信访：匿名公众（realm PUBLIC）', en: 'petitions: an anonymous citizen (realm PUBLIC)' },
  },
];
