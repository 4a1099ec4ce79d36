import type { ScopedTransaction } from '@junxian/persistence';
import { configured } from '@junxian/subgraph';
import { casePublicationResolvers } from './case-publication/case-publication.resolvers';
import { CasePublications } from './case-publication/case-publication.service';
import { type PublishedCaseLoaders, publishedCaseLoaders } from './case-publication/published-cases.store';
import type { PersonalData } from './cases/personal-data.service';
import { CodeHolderEvaluations } from './evaluation/code-holder-evaluations.service';
import { evaluationResolvers } from './evaluation/evaluation.resolvers';
import { type EvaluationLoaders, evaluationLoaders } from './evaluation/evaluation.service';
import type { Features } from './features';
import type { PublicReading } from './public-accounts/public-reading.service';
import { RateLimiter } from './public-accounts/rate-limit.service';
import { publicInformationResolvers } from './public-information/public-information.resolvers';
import type { ServiceParts } from './service';
import { type SupervisionLoaders, supervisionLoaders } from './supervision/supervision.loaders';
import { supervisionResolvers } from './supervision/supervision.resolvers';
import type { Tracking } from './tracking/tracking.service';

/** Wires the use cases of evaluation, supervision, case publication and public information. */
export function outcomeRooms(parts: ServiceParts, personal: PersonalData, tracking: Tracking) {
  const database = configured(parts.database, 'a database');
  return {
    evaluationsByCode: new CodeHolderEvaluations(
      database,
      tracking,
      new RateLimiter(database, personal),
      parts.clock,
    ),
    casePublications: new CasePublications(personal),
  };
}

/** Resolvers of these rooms. */
export function outcomeRoomResolvers({
  evaluationsByCode,
  casePublications,
  features,
  publicReading,
}: ReturnType<typeof outcomeRooms> & { features: Features; publicReading: PublicReading }) {
  return [
    evaluationResolvers(evaluationsByCode),
    supervisionResolvers,
    casePublicationResolvers(casePublications, publicReading),
    publicInformationResolvers(features, publicReading),
  ];
}

export type OutcomeRoomLoaders = EvaluationLoaders & SupervisionLoaders & PublishedCaseLoaders;

/** Loaders of these rooms, made for each request. */
export function outcomeRoomLoaders(read: () => Promise<ScopedTransaction>): OutcomeRoomLoaders {
  return { ...evaluationLoaders(read), ...supervisionLoaders(read), ...publishedCaseLoaders(read) };
}
