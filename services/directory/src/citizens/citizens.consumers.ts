import { NATION_CODE } from '@junxian/administrative-region';
import { defineConsumer, ParticipationWithdrawn, RetiredCadreDeceased } from '@junxian/messaging';
import { raiseDeathConfirmation } from './citizens.service';

/** Deaths that other services report; a person confirms them (DI-CIT-03). */
export const citizenConsumers = [
  defineConsumer({
    name: 'directory.confirm-reported-deaths',
    events: [RetiredCadreDeceased, ParticipationWithdrawn],
    handle: async (tx, event) => {
      const { data } = event;
      if ('reason' in data && data.reason !== 'DECEASED') return;
      await raiseDeathConfirmation(tx, {
        citizenId: data.citizenId,
        // What belongs to no region is for national staff.
        regionCode: event.regioncode ?? NATION_CODE,
        date: data.date,
        reportedBy: event.type,
        reportedAt: new Date(event.time),
      });
    },
  }),
];
