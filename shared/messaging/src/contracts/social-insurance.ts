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
