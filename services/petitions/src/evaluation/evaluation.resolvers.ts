import { citizenOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import type { CodeHolderEvaluations } from './code-holder-evaluations.service';
import {
  type DepartmentReason,
  type EvaluationStanding,
  evaluationStanding,
  type Rating,
  type UnitReason,
} from './evaluation.rules';
import { type Evaluation, type EvaluationFacts, evaluate, progressOf } from './evaluation.service';

/** One organisation's rating in a round. */
export interface RatingView<Reason> {
  organisationId: string;
  rating: Rating;
  reasons: Reason[];
  comment: string | null;
}
export type DepartmentRatingView = RatingView<DepartmentReason>;
export type UnitRatingView = RatingView<UnitReason>;

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
  return infoOf(item, { rounds, firstDueOn }, clock.today());
}

function infoOf(item: CaseItem, facts: EvaluationFacts, today: string): EvaluationInfoView {
  return { item, rounds: facts.rounds, ...evaluationStanding(item, progressOf(facts), today) };
}

/** Resolvers of the room evaluation. */
export function evaluationResolvers(byCode: CodeHolderEvaluations): Resolvers {
  const asHolder = async (item: CaseItem, { clock }: Pick<Context, 'clock'>) =>
    infoOf(item, await byCode.facts(item.id), clock.today());
  return {
    CaseItem: { evaluation: (item, _, context) => evaluationInfoOf(item, context) },
    PublicPetition: {
      caseItemId: ({ item }) => item.id,
      // A public petition was given to its citizen, or to whoever proved to hold the query code.
      evaluation: ({ item }, _, context) =>
        context.principal.kind === 'CITIZEN' && item.accountId === context.principal.accountId
          ? evaluationInfoOf(item, context)
          : asHolder(item, context),
    },
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
      evaluateByCode: async (_, { token, input }, context) =>
        asHolder(await byCode.evaluate(token, input, context.clientIp), context),
    },
  };
}
