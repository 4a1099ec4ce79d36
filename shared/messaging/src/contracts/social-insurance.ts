// Events of the social-insurance service that others consume.
import { Type } from '@sinclair/typebox';
import { CalendarDate, CitizenId, codes, defineEvent } from '../event-definition';

export const ParticipationWithdrawn = defineEvent({
  service: 'social-insurance',
  aggregate: 'participation',
  happened: 'withdrawn',
  version: 1,
  description: { zh: '退出参保', en: 'A participation in social insurance ended' },
  data: Type.Object({
    citizenId: CitizenId(),
    date: CalendarDate({ description: '退保日期' }),
    reason: codes(['DECEASED', 'EMIGRATED', 'TRANSFERRED', 'DUPLICATE', 'OTHER'], {
      description: '死亡、出国定居、转移、重复参保、其他',
    }),
  }),
});

/** The news of one kind of insurance of one person, however it came about: enrolment, renewal, withdrawal. */
export const EnrolmentChanged = defineEvent({
  service: 'social-insurance',
  aggregate: 'enrolment',
  happened: 'changed',
  version: 1,
  description: { zh: '参保状态变更', en: 'A person became insured in a kind of insurance, or no longer is' },
  data: Type.Object({
    citizenId: CitizenId(),
    kind: codes(['BASIC_MEDICAL', 'CRITICAL_ILLNESS', 'RESIDENT_PENSION'], {
      description: '城乡居民基本医疗保险、大病保险、城乡居民基本养老保险',
    }),
    enrolled: Type.Boolean({ description: '变更后是否参保' }),
    effectiveMonth: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: '生效年月' }),
  }),
});
