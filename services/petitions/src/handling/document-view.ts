import { identityView } from '../cases/petitioner-view.rules';
import { type Context, viewerOf } from '../context';
import { mayReadText } from './document.rules';

/** What of a notice or opinion decides who reads what of it. */
interface ViewedDocument {
  caseItemId: string;
  organisationId: string;
}

/**
 * A text of a document that may name the petitioner, for whoever may read it, else null. Citizens and code holders see only
 * issued documents of their own item, which are addressed to them.
 */
export async function textFor<Text>(
  document: ViewedDocument,
  context: Context,
  text: Text,
): Promise<Text | null> {
  const viewer = viewerOf(context);
  if (viewer.kind !== 'OFFICER') return text;
  const item = await context.loaders.caseItem.load(document.caseItemId);
  if (item === null) return null;
  const { organisationId } = viewer;
  return mayReadText(item, document, { organisationId, view: identityView(item, viewer) }) ? text : null;
}

/** Who signed for a document: a person of the petitioner's side, so only for those who may know the petitioner. */
export async function signedForOf(
  document: ViewedDocument & { signedFor: string | null },
  context: Context,
): Promise<string | null> {
  const viewer = viewerOf(context);
  if (document.signedFor === null || viewer.kind !== 'OFFICER') return document.signedFor;
  const item = await context.loaders.caseItem.load(document.caseItemId);
  return item !== null && identityView(item, viewer) === 'FULL' ? document.signedFor : null;
}
