// Events of the personnel service that others consume.
import { Type } from '@sinclair/typebox';
import { CalendarDate, CitizenId, defineEvent } from '../event-definition';

/** A proposal for others: nothing is changed before a person confirms (architecture §5). */
export const RetiredCadreDeceased = defineEvent({
  service: 'personnel',
  aggregate: 'retired-cadre',
  happened: 'deceased',
  version: 1,
  description: { zh: '离退休干部去世', en: 'A retired cadre was reported dead' },
  data: Type.Object({
    citizenId: CitizenId(),
    date: CalendarDate({ description: 'Date of death 死亡日期' }),
  }),
});
