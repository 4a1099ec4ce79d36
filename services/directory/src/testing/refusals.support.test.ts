import { faultsOf, isRefusal } from '@junxian/errors';

/** The codes of all faults for which a rule refuses something; empty when it does not. */
export function codesOf(check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return faultsOf(error).map(({ code }) => code);
  }
}

/** The code with which a rule refuses something, null when it does not. */
export const codeOf = (check: () => unknown): string | null => codesOf(check)[0] ?? null;
