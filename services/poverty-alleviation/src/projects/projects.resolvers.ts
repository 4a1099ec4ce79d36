import { isUuid } from '@junxian/identity';
import type { Resolvers } from '../generated/graphql';
import type { ProjectType } from '../project-code-lists';
import type { ProjectAdjustments } from './adjustments.service';
import type { ProjectBeneficiaries } from './beneficiaries.service';
import { beneficiaryPage, relocationBeneficiaryPage } from './beneficiary-views.service';
import { noProject } from './project.rules';
import type { FormPart, TypedForm } from './project-forms.rules';
import { PROJECT_FORMS } from './project-forms.rules';
import { projectPage } from './project-list.service';
import type { ProjectStages } from './project-stages.service';
import type { ProjectView } from './project-views.service';
import type { ProjectLibrary } from './projects.service';

/** What the resolvers of this room need. */
export interface ProjectServices {
  projectLibrary: ProjectLibrary;
  projectStages: ProjectStages;
  projectAdjustments: ProjectAdjustments;
  projectBeneficiaries: ProjectBeneficiaries;
}

type ProjectContext = {
  loaders: { project: { load(id: string): Promise<ProjectView | null> } };
};

/** The project as a mutation left it; loaders start anew after a write. */
async function written({ loaders }: ProjectContext, id: string): Promise<ProjectView> {
  const project = await loaders.project.load(id);
  if (project === null) throw noProject();
  return project;
}

/** Resolvers of the room projects. */
export function projectResolvers({
  projectLibrary,
  projectStages,
  projectAdjustments,
  projectBeneficiaries,
}: ProjectServices): Resolvers {
  return {
    ...formResolvers(),
    Query: {
      projects: async (_, query, context) => projectPage(await context.read(), context.principal, query),
      project: (_, { id }, { loaders }) => (isUuid(id) ? loaders.project.load(id) : null),
      projectBeneficiaries: async (_, query, context) => beneficiaryPage(await context.read(), query),
      relocationBeneficiaries: async (_, query, context) =>
        relocationBeneficiaryPage(await context.read(), context.principal, query),
    },
    Mutation: {
      saveProject: async (_, { input }, context) => {
        const id = await context.write((tx) => projectLibrary.save(tx, input));
        return written(context, id);
      },
      deleteProject: (_, { id, expectedVersion }, context) =>
        context.write((tx) => projectLibrary.delete(tx, id, expectedVersion)),
      approveProject: async (_, { input }, context) => {
        await context.write((tx) => projectStages.approve(tx, input));
        return written(context, input.id);
      },
      adjustProject: async (_, { input }, context) => {
        await context.write((tx) => projectAdjustments.adjust(tx, input));
        return written(context, input.id);
      },
      reportImplementation: async (_, { input }, context) => {
        await context.write((tx) => projectStages.report(tx, input));
        return written(context, input.id);
      },
      cancelProject: async (_, input, context) => {
        await context.write((tx) => projectStages.cancel(tx, input));
        return written(context, input.id);
      },
      setBeneficiaries: async (_, { input }, context) => {
        await context.write((tx) => projectBeneficiaries.set(tx, input));
        return written(context, input.projectId);
      },
    },
    Project: {
      __resolveReference: ({ id }, { loaders }) => (isUuid(id) ? loaders.project.load(id) : null),
      region: ({ regionCode }) => ({ code: regionCode }),
      villages: ({ id }, _, { loaders }) => loaders.projectVillages.load(id),
      budget: ({ id }, _, { loaders }) => loaders.projectBudget.load(id),
      details: ({ type, details }) => ({ type, values: details }),
      results: ({ type, results, lastReportDate }) =>
        lastReportDate === null ? null : { type, values: results },
      adjustments: ({ id }, _, { loaders }) => loaders.projectAdjustments.load(id),
      implementations: ({ id }, _, { loaders }) => loaders.projectImplementations.load(id),
    },
    ProjectAdjustment: {
      changes: ({ before, after }) =>
        Object.keys(after).map((field) => ({
          field,
          before: JSON.stringify(before[field]),
          after: JSON.stringify(after[field]),
        })),
    },
    ProjectBeneficiary: {
      project: ({ projectId }, _, { loaders }) => loaders.project.load(projectId),
      household: ({ householdId }, _, { loaders }) => loaders.household.load(householdId),
      member: async ({ householdId, memberId, year }, _, { loaders }) => {
        if (memberId === null) return null;
        const members = await loaders.members.load({ householdId, year });
        return members.find(({ id }) => id === memberId) ?? null;
      },
      village: ({ regionCode }) => ({ code: regionCode }),
    },
    RelocationBeneficiary: {
      project: ({ projectId }, _, { loaders }) => loaders.project.load(projectId),
      household: ({ householdId }, _, { loaders }) => loaders.household.load(householdId),
      village: ({ regionCode }) => ({ code: regionCode }),
    },
    AssistanceMeasure: {
      project: ({ projectId }, _, { loaders }) =>
        projectId === null ? null : loaders.project.load(projectId),
    },
    Household: {
      projects: ({ id }, _, { loaders }) => loaders.projectsOfHousehold.load(id),
    },
  };
}

const TYPE_NAMES = {
  EDUCATION_TRAINING: 'EducationTraining',
  RELOCATION: 'Relocation',
  FINANCE: 'Finance',
  INDUSTRY: 'Industry',
  INFRASTRUCTURE: 'Infrastructure',
} as const satisfies Record<ProjectType, string>;

/** The forms that only one type has: which it is, and a resolver for each of its fields. */
function formResolvers(): Resolvers {
  const fields = (part: FormPart, suffix: string) =>
    Object.entries(TYPE_NAMES).map(([type, name]) => [
      `${name}${suffix}`,
      Object.fromEntries(
        Object.keys(PROJECT_FORMS[type as ProjectType][part]).map((field) => [
          field,
          ({ values }: TypedForm) => values[field] ?? null,
        ]),
      ),
    ]);
  return {
    ProjectDetails: { __resolveType: ({ type }) => `${TYPE_NAMES[type]}Details` },
    ProjectResults: { __resolveType: ({ type }) => `${TYPE_NAMES[type]}Results` },
    ...Object.fromEntries([...fields('details', 'Details'), ...fields('results', 'Results')]),
  };
}
