import type { Scope } from '@junxian/identity';
import { escapeLiteral } from 'pg';

/** The settings that policies read, in the order in which {@link scopeSettings} gives them. */
const SETTINGS = [
  'actor',
  'region_low',
  'region_high',
  'region_level',
  'organisation',
  'account',
  'appointment',
  'citizen',
  'roles',
] as const;

/** How the plans of prepared statements are chosen. */
export type PlanChoice = 'auto' | 'force_generic_plan';

/** One statement that sets every `junxian.*` setting, and how plans are chosen, until the end of the transaction. */
export function setScopeSql(scope: Scope, plans: PlanChoice): string {
  const settings = scopeSettings(scope).map((value, index) => [`junxian.${SETTINGS[index]}`, value] as const);
  return `SELECT ${[...settings, ['plan_cache_mode', plans] as const]
    .map(([name, value]) => `set_config('${name}', ${escapeLiteral(value)}, true)`)
    .join(', ')}`;
}

/** The values of the settings. Roles become `,a,b,` so that a policy finds one by its commas. */
function scopeSettings(scope: Scope): string[] {
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
  ];
}
