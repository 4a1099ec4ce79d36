import { faultsOf as everyFault, isRefusal } from '@junxian/errors';

/** The faults of a refusal as `CODE field`, those of no field as `CODE`. What was thrown and is no refusal is thrown again. */
function told(error: unknown): string[] {
  if (!isRefusal(error)) throw error;
  return everyFault(error).map(({ code, field }) => (field === undefined ? code : `${code} ${field}`));
}

/** The faults for which a rule refuses something, as `CODE field`; empty when it does not. */
export function faultsOf(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    return told(error);
  }
}

/** The faults for which a use case refuses something, as `CODE field`; empty when it does not. */
export function refused(work: Promise<unknown>): Promise<string[]> {
  return work.then(() => [], told);
}
