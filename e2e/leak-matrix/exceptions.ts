/** Asked for the superior of the caller's own organisation, these show the caller's own rows below it. */
export const SHOWS_OWN_ROWS_BELOW = new Set(['Query.organisationTree']);

/** What the duplicate check has shown to a registrar may be linked, in sight or not (PT-DUP-06). */
export const LINKS_DUPLICATES = new Set(['Query.duplicatePrefill']);

/** Mutations that act on the caller's own session or password only; their target is the caller. */
export const CHANGES_THE_CALLER = new Set([
  'Mutation.logout',
  'Mutation.changeOwnPassword',
  'Mutation.activateAccount',
  'Mutation.login',
  'Mutation.switchAppointment',
  'Mutation.refreshSession',
]);

export const REFUSED = new Set(['FORBIDDEN', 'UNAUTHENTICATED', 'OUT_OF_REGION']);
/** Codes by which a server says that it did not understand, or broke. */
export const UNREAD = ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'BAD_USER_INPUT', 'INTERNAL'];

/**
 * Queries that need more than a row to be answered for anybody: an order of the back office that is in order, an import of
 * the caller's own account. Their rooms' access tests answer them; here they are only asked of strangers.
 */
export const NEEDS_MORE_THAN_A_ROW = ['Query.backOfficePreview', 'Query.rollbackPreview', 'Query.importJob'];
