import type { Scope } from '@junxian/identity';

/** How the plans of prepared statements are chosen. */
export type PlanChoice = 'auto' | 'force_generic_plan';

/** What {@link SET_SCOPE} sets, in the order in which {@link scopeSettings} gives the values. */
const SETTINGS = [
  'junxian.actor',
  'junxian.region_low',
  'junxian.region_high',
  'junxian.region_level',
  'junxian.organisation',
  'junxian.account',
  'junxian.appointment',
  'junxian.citizen',
  'junxian.roles',
  'plan_cache_mode',
] as const;

/** One statement that sets every `junxian.*` setting, and how plans are chosen, until the end of the transaction. Each begins with it, so it is prepared. */
export const SET_SCOPE = `SELECT ${SETTINGS.map((name, index) => `set_config('${name}', $${index + 1}, true)`).join(', ')}`;

/** The values of the settings. Roles become `,a,b,` so that a policy finds one by its commas. */
export function scopeSettings(scope: Scope, plans: PlanChoice): string[] {
  return [
    scope.actor,
    scope.regionLow,
    scope.regionHigh,
    scope.regionLevel ?? '',
    scope.organisationId ?? '',
    scope.accountId ?? '',
    scope.appointmentId ?? '',
    scope.citizenId ?? '',
    scope.roles.length === 0 ? '' : `,${scope.roles.join(',')},`,
    plans,
  ];
}
