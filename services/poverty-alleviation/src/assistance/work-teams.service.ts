import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import type { OfficialRank } from '../assistance-code-lists';
import type { Education } from '../code-lists';
import { FormFaults } from '../households/form-faults.rules';
import { type Trace, traceOf } from '../households/household-files.service';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import type { PoliticalStatus } from '../national-code-lists';
import type { PersonalData } from '../personal-data';
import { encode } from '../record-fields';
import { requireComplete } from '../settled-regions';
import { TEAM_MEMBER, type TeamMemberValues } from './assistance-fields.rules';
import { checkPerson, type PersonForm } from './assistance-forms.rules';
import { presentHelper } from './helpers.service';
import { readUnits } from './pairing-views.service';
import { type Days, daysFaults, teamFaults } from './work-team.rules';
import { readTeamMembers, type TeamMemberView } from './work-team-views.service';
import {
  insertTeam,
  type LockedTeam,
  lockTeam,
  refuseSecondTeam,
  type TeamValues,
  touchTeam,
} from './work-teams.store';

/** One member in a form; with an id it changes one. */
export interface TeamMemberInput extends PersonForm, Days {
  id?: string | null | undefined;
  helperId?: string | null | undefined;
  political?: PoliticalStatus | null | undefined;
  education?: Education | null | undefined;
  rank?: OfficialRank | null | undefined;
  isLeader: boolean;
  isFirstSecretary: boolean;
}

/** The form of a team; with an id and a version it changes one. */
export interface TeamInput extends TeamValues {
  id?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  members: readonly TeamMemberInput[];
}

const MOST_MEMBERS = 50;

/** Village work teams 驻村工作队 and their members, which are kept nowhere else (PA-WT-01, PA-WT-02). */
export class WorkTeams {
  constructor(
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Enters a team with its members, or changes one and the members named. Returns its id.
   * Throws one Refusal with all faults of the form and of PA-WT-02; STATE_CONFLICT while another team is stationed in
   * the village at that time (PA-WT-01): of two officers at once, exactly one wins; also while the village is being
   * re-coded; NOT_FOUND, STALE_VERSION.
   */
  async save(tx: ScopedTransaction, input: TeamInput): Promise<string> {
    const by = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    requireComplete(codes, input.villageCode, 'villageCode');
    // Not a constraint: two villages that are merged may bring a team each.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.work-team:' || $1, 0))`, [
      input.villageCode,
    ]);
    const before = input.id ? await lockTeam(tx, input.id, input.expectedVersion, 'id') : null;
    const faults = new FormFaults();
    faults.expect(input.name.trim() !== '', 'name', {
      zh: '请填写工作队名称',
      en: 'Enter the name of the team',
    });
    faults.expectText(input.name.trim() || null, 100, 'name');
    faults.expect(
      before === null
        ? codes.levelOf(input.villageCode) === 'VILLAGE'
        : before.villageCode === input.villageCode,
      'villageCode',
      before === null
        ? { zh: '请选择行政村', en: 'Choose a village' }
        : { zh: '驻村不能改变，请另行登记工作队', en: 'A team stays in its village; enter another team' },
    );
    faults.add(...daysFaults(input, ''));
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    // Who was sent by a unit that was deleted since stays until another one is named.
    if (input.dispatchUnitId !== before?.dispatchUnitId) await this.checkUnit(tx, input.dispatchUnitId);
    await refuseSecondTeam(tx, input, before?.id ?? null);
    const team = before === null ? await insertTeam(tx, input, codes.epoch, by) : before;
    if (before !== null) {
      await tx.query(
        `UPDATE village_work_team SET name = $2, dispatch_unit_id = $3, start_date = $4, end_date = $5 WHERE id = $1`,
        [team.id, input.name.trim(), input.dispatchUnitId, input.startDate, input.endDate],
      );
    }
    await this.saveMembers(
      tx,
      { ...team, startDate: input.startDate, endDate: input.endDate },
      input.members,
      by,
    );
    if (before !== null) await touchTeam(tx, team.id, by);
    return team.id;
  }

  /** Adds or changes one member of a team. Returns the team's id. Throws what {@link save} throws. */
  async saveMember(
    tx: ScopedTransaction,
    { teamId, expectedVersion, member }: { teamId: string; expectedVersion: number; member: TeamMemberInput },
  ): Promise<string> {
    const by = traceOf(tx, this.clock);
    await this.regions.hold(tx);
    const team = await lockTeam(tx, teamId, expectedVersion, 'teamId');
    await this.saveMembers(tx, team, [member], by, () => 'member');
    await touchTeam(tx, teamId, by);
    return teamId;
  }

  /**
   * Takes out a member who was entered by mistake. Returns the team's id. Throws NOT_FOUND, STALE_VERSION, and
   * STATE_CONFLICT when the team would be without a leader (PA-WT-02).
   */
  async deleteMember(
    tx: ScopedTransaction,
    { teamId, memberId, expectedVersion }: { teamId: string; memberId: string; expectedVersion: number },
  ): Promise<string> {
    const by = traceOf(tx, this.clock);
    const team = await lockTeam(tx, teamId, expectedVersion, 'teamId');
    const members = await readTeamMembers(tx, [teamId]);
    const rest = members.filter(({ id }) => id !== memberId);
    if (rest.length === members.length) throw refuse.notFound('memberId');
    const faults = teamFaults(team, rest.map(asPost));
    if (faults.length > 0) throw Refusal.many(faults);
    await tx.query('DELETE FROM work_team_member WHERE id = $1', [memberId]);
    await touchTeam(tx, teamId, by);
    return teamId;
  }

  private async checkUnit(tx: ScopedTransaction, id: string): Promise<void> {
    const [unit] = isUuid(id) ? await readUnits(tx, [id]) : [];
    if (unit === undefined || unit.isDeleted) throw refuse.notFound('dispatchUnitId');
  }

  private async saveMembers(
    tx: ScopedTransaction,
    team: LockedTeam,
    given: readonly TeamMemberInput[],
    by: Trace,
    pathOf = (place: number) => `members[${place}]`,
  ): Promise<void> {
    const present = await readTeamMembers(tx, [team.id]);
    const faults = new FormFaults();
    faults.expect(given.length <= MOST_MEMBERS, 'members', {
      zh: `一次最多填写 ${MOST_MEMBERS} 名队员`,
      en: `At most ${MOST_MEMBERS} members at once`,
    });
    const written = given.map((member, index) => {
      const path = pathOf(index);
      const before = present.find(({ id }) => id === member.id) ?? null;
      if (member.id && before === null) throw refuse.notFound(`${path}.id`);
      faults.add(...daysFaults(member, `${path}.`));
      return { id: before?.id ?? null, path, values: this.valuesOf(member, before, path, faults) };
    });
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    const changed = new Set(written.map(({ id }) => id));
    const broken = teamFaults(team, [
      ...present.filter(({ id }) => !changed.has(id)).map(asPost),
      ...written.map(({ path, values }) => ({ ...values, path })),
    ]);
    if (broken.length > 0) throw Refusal.many(broken);
    for (const { path, values } of written) {
      if (values.helperId !== null) await presentHelper(tx, values.helperId, `${path}.helperId`);
    }
    for (const { id, values } of written) {
      const { columns, stored } = encode(TEAM_MEMBER, values);
      if (id === null) {
        await tx.query(
          ...insertRows(
            'work_team_member',
            ['team_id', 'region_code', 'region_epoch', ...columns, ...TRACE_COLUMNS],
            [[team.id, team.villageCode, team.regionEpoch, ...stored, by.actor, by.now, by.actor, by.now]],
          ),
        );
      } else {
        await tx.query(
          `UPDATE work_team_member SET updated_by = $1, updated_at = $2, version = version + 1,
             ${columns.map((column, index) => `${column} = $${index + 4}`).join(', ')} WHERE id = $3`,
          [by.actor, by.now, id, ...stored],
        );
      }
    }
  }

  /** What is kept of a member's form; the particulars of a helper stay with the helper. */
  private valuesOf(
    member: TeamMemberInput,
    before: TeamMemberView | null,
    path: string,
    faults: FormFaults,
  ): TeamMemberValues {
    const { isLeader, isFirstSecretary, startDate, endDate } = member;
    const post = { isLeader, isFirstSecretary, startDate, endDate };
    if (member.helperId != null) {
      faults.expect(
        member.name == null && member.idNumber == null && member.phone == null,
        `${path}.helperId`,
        {
          zh: '选择了帮扶责任人的，不再填写姓名、证件和电话；要修改的请修改责任人登记',
          en: 'A helper’s name, document and phone are kept with the helper; leave them out here',
        },
      );
      return { ...post, ...NO_PARTICULARS, helperId: member.helperId };
    }
    const { personal } = this;
    const person = {
      ...member,
      idNumber:
        member.idNumber ?? personal.open(before?.idNumberSealed ?? null, 'work_team_member.id_number'),
      phone: member.phone ?? personal.open(before?.phoneSealed ?? null, 'work_team_member.phone'),
    };
    checkPerson(person, `${path}.`, this.clock.today(), faults);
    return {
      ...post,
      helperId: null,
      name: member.name?.trim() ?? null,
      sex: member.sex ?? null,
      idType: member.idType ?? null,
      idNumberSealed: personal.seal(person.idNumber?.trim().toUpperCase(), 'work_team_member.id_number'),
      phoneSealed: personal.seal(person.phone?.trim(), 'work_team_member.phone'),
      political: member.political ?? null,
      education: member.education ?? null,
      position: member.position?.trim() ?? null,
      rank: member.rank ?? null,
    };
  }
}

const NO_PARTICULARS = {
  name: null,
  sex: null,
  idType: null,
  idNumberSealed: null,
  phoneSealed: null,
  political: null,
  education: null,
  position: null,
  rank: null,
};

const asPost = (member: TeamMemberView) => ({ ...member, path: 'members' });
