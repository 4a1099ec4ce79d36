import { isWithin } from '@junxian/administrative-region';
import { faultsOf, type Refusal } from '@junxian/errors';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import { overlap } from '../assistance/work-team.rules';
import type { TeamInput, WorkTeams } from '../assistance/work-teams.service';
import { readStandingTeams, type StandingTeam } from './assistance-import.store';
import { HELPER_COLUMNS, type HelperRow, type TeamPlace, teamFaultPlace } from './helper-sheet.rules';
import type { RecordCounts, SavedCounts } from './import.types';
import { type RowFaults, refusalOf } from './sheet-import.service';

/** A helper on file, and the place in a team that the row asks for. */
export interface Posting {
  row: HelperRow;
  helperId: string;
  unitId: string;
  place: TeamPlace;
}

interface Counts {
  team: SavedCounts;
  member: SavedCounts;
}

/**
 * Puts imported helpers into the village work teams 驻村工作队 (PA-WT-01, PA-WT-02): into the team that is stationed in
 * the village during their term, or, where there is none, into one new team of the village.
 */
export class TeamImport {
  constructor(private readonly teams: WorkTeams) {}

  /** Saves each team once, with all its rows; what is refused becomes faults of the rows. Returns what was added, changed and left. */
  async takeOver(
    tx: ScopedTransaction,
    postings: readonly Posting[],
    faults: RowFaults,
  ): Promise<RecordCounts[]> {
    const counts: Counts = {
      team: { record: 'WORK_TEAM', added: 0, changed: 0, unchanged: 0 },
      member: { record: 'WORK_TEAM_MEMBER', added: 0, changed: 0, unchanged: 0 },
    };
    const own = postings.filter(({ row, place }) => isOwn(tx, row, place, faults));
    const standing = groupBy(
      await readStandingTeams(tx, [...new Set(own.map(({ place }) => place.villageCode))].sort()),
      ({ villageCode }) => villageCode,
    );
    const teamOf = ({ place }: Posting) =>
      (standing.get(place.villageCode) ?? []).find((team) => overlap(team, place));
    const byTeam = groupBy(own, (posting) => `${posting.place.villageCode} ${teamOf(posting)?.id ?? ''}`);
    // In one order for everybody: each save locks its village.
    for (const [, group] of [...byTeam].sort(([one], [other]) => (one < other ? -1 : 1))) {
      await this.save(tx, group, teamOf(group[0]!), counts, faults);
    }
    return [counts.team, counts.member];
  }

  private async save(
    tx: ScopedTransaction,
    group: readonly Posting[],
    team: StandingTeam | undefined,
    counts: Counts,
    faults: RowFaults,
  ): Promise<void> {
    const written: Posting[] = [];
    const members = group.flatMap((posting) => {
      const { helperId, place } = posting;
      const { villageCode: _village, ...post } = place;
      const before = team?.members.find((member) => member.helperId === helperId && overlap(member, place));
      const done = before === undefined ? 'added' : isSame(before, place) ? 'unchanged' : 'changed';
      counts.member[done] += 1;
      if (done === 'unchanged') return [];
      written.push(posting);
      return [{ ...post, helperId, id: before?.id }];
    });
    if (team !== undefined && members.length === 0) {
      counts.team.unchanged += 1;
      return;
    }
    counts.team[team === undefined ? 'added' : 'changed'] += 1;
    const form = team === undefined ? newTeam(group, members) : changedTeam(team, members);
    const refusal = await refusalOf(() => this.teams.save(tx, form));
    if (refusal !== null) addFaults(refusal, written, faults);
  }
}

function isSame(member: Omit<TeamPlace, 'villageCode'>, place: TeamPlace): boolean {
  return (['startDate', 'endDate', 'isLeader', 'isFirstSecretary'] as const).every(
    (field) => member[field] === place[field],
  );
}

/** A team led by whoever leads it first, sent by that leader's unit, for as long as any of its members stays. */
function newTeam(group: readonly Posting[], members: TeamInput['members']): TeamInput {
  const leader = leaderOf(group);
  return {
    name: leader.row.cells.teamName ?? group.map(({ row }) => row.cells.teamName).find(Boolean) ?? '',
    villageCode: leader.place.villageCode,
    dispatchUnitId: leader.unitId,
    startDate: group.map(({ place }) => place.startDate).sort()[0]!,
    endDate: group
      .map(({ place }) => place.endDate)
      .sort()
      .at(-1)!,
    members,
  };
}

function changedTeam(team: StandingTeam, members: TeamInput['members']): TeamInput {
  const { id, version, name, villageCode, dispatchUnitId, startDate, endDate } = team;
  return { id, expectedVersion: version, name, villageCode, dispatchUnitId, startDate, endDate, members };
}

/** Whose row speaks for the team. */
function leaderOf(group: readonly Posting[]): Posting {
  const leaders = group.filter(({ place }) => place.isLeader);
  return leaders.sort((a, b) => (a.place.startDate < b.place.startDate ? -1 : 1))[0] ?? group[0]!;
}

/** Tells what a team's form was refused for at the rows of its members. */
function addFaults(refusal: Refusal, written: readonly Posting[], faults: RowFaults): void {
  // A fault of two members at once is named with each of them, which may be one and the same row.
  const told = new Set<string>();
  for (const { code, field, text } of faultsOf(refusal)) {
    const { index, column } = teamFaultPlace(field);
    const { row } = (index === null ? undefined : written[index]) ?? leaderOf(written);
    const key = [row.rowNumber, column, text.zh].join();
    if (!told.has(key)) faults.add({ rowNumber: row.rowNumber, column, code, text });
    told.add(key);
  }
}

/** Whether the village is the officer's to write. */
function isOwn(
  { scope }: ScopedTransaction,
  { rowNumber }: HelperRow,
  { villageCode }: TeamPlace,
  faults: RowFaults,
): boolean {
  if (isWithin(villageCode, { low: scope.regionLow, high: scope.regionHigh })) return true;
  faults.add({
    rowNumber,
    column: HELPER_COLUMNS.villageCode.title,
    code: 'OUT_OF_REGION',
    text: {
      zh: '不在您的辖区内，请填写本辖区的行政村代码',
      en: 'is no village of your region; enter the code of one inside it',
    },
  });
  return false;
}
