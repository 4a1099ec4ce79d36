// Every service that masks identity data publishes this event; directory's audit log keeps them all.
import { Type } from '@sinclair/typebox';
import { CitizenId, defineEvent, Id } from '../event-definition';

/** The event that a service records when somebody was shown identity data in full (`@masked`, reveal). */
export function identityRevealed<const Service extends string>(service: Service) {
  return defineEvent({
    service,
    aggregate: 'identity',
    happened: 'revealed',
    version: 1,
    description: { zh: '查看未脱敏身份信息', en: 'Identity data was shown in full' },
    data: Type.Object({
      citizenIds: Type.Array(CitizenId(), { description: 'Whose data, where it is a citizen 被查看的公民' }),
      accountId: Id({ description: 'Who looked 查看人账号' }),
      field: Type.String({
        maxLength: 200,
        description: 'Schema coordinate of the field, `Member.idNumber` 字段',
      }),
      purpose: Type.Optional(Type.String({ maxLength: 200, description: 'Why 用途' })),
    }),
  });
}
