// Events of the party-organisation service that others consume (requirements/directory.md §5, direction "in").
import { Type } from '@sinclair/typebox';
import { CitizenId, defineEvent, Id } from '../event-definition';
import { NOT_PERSONAL } from '../personal-data.rules';

const service = 'party-organisation';

export const AdministratorsRequested = defineEvent({
  service,
  aggregate: 'administrators',
  happened: 'requested',
  version: 1,
  description: {
    zh: '申请生成组织管理员账号',
    en: 'Administrator accounts are wanted for organisations that lack one',
  },
  data: Type.Object({
    prefix: Type.String({
      pattern: '^[a-z]{1,20}$',
      description: 'Prefix of the login names 管理员前缀 (DI-ACC-05)',
    }),
    organisationIds: Type.Array(Id(), { description: 'Organisations 组织' }),
  }),
});

const memberEvent = <const Happened extends string>(happened: Happened, zh: string, en: string) =>
  defineEvent({
    service,
    aggregate: 'member',
    happened,
    version: 1,
    description: { zh, en },
    data: Type.Object({
      memberId: Id({ description: 'Party member 党员' }),
      citizenId: CitizenId(),
      accountName: Type.Optional(
        Type.String({
          description:
            'Login name wanted for the account 账号名; starts with a letter, so never a phone or citizen number',
          pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,39}$',
          [NOT_PERSONAL]: 'a login name, which the pattern keeps from being a number of a person',
        }),
      ),
      organisationId: Id({ description: 'Branch 党支部' }),
    }),
  });

export const PartyMemberRegistered = memberEvent('registered', '党员入册', 'A party member was registered');
export const PartyMemberTransferred = memberEvent(
  'transferred',
  '党员组织关系转接',
  'A party member moved to another organisation',
);
