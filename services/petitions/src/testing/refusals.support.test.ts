import { faultsOf as everyFault, isRefusal } from '@junxian/errors';

/** The faults for which a rule refuses something, as `CODE field`, those of no field as `CODE`; empty when it does not. */
export function faultsOf(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return everyFault(error).map(({ code, field }) => (field === undefined ? code : `${code} ${field}`));
  }
}

/** The code with which a rule refuses something, null when it does not. */
export const codeOf = (check: () => unknown): string | null => faultsOf(check)[0]?.split(' ')[0] ?? null;
