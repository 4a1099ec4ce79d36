import type { Resolvers } from '../generated/graphql';
import { authorOf, nameOfAction } from './journal.rules';
import { journalPage } from './journal.service';

/** Resolvers of the journal 办理过程. */
export const journalResolvers: Resolvers = {
  CaseItem: {
    journal: ({ id }, page, { loaders }) => loaders.journal.load(journalPage(id, page)),
  },
  CaseJournalEntry: {
    actionName: ({ action }, _, { locale }) => nameOfAction(action, locale),
    author: authorOf,
    organisation: ({ organisationId }, _, { loaders }) =>
      organisationId === null ? null : loaders.organisation.load(organisationId),
    // Without an organisation it is the petitioner, whose account nobody learns by this, or the service.
    officer: ({ organisationId, accountId }) => (organisationId === null ? null : { id: accountId }),
  },
};
