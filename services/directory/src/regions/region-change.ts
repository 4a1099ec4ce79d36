import type { RegionLevel } from '@junxian/administrative-region';
import type { RegionRow } from './region';

/** 新设、更名、变更代码、合并、拆分、划转、撤销. */
export const CHANGE_KINDS = ['CREATE', 'RENAME', 'RECODE', 'MERGE', 'SPLIT', 'REPARENT', 'ABOLISH'] as const;
export type RegionChangeKind = (typeof CHANGE_KINDS)[number];

/** What a change makes: a new region, a region under its new code or name, or an existing one as successor. */
export interface ChangeTarget {
  code: string;
  /** Left out: the name before. */
  name?: string | null | undefined;
  /** Left out: the level before. */
  level?: RegionLevel | null | undefined;
  /** Left out: the nearest wider region that the code shows. */
  parentCode?: string | null | undefined;
  urbanRuralCode?: string | null | undefined;
  isPlaceholder?: boolean | null | undefined;
}

/** A change as somebody decided it. */
export interface RegionChangeOrder {
  kind: RegionChangeKind;
  effectiveDate: string;
  from: readonly string[];
  to: readonly ChangeTarget[];
  basisDocument: string;
  /** Where single regions below go, when not simply along with the region above them. */
  mapping: readonly { from: string; to: string }[];
}

/** What stands in the tree on the effective date, as far as the change may touch it. */
export interface TreeAround {
  /** Every region valid on the date at or below a `from`. */
  affected: readonly RegionRow[];
  /** The regions valid on the date under the codes that the change names elsewhere (targets, parents). */
  standing: ReadonlyMap<string, RegionRow>;
}

/** A row that begins on the effective date. */
export type OpeningRegion = Omit<RegionRow, 'validFrom' | 'validTo'>;

/** Which code became which. `carries`: rows under `from` go along. */
export interface ChangeLink {
  from: string;
  to: string;
  level: RegionLevel;
  carries: boolean;
}

/** What a change does to the tree. */
export interface RegionChangePlan {
  /** Codes whose row ends on the effective date. */
  ending: string[];
  opening: OpeningRegion[];
  links: ChangeLink[];
  /** Codes of the targets, in the order of the event. */
  to: string[];
}
