import type { Principal } from '@junxian/identity';
import type { SelectedField } from '@junxian/test-kit';
import { type ConstDirectiveNode, getNamedType, isObjectType, valueFromASTUntyped } from 'graphql';

interface Access {
  public?: boolean;
  citizens?: boolean;
  roles?: string[];
}

/** Whether @access lets somebody select a field, by role alone: the field's own word, else that of the type it is of or leads to. */
export function permittedTo(principal: Principal | null): (selected: SelectedField) => boolean {
  const lets = ({ public: isPublic, citizens, roles }: Access) => {
    if (isPublic === true) return true;
    if (principal === null) return false;
    if (roles !== undefined) return roles.some((role) => holds(principal.roles, role));
    return principal.kind === 'CITIZEN' ? citizens === true : true;
  };
  return ({ type, field }) => {
    const leadsTo = getNamedType(field.type);
    const said = [
      accessOf(field.astNode?.directives) ?? accessOf(type.astNode?.directives),
      isObjectType(leadsTo) ? accessOf(leadsTo.astNode?.directives) : undefined,
    ];
    return said.every((access) => access === undefined || lets(access));
  };
}

/** Who may ask for a field, as the schema words it: the same for fields that the same roles may ask for. */
export const wordingOf = ({ field }: SelectedField): string =>
  JSON.stringify(accessOf(field.astNode?.directives));

const holds = (held: readonly string[], wanted: string) =>
  wanted.endsWith(':*') ? held.some((role) => role.startsWith(wanted.slice(0, -1))) : held.includes(wanted);

function accessOf(directives: readonly ConstDirectiveNode[] | undefined): Access | undefined {
  const access = directives?.find(({ name }) => name.value === 'access');
  if (access === undefined) return undefined;
  return Object.fromEntries(
    (access.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}
