import { type CodeRange, isRegionCode, levelOfCode, scopeRange } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import type { CaseState, Channel, HandlingMode, Purpose } from '../cases/case.types';
import { normalisedIdNumber } from '../registration/petitioner-form.rules';
import { Faults, TEXT_LIMITS } from '../texts.rules';

/** How far a search looks: own work, what the organisation registered or held, or everything in sight. */
export type SearchScope = 'MINE' | 'ORGANISATION' | 'SUBTREE';

/** What items are searched by (PT-QRY-01); whatever is left out does not narrow. */
export interface CaseFilter {
  itemNo?: string | null | undefined;
  name?: string | null | undefined;
  idNumber?: string | null | undefined;
  channels?: readonly Channel[] | null | undefined;
  receivedFrom?: string | null | undefined;
  receivedTo?: string | null | undefined;
  problemRegion?: string | null | undefined;
  purposes?: readonly Purpose[] | null | undefined;
  category?: string | null | undefined;
  modes?: readonly HandlingMode[] | null | undefined;
  destinationOrgId?: string | null | undefined;
  states?: readonly CaseState[] | null | undefined;
  overdue?: boolean | null | undefined;
  scope?: SearchScope | null | undefined;
}

/** A filter ready for the store: trimmed, checked, ranges instead of prefixes. */
export interface CheckedFilter {
  itemNo: TextRange | null;
  name: (TextRange & { whole: string }) | null;
  /** In the form numbers are compared in. */
  idNumber: string | null;
  channels: readonly Channel[] | null;
  receivedFrom: string | null;
  receivedTo: string | null;
  problemRegion: CodeRange | null;
  purposes: readonly Purpose[] | null;
  category: string | null;
  modes: readonly HandlingMode[] | null;
  destinationOrgId: string | null;
  states: readonly CaseState[] | null;
  overdue: boolean;
  scope: SearchScope;
}

/** Texts that begin alike: low ≤ text < high, by code points. */
export interface TextRange {
  low: string;
  high: string;
}

/** A surname alone would find a good part of the country. */
const SHORTEST_NAME = 2;

/** Texts that begin with a prefix. */
export const beginningWith = (prefix: string): TextRange => ({ low: prefix, high: `${prefix}\u{10ffff}` });

/** Checks a filter. Throws all its faults at once: INVALID_INPUT. Rule: PT-QRY-01. */
export function checkFilter(filter: CaseFilter): CheckedFilter {
  const faults = new Faults();
  const text = (field: keyof CaseFilter) =>
    faults.optionalText(field, filter[field] as string | null | undefined, TEXT_LIMITS.NAME);
  const itemNo = text('itemNo');
  const name = text('name');
  if (name !== null && [...name].length < SHORTEST_NAME)
    faults.add(
      refuse.invalid('name', {
        zh: `姓名请至少输入 ${SHORTEST_NAME} 个字`,
        en: `Enter at least ${SHORTEST_NAME} characters of the name`,
      }),
    );
  const idNumber = text('idNumber');
  const { problemRegion = null, receivedFrom = null, receivedTo = null } = filter;
  if (problemRegion !== null && !isRegionCode(problemRegion))
    faults.add(
      refuse.invalid('problemRegion', {
        zh: '区划代码应为 12 位数字，请从区划树中选择',
        en: 'A region code has 12 digits; choose the region from the tree',
      }),
    );
  if (receivedFrom !== null && receivedTo !== null && receivedTo < receivedFrom)
    faults.add(
      refuse.invalid('receivedTo', {
        zh: '截止日期不能早于起始日期，请重新选择',
        en: 'The last day is before the first; choose again',
      }),
    );
  const category = text('category');
  faults.throwIfAny();
  return {
    itemNo: itemNo === null ? null : beginningWith(itemNo.toUpperCase()),
    name: name === null ? null : { ...beginningWith(name), whole: name },
    idNumber: normalisedIdNumber(idNumber),
    channels: chosen(filter.channels),
    receivedFrom,
    receivedTo,
    problemRegion: problemRegion === null ? null : scopeRange(problemRegion, levelOfCode(problemRegion)),
    purposes: chosen(filter.purposes),
    category,
    modes: chosen(filter.modes),
    destinationOrgId: filter.destinationOrgId ?? null,
    states: chosen(filter.states),
    overdue: filter.overdue === true,
    scope: filter.scope ?? 'SUBTREE',
  };
}

/** None chosen is no condition, as in a form where nothing is ticked. */
const chosen = <Code>(codes: readonly Code[] | null | undefined): readonly Code[] | null =>
  codes == null || codes.length === 0 ? null : [...new Set(codes)];
