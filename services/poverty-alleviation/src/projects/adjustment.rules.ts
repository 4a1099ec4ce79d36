import type { ProjectEntry } from './project.rules';

/** The fields an adjustment may change, in the order of the form. */
const ADJUSTABLE = [
  'name',
  'subtype',
  'owner',
  'manager',
  'plannedStart',
  'plannedEnd',
  'content',
  'villageCodes',
  'budget',
  'approvedAmount',
  'plannedHouseholds',
  'plannedPersons',
  'details',
] as const;

type Adjustable = (typeof ADJUSTABLE)[number];
type Adjusted = Pick<ProjectEntry, Exclude<Adjustable, 'approvedAmount'>> & { approvedAmount: string | null };

/** The fields that changed, with their values before and after (PA-PJ-04). */
export interface ProjectChanges {
  before: Partial<Record<Adjustable, unknown>>;
  after: Partial<Record<Adjustable, unknown>>;
}

/** Compares a project before and after an adjustment; null when nothing changed. */
export function changesOf(before: Adjusted, after: Adjusted): ProjectChanges | null {
  const changed = ADJUSTABLE.filter((name) => canonical(before[name]) !== canonical(after[name]));
  if (changed.length === 0) return null;
  const of = (values: Adjusted) => Object.fromEntries(changed.map((name) => [name, values[name]]));
  return { before: of(before), after: of(after) };
}

/** A text that is the same for values that mean the same: the store gives keys back in its own order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
