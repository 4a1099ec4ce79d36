import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import type { PersonalData } from '../personal-data';
import type { HelperView } from './pairing-views.service';
import { readTeams, type TeamMemberView, type TeamView, teamPage } from './work-team-views.service';
import type { TeamInput, TeamMemberInput, WorkTeams } from './work-teams.service';

/** Resolvers of village work teams. */
export function workTeamResolvers(workTeams: WorkTeams, personal: PersonalData): Resolvers {
  const saved = async (
    context: Context,
    save: (tx: ScopedTransaction) => Promise<string>,
  ): Promise<TeamView> => {
    const id = await context.write(save);
    const [team] = await readTeams(await context.read(), [id]);
    return team!;
  };
  return {
    Query: {
      workTeams: async (_, filter, context) => teamPage(await context.read(), filter),
      workTeam: async (_, { id }, context) =>
        isUuid(id) ? ((await readTeams(await context.read(), [id]))[0] ?? null) : null,
    },
    Mutation: {
      saveWorkTeam: (_, { input }, context) => saved(context, (tx) => workTeams.save(tx, input as TeamInput)),
      saveTeamMember: (_, { input }, context) =>
        saved(context, (tx) =>
          workTeams.saveMember(tx, { ...input, member: input.member as TeamMemberInput }),
        ),
      deleteTeamMember: (_, request, context) => saved(context, (tx) => workTeams.deleteMember(tx, request)),
    },
    ResponsibleHelper: {
      openTeams: ({ id }, _, { loaders }) => loaders.openTeams.load(id),
    },
    VillageYearRecord: {
      workTeams: ({ regionCode, year }, _, { loaders }) =>
        loaders.teamsOfVillage.load({ villageCode: regionCode, year }),
    },
    VillageWorkTeam: {
      village: ({ villageCode }) => ({ code: villageCode }),
      dispatchUnit: ({ dispatchUnitId }, _, { loaders }) => loaders.assistanceUnit.load(dispatchUnitId),
      members: ({ id }, _, { loaders }) => loaders.teamMembers.load(id),
    },
    WorkTeamMember: {
      helper: (member, _, { loaders }) => helperOf(member, loaders),
      name: async (member, _, { loaders }) => (await particulars(member, loaders)).name!,
      sex: async (member, _, { loaders }) => (await particulars(member, loaders)).sex!,
      idType: async (member, _, { loaders }) => (await particulars(member, loaders)).idType!,
      idNumber: async (member, _, { loaders }) => {
        const helper = await helperOf(member, loaders);
        return helper === null
          ? personal.open(member.idNumberSealed, 'work_team_member.id_number')!
          : personal.open(helper.idNumberSealed, 'responsible_helper.id_number')!;
      },
      phone: async (member, _, { loaders }) => {
        const helper = await helperOf(member, loaders);
        return helper === null
          ? personal.open(member.phoneSealed, 'work_team_member.phone')!
          : personal.open(helper.phoneSealed, 'responsible_helper.phone')!;
      },
      political: async (member, _, { loaders }) => (await particulars(member, loaders)).political,
      education: async (member, _, { loaders }) => (await particulars(member, loaders)).education,
      position: async (member, _, { loaders }) => (await particulars(member, loaders)).position,
      rank: async (member, _, { loaders }) => (await particulars(member, loaders)).rank,
    },
  };
}

async function helperOf(
  { helperId }: TeamMemberView,
  loaders: Context['loaders'],
): Promise<HelperView | null> {
  return helperId === null ? null : loaders.helper.load(helperId);
}

/** Whose name and rank a member has: the helper's, where the member is one. */
async function particulars(
  member: TeamMemberView,
  loaders: Context['loaders'],
): Promise<TeamMemberView | HelperView> {
  return (await helperOf(member, loaders)) ?? member;
}
