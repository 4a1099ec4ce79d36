import {
  AccountRegionChanged,
  CitizenDeceased,
  CitizenRenumbered,
  defineConsumer,
  EnrolmentChanged,
  HardshipSubmitted,
} from '@junxian/messaging';
import {
  type News,
  raiseForAccount,
  raiseForInsured,
  raiseForMember,
  raiseForRenumbered,
} from './raising.store';

const newsOf = ({ id, time }: { id: string; time: string }): News => ({ eventId: id, occurredAt: time });

/** Events of other services that raise to-dos 待办 (catalogue section 5); none of them changes a household's data. */
export function toDoConsumers() {
  return [
    defineConsumer({
      name: 'poverty-alleviation.to-do-of-renumbered-citizens',
      events: [CitizenRenumbered],
      handle: (tx, event) => raiseForRenumbered(tx, event.data.from, newsOf(event)),
    }),
    defineConsumer({
      name: 'poverty-alleviation.to-do-of-deceased-citizens',
      events: [CitizenDeceased],
      handle: (tx, event) => {
        const { citizenId, date } = event.data;
        return raiseForMember(tx, 'CITIZEN_DECEASED', citizenId, { deathDate: date }, newsOf(event));
      },
    }),
    defineConsumer({
      name: 'poverty-alleviation.to-do-of-insurance-enrolments',
      events: [EnrolmentChanged],
      handle: async (tx, event) => {
        const { citizenId, kind, enrolled } = event.data;
        if (kind !== 'CRITICAL_ILLNESS') return;
        await raiseForInsured(tx, citizenId, enrolled, newsOf(event));
      },
    }),
    defineConsumer({
      name: 'poverty-alleviation.to-do-of-student-hardships',
      events: [HardshipSubmitted],
      handle: (tx, event) => {
        const { citizenId, level } = event.data;
        return raiseForMember(
          tx,
          'STUDENT_HARDSHIP_SUBMITTED',
          citizenId,
          { hardshipLevel: level },
          newsOf(event),
        );
      },
    }),
    defineConsumer({
      name: 'poverty-alleviation.to-do-of-moved-accounts',
      events: [AccountRegionChanged],
      handle: (tx, event) => raiseForAccount(tx, event.data, newsOf(event)),
    }),
  ];
}
