import type { Scope } from '@junxian/identity';

/** The settings that policies read, in the order in which {@link scopeSettings} fills them. */
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

/** One statement that sets every `junxian.*` setting until the end of the transaction. */
export const SET_SCOPE_SQL = `SELECT ${SETTINGS.map((name, index) => `set_config('junxian.${name}', $${index + 1}, true)`).join(', ')}`;

/** The values for {@link SET_SCOPE_SQL}. Roles become `,a,b,` so that a policy finds one by its commas. */
export function scopeSettings(scope: Scope): string[] {
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
