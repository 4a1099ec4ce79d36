import { addDays, isCalendarDate } from '@junxian/calendar';
import { type Bilingual, Refusal, refuse } from '@junxian/errors';

/** A term of whole days, the last one included. */
export interface Days {
  startDate: string;
  endDate: string;
}

/** What the rule of a team needs of a member. */
export interface TeamPost extends Days {
  /** Where a fault of this member is named: `members[2]`. */
  path: string;
  helperId: string | null;
  isLeader: boolean;
  isFirstSecretary: boolean;
}

/** Whether two terms share a day. */
export const overlap = (one: Days, other: Days): boolean =>
  one.startDate <= other.endDate && other.startDate <= one.endDate;

/** The faults of a term: dates that exist, the last day not before the first. `path` is `members[2].` or nothing. */
export function daysFaults({ startDate, endDate }: Days, path: string): Refusal[] {
  const faults: Refusal[] = [];
  for (const [field, date] of Object.entries({ startDate, endDate })) {
    if (!isCalendarDate(date) || date < '1990-01-01' || date > '2100-12-31') {
      faults.push(
        refuse.invalid(`${path}${field}`, {
          zh: '请填写日期，例如 2017-03-01',
          en: 'Enter a date, for example 2017-03-01',
        }),
      );
    }
  }
  if (faults.length === 0 && endDate < startDate) {
    faults.push(
      refuse.invalid(`${path}endDate`, {
        zh: '结束日期不能早于开始日期，请修改其中一项',
        en: 'A term cannot end before it begins; correct one of the dates',
      }),
    );
  }
  return faults;
}

/**
 * The faults of a team with all its members, empty for none (PA-WT-02): on every day of its term exactly one leader,
 * on none two first secretaries; the members' terms lie within the team's; nobody is in it twice at once. Takes terms
 * whose dates are in order ({@link daysFaults}).
 */
export function teamFaults(team: Days, members: readonly TeamPost[]): Refusal[] {
  const faults: Refusal[] = [];
  for (const { path, startDate, endDate } of members) {
    if (startDate < team.startDate || endDate > team.endDate) {
      faults.push(
        conflict(startDate < team.startDate ? `${path}.startDate` : `${path}.endDate`, {
          zh: `队员任期（${startDate} 至 ${endDate}）须在工作队任期（${team.startDate} 至 ${team.endDate}）之内，请修改日期`,
          en: `A member’s term (${startDate} to ${endDate}) lies within the team’s (${team.startDate} to ${team.endDate}); correct the dates`,
        }),
      );
    }
  }
  faults.push(
    ...members
      .filter((member, index) =>
        members
          .slice(0, index)
          .some(
            (other) =>
              member.helperId !== null && other.helperId === member.helperId && overlap(member, other),
          ),
      )
      .map(({ path }) =>
        conflict(`${path}.helperId`, {
          zh: '同一人在同一时期重复列为队员，请删去一项',
          en: 'The same person is listed twice for the same time; take one out',
        }),
      ),
    ...overlapping(members, ({ isFirstSecretary }) => isFirstSecretary).map(({ path }) =>
      conflict(`${path}.isFirstSecretary`, {
        zh: '同一时期最多一名第一书记，请修改前任的结束日期或本人的开始日期',
        en: 'At most one first secretary at a time; correct the end of the former or the beginning of this term',
      }),
    ),
    ...overlapping(members, ({ isLeader }) => isLeader).map(({ path }) =>
      conflict(`${path}.isLeader`, {
        zh: '同一时期只能有一名队长，请同时修改前任队长的结束日期',
        en: 'One leader at a time; change the end of the former leader’s term along with it',
      }),
    ),
  );
  const gap = dayWithoutLeader(team, members);
  if (gap !== null) {
    faults.push(
      conflict('members', {
        zh: `工作队任期内须始终有一名队长，${gap} 起没有队长；请修改任期，更换队长的请在一次保存中同时填写前任和接任队长`,
        en: `A team has a leader on every day of its term; from ${gap} on there is none: correct the terms, or save the former leader and the next one together`,
      }),
    );
  }
  return faults;
}

/** The holders of a post who share a day with an earlier one. */
function overlapping(members: readonly TeamPost[], holds: (member: TeamPost) => boolean): TeamPost[] {
  const holders = members.filter(holds).sort(byStart);
  return holders.filter((holder, index) =>
    holders.slice(0, index).some((earlier) => overlap(earlier, holder)),
  );
}

/** The first day of the team's term on which nobody leads it, or null. */
function dayWithoutLeader(team: Days, members: readonly TeamPost[]): string | null {
  let day = team.startDate;
  for (const { startDate, endDate } of members.filter(({ isLeader }) => isLeader).sort(byStart)) {
    if (startDate > day) break;
    if (endDate >= day) day = addDays(endDate, 1);
  }
  return day > team.endDate ? null : day;
}

const byStart = (one: Days, other: Days) => (one.startDate < other.startDate ? -1 : 1);

const conflict = (field: string, text: Bilingual): Refusal => new Refusal('STATE_CONFLICT', text, { field });
