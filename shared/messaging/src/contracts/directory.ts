// Events that the directory publishes (requirements/directory.md §5), and the region vocabulary they use.
import { Type } from '@sinclair/typebox';
import { CalendarDate, CitizenId, codes, defineEvent, Id, Nullable, RegionCode } from '../event-definition';
import { NOT_PERSONAL } from '../personal-data.rules';

const service = 'directory';

export const regionLevel = codes(['NATION', 'PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE'], {
  description: 'Region level 行政级别',
});

/**
 * Aggregate id of every `region.changed`: the region tree is one aggregate, since a later change may
 * build on an earlier one (re-code A→B, then merge B into C) and must never overtake it.
 */
export const REGION_TREE_ID = '000000000000';

/** A region code, or a natural village's where it alone gets another serial. */
const movedCode = Type.String({ pattern: '^[0-9]{12}([0-9]{2})?$', description: '区划代码或自然村代码' });

/** Published once, on the effective date, after the tree and the scopes have changed (DI-REG-08). */
export const RegionChanged = defineEvent({
  service,
  aggregate: 'region',
  happened: 'changed',
  version: 1,
  description: { zh: '行政区划变更生效', en: 'A region change took effect' },
  data: Type.Object({
    changeId: Id({ description: 'The region change 区划变更' }),
    kind: codes(['CREATE', 'RENAME', 'RECODE', 'MERGE', 'SPLIT', 'REPARENT', 'ABOLISH'], {
      description: '新设、更名、变更代码、合并、拆分、划转、撤销',
    }),
    from: Type.Array(RegionCode(), { description: 'Codes before 原代码' }),
    to: Type.Array(RegionCode(), { description: 'Codes after 新代码' }),
    effectiveDate: CalendarDate({ description: '生效日期' }),
    moves: Type.Array(Type.Object({ from: movedCode, to: movedCode, level: regionLevel }), {
      description:
        'How rows are re-coded: the longest `from` whose range holds a code wins; empty for SPLIT, whose rows wait for assignment',
    }),
  }),
});

export const NaturalVillageDeleted = defineEvent({
  service,
  aggregate: 'natural-village',
  happened: 'deleted',
  version: 1,
  description: {
    zh: '自然村删除（所有年度）',
    en: 'A natural village was deleted, for all years (DI-REG-12)',
  },
  data: Type.Object({
    code: Type.String({ pattern: '^[0-9]{14}$', description: 'Natural village 自然村代码' }),
    villageCode: RegionCode({ description: 'Administrative village 行政村代码' }),
  }),
});

export const CitizenRenumbered = defineEvent({
  service,
  aggregate: 'citizen',
  happened: 'renumbered',
  version: 1,
  description: {
    zh: '公民身份号码更正，公民标识变更',
    en: 'A corrected citizen number gave a new citizen id',
  },
  data: Type.Object({ from: CitizenId(), to: CitizenId() }),
});

export const CitizenDeceased = defineEvent({
  service,
  aggregate: 'citizen',
  happened: 'deceased',
  version: 1,
  description: { zh: '经人工确认的死亡', en: 'A death, confirmed by a person (DI-CIT-03)' },
  data: Type.Object({
    citizenId: CitizenId(),
    date: CalendarDate({ description: 'Date of death 死亡日期' }),
  }),
});

const organisation = {
  organisationId: Id({ description: 'Organisation 机构' }),
  sealName: Type.String({
    description: 'Name on the official seal 公章名称',
    [NOT_PERSONAL]: 'the public name of an organisation',
  }),
  kind: codes(['UNIT', 'DEPARTMENT', 'PARTY', 'BUREAU'], { description: '单位、部门、党组织、局' }),
  regionCode: RegionCode({ description: '所在行政区划' }),
  superiorId: Nullable(Id({ description: 'Superior organisation 上级机构' })),
};

const organisationEvent = <const Happened extends string>(happened: Happened, zh: string, en: string) =>
  defineEvent({
    service,
    aggregate: 'organisation',
    happened,
    version: 1,
    description: { zh, en },
    data: Type.Object(organisation),
  });

export const OrganisationRegistered = organisationEvent(
  'registered',
  '机构登记',
  'An organisation was registered',
);
export const OrganisationChanged = organisationEvent(
  'changed',
  '机构信息或隶属关系变更',
  "An organisation's data or its superior changed",
);
export const OrganisationRemoved = organisationEvent(
  'removed',
  '机构撤销（可恢复）',
  'An organisation was removed; it can be restored (DI-ORG-05)',
);
export const OrganisationRestored = organisationEvent(
  'restored',
  '机构恢复',
  'A removed organisation was restored',
);

export const OrganisationConverted = defineEvent({
  service,
  aggregate: 'organisation',
  happened: 'converted',
  version: 1,
  description: { zh: '单位转制为企业', en: 'A unit was turned into an enterprise (DI-ORG-03)' },
  data: Type.Object({ ...organisation, convertedToEnterpriseOn: CalendarDate({ description: '转制日期' }) }),
});

/** The realms of sign-in 登录域. */
export const realm = codes(
  ['RETIRED_CADRE', 'PARTY', 'PROF_TECH', 'POVERTY_ALLEVIATION', 'PETITIONS', 'PUBLIC'],
  {
    description: 'Realm of sign-in 登录域',
  },
);

const account = {
  accountId: Id({ description: 'Account 账号' }),
  organisationId: Id({ description: 'Organisation of the account 所属机构' }),
  realm: Type.Optional(realm),
};

const accountEvent = <const Happened extends string>(happened: Happened, zh: string, en: string) =>
  defineEvent({
    service,
    aggregate: 'account',
    happened,
    version: 1,
    description: { zh, en },
    data: Type.Object(account),
  });

export const AccountCreated = accountEvent('created', '账号开通', 'An account was opened');
export const AccountActivated = accountEvent('activated', '账号激活', 'An account was activated');
export const AccountSynchronised = accountEvent(
  'synchronised',
  '账号首次进入五册平台并同步',
  'An account first entered the five-register platform (DI-ACC-13)',
);
export const AccountLocked = accountEvent('locked', '账号锁定', 'An account was locked in a realm');
export const AccountUnlocked = accountEvent('unlocked', '账号解锁', 'An account was unlocked in a realm');
export const AccountDisabled = accountEvent('disabled', '账号停用', 'An account was disabled');
export const AccountEnabled = accountEvent('enabled', '账号启用', 'A disabled account was opened again');

export const AccountRegionChanged = defineEvent({
  service,
  aggregate: 'account',
  happened: 'region-changed',
  version: 1,
  description: { zh: '账号所属区划变更', en: 'The region of an account changed' },
  data: Type.Object({
    ...account,
    regionCode: RegionCode({ description: 'Region from now on 新区划' }),
    regionLevel,
    previousRegionCode: RegionCode({ description: '原区划' }),
  }),
});

export const AppointmentGranted = defineEvent({
  service,
  aggregate: 'appointment',
  happened: 'granted',
  version: 1,
  description: { zh: '任职（岗位）授予', en: 'An account was given an appointment' },
  data: Type.Object({
    appointmentId: Id({ description: 'Appointment 任职' }),
    accountId: Id(),
    organisationId: Id(),
    regionCode: RegionCode(),
    regionLevel,
    roles: Type.Array(Type.String({ pattern: '^[a-z-]+:[A-Z_]+$' }), { description: 'Service roles 角色' }),
    validFrom: CalendarDate(),
    validTo: Nullable(CalendarDate()),
  }),
});

export const AppointmentEnded = defineEvent({
  service,
  aggregate: 'appointment',
  happened: 'ended',
  version: 1,
  description: { zh: '任职（岗位）终止', en: 'An appointment ended' },
  data: Type.Object({
    appointmentId: Id(),
    accountId: Id(),
    organisationId: Id(),
    endedOn: CalendarDate({ description: '终止日期' }),
  }),
});

/** Carries the head of the audit chain out of the database, so that a truncated log can be detected. */
export const AuditSealed = defineEvent({
  service,
  aggregate: 'audit',
  happened: 'sealed',
  version: 1,
  description: { zh: '审计日志封存点', en: 'The audit chain stood at this entry and hash' },
  data: Type.Object({
    sequence: Type.Integer({ minimum: 0, description: 'Number of the last entry 末条序号' }),
    hash: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 chain hash of that entry 链式哈希',
    }),
  }),
});
