import { createHash } from 'node:crypto';
import { levelOfCode } from '@junxian/administrative-region';
import type { Principal } from '@junxian/identity';

/** The id of a demonstration row of the directory: the same for the same name, everywhere. The directory derives it likewise. */
export function demoId(kind: 'organisation' | 'account', key: string): string {
  const hex = createHash('sha256').update(`junxian demo ${kind} ${key}`).digest('hex');
  // Version 8 of RFC 9562: an id made by a rule of one's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface DemoOrganisation {
  kind: 'BUREAU' | 'DEPARTMENT';
  sealName: string;
  regionCode: string;
  superior: string | null;
}

const bureau = (sealName: string, regionCode: string, superior: string | null): DemoOrganisation => ({
  kind: 'BUREAU',
  sealName,
  regionCode,
  superior,
});
const unit = (...given: Parameters<typeof bureau>): DemoOrganisation => ({
  ...bureau(...given),
  kind: 'DEPARTMENT',
});

/** The petition bureaus of the directory's demonstration and the units below them, as its events will tell. */
export const demoOrganisations = {
  'pt-national': bureau('示例国家信访局', '000000000000', null),
  'pt-shanxi': bureau('示例山西省信访局', '140000000000', 'pt-national'),
  'pt-datong': bureau('示例大同市信访局', '140200000000', 'pt-shanxi'),
  'pt-yungang': bureau('示例大同市云冈区信访局', '140214000000', 'pt-datong'),
  'pt-yunzhou': bureau('示例大同市云州区信访局', '140215000000', 'pt-datong'),
  'pt-yungang-unit': unit('示例云冈区人力资源和社会保障局', '140214000000', 'pt-yungang'),
  'pt-yunzhou-unit': unit('示例云州区人力资源和社会保障局', '140215000000', 'pt-yunzhou'),
  'pt-xiping': unit('示例云州区西坪镇人民政府', '140215100000', 'pt-yunzhou'),
} as const satisfies Record<string, DemoOrganisation>;
export type OrganisationKey = keyof typeof demoOrganisations;

const OFFICER = ['RECEIVER', 'HANDLER'];
const BUREAU = ['ONLINE_REGISTRAR', 'LETTER_REGISTRAR', 'VISIT_REGISTRAR', 'INTERVIEWER', ...OFFICER];
const BUREAU_LEADER = ['LEADER', 'SUPERVISOR', 'STATISTICIAN', 'REVIEW_LEADER'];
const REVIEW = ['REVIEW_CLERK', 'REVIEW_HANDLER'];

/** The officers of the directory's demonstration who act in the month, by login name. */
export const demoOfficers = {
  'pt-national': { organisation: 'pt-national', roles: ['SUPERVISOR', 'STATISTICIAN'] },
  'pt-shanxi': { organisation: 'pt-shanxi', roles: [...BUREAU, 'CASE_EDITOR'] },
  'pt-shanxi-leader': { organisation: 'pt-shanxi', roles: BUREAU_LEADER },
  'pt-shanxi-review': { organisation: 'pt-shanxi', roles: REVIEW },
  'pt-datong': { organisation: 'pt-datong', roles: [...BUREAU, ...REVIEW] },
  'pt-datong-leader': { organisation: 'pt-datong', roles: BUREAU_LEADER },
  'pt-datong-review': { organisation: 'pt-datong', roles: REVIEW },
  'pt-datong-lawyer': { organisation: 'pt-datong', roles: ['LAWYER'] },
  'pt-datong-expert': { organisation: 'pt-datong', roles: ['EXPERT'] },
  'pt-yunzhou': { organisation: 'pt-yunzhou', roles: BUREAU },
  'pt-yunzhou-head': { organisation: 'pt-yunzhou', roles: ['LEADER', 'REVIEW_LEADER'] },
  'pt-yunzhou-review': { organisation: 'pt-yunzhou', roles: REVIEW },
  'pt-yunzhou-unit': { organisation: 'pt-yunzhou-unit', roles: OFFICER },
  'pt-yunzhou-leader': { organisation: 'pt-yunzhou-unit', roles: ['LEADER'] },
  'pt-yungang': { organisation: 'pt-yungang', roles: BUREAU },
  'pt-yungang-unit': { organisation: 'pt-yungang-unit', roles: OFFICER },
  'pt-xiping': { organisation: 'pt-xiping', roles: OFFICER },
} as const satisfies Record<string, { organisation: OrganisationKey; roles: readonly string[] }>;
export type OfficerKey = keyof typeof demoOfficers;

/** A demonstration citizen's profile; the directory has the account. Clearly made up, with a right check character. */
export interface DemoCitizen {
  mobile: string;
  /** Null for the one who reports anonymously. */
  person: { name: string; sex: 'MALE' | 'FEMALE'; idNumber: string; birthDate: string } | null;
  address: string;
  regionCode: string;
}

export const demoCitizens = {
  citizen: {
    mobile: '13900000001',
    person: { name: '示例公民', sex: 'FEMALE', idNumber: '140215198001010028', birthDate: '1980-01-01' },
    address: '云州区西坪镇示例路1号',
    regionCode: '140215100000',
  },
  anonymous: {
    mobile: '13900000002',
    person: null,
    address: '云州区西坪镇示例路2号',
    regionCode: '140215100000',
  },
} as const satisfies Record<string, DemoCitizen>;
export type CitizenKey = keyof typeof demoCitizens;

/** A demonstration officer as the gateway would vouch for one. */
export function demoOfficer(key: OfficerKey): Principal {
  const { organisation, roles } = demoOfficers[key];
  const { regionCode } = demoOrganisations[organisation];
  return {
    kind: 'OFFICER',
    accountId: demoId('account', key),
    sessionId: null,
    appointmentId: appointmentId(key),
    organisationId: demoId('organisation', organisation),
    regionCode,
    regionLevel: levelOfCode(regionCode),
    roles: roles.map((role) => `petitions:${role}`),
    operatorName: null,
    pending: false,
  };
}

/** A demonstration citizen as the gateway would vouch for one. */
export function demoCitizen(key: CitizenKey): Principal {
  return {
    kind: 'CITIZEN',
    accountId: demoId('account', key),
    sessionId: null,
    appointmentId: null,
    organisationId: null,
    regionCode: null,
    regionLevel: null,
    roles: ['public:CITIZEN'],
    operatorName: null,
    pending: false,
    citizenId: null,
  };
}

/** The stand-in of an officer's appointment, until the directory's event brings the real one under its own id. */
export function appointmentId(key: OfficerKey): string {
  return demoId('account', `${key} appointment`);
}
