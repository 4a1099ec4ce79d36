import { citizenOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import { type EvaluationStanding, evaluationStanding } from './evaluation.rules';
import { type Evaluation, evaluate, progressOf } from './evaluation.service';

/** What `EvaluationInfo` is made of. */
export interface EvaluationInfoView extends EvaluationStanding {
  item: CaseItem;
  rounds: Evaluation[];
}

/** How it stands with an item's evaluation, for whoever sees the item. */
export async function evaluationInfoOf(
  item: CaseItem,
  { loaders, clock }: Pick<Context, 'loaders' | 'clock'>,
): Promise<EvaluationInfoView> {
  const [rounds, firstDueOn] = await Promise.all([
    loaders.evaluations.load(item.id),
    loaders.evaluationFirstDueOn.load(item.id),
  ]);
  return { item, rounds, ...evaluationStanding(item, progressOf(firstDueOn, rounds), clock.today()) };
}

/** Resolvers of the room evaluation. */
export const evaluationResolvers: Resolvers = {
  CaseItem: { evaluation: (item, _, context) => evaluationInfoOf(item, context) },
  EvaluationInfo: {
    enabled: ({ nextRound }) => nextRound !== null,
    dueAt: ({ dueOn }) => dueOn,
    unitToBeRated: ({ item }) => item.responsibleOrganisationId !== null,
  },
  EvaluationRound: {
    department: ({ deptOrganisationId, deptRating, deptReasons, deptComment }) => ({
      organisationId: deptOrganisationId,
      rating: deptRating,
      reasons: deptReasons,
      comment: deptComment,
    }),
    unit: ({ unitOrganisationId, unitRating, unitReasons, unitComment }) =>
      unitRating === null
        ? null
        : {
            organisationId: unitOrganisationId!,
            rating: unitRating,
            reasons: unitReasons,
            comment: unitComment,
          },
  },
  DepartmentEvaluation: {
    organisation: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
  },
  UnitEvaluation: {
    organisation: ({ organisationId }, _, { loaders }) => loaders.organisation.load(organisationId),
  },
  Mutation: {
    evaluate: async (_, { caseItemId, input }, context) => {
      const { clock, principal } = context;
      const item = await context.write((tx) =>
        evaluate(
          tx,
          caseItemId,
          input,
          { actor: citizenOf(principal), via: 'ACCOUNT' },
          { at: clock.now(), today: clock.today() },
        ),
      );
      return evaluationInfoOf(item, context);
    },
  },
};
