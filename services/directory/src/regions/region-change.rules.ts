import {
  ancestorsByCode,
  applyMoves,
  checkRegionCode,
  isWiderOrEqual,
  levelOfCode,
  NATION_CODE,
  type RegionMove,
} from '@junxian/administrative-region';
import type { Refusal } from '@junxian/errors';
import type { RegionRow } from './region';
import type {
  ChangeLink,
  ChangeTarget,
  OpeningRegion,
  RegionChangeKind,
  RegionChangeOrder,
  RegionChangePlan,
  TreeAround,
} from './region-change';
import {
  collision,
  hasChildren,
  invalidChange,
  nameMissing,
  unknownParent,
  unknownRegion,
} from './region-change.refusals';
import { checkOrder } from './region-change-order.rules';

/**
 * What an order does to the tree (DI-REG-02, DI-REG-07): which rows end and which begin on the effective
 * date, and which code became which. A re-coded, merged or re-parented region takes everything below it
 * along; a split region leaves its rows behind, but for those that `mapping` sends somewhere.
 * Throws Refusals that name the field: UNKNOWN_REGION, UNKNOWN_PARENT, INVALID_REGION_CODE,
 * INVALID_REGION_CHANGE, REGION_CODE_COLLISION, REGION_HAS_CHILDREN.
 */
export function planRegionChange(order: RegionChangeOrder, tree: TreeAround): RegionChangePlan {
  checkOrder(order);
  const byCode = new Map(tree.affected.map((region) => [region.code, region]));
  const sources = order.from.map((code) => byCode.get(code) ?? fail(unknownRegion('from', code)));
  const plan =
    order.kind === 'CREATE'
      ? planCreation(order)
      : order.kind === 'RENAME'
        ? planRename(order, sources[0]!)
        : order.kind === 'ABOLISH'
          ? planAbolition(order, sources, tree)
          : planMoves(order, sources, tree, byCode);
  checkTree(plan, tree);
  return plan;
}

function planCreation(order: RegionChangeOrder): RegionChangePlan {
  return {
    ending: [],
    opening: order.to.map((target, at) => created(target, at)),
    links: [],
    to: order.to.map(({ code }) => code),
  };
}

function planRename(order: RegionChangeOrder, source: RegionRow): RegionChangePlan {
  const target = order.to[0]!;
  if (target.code !== source.code) {
    throw invalidChange('to[0].code', {
      zh: '更名不改变代码；代码有变请选择“变更代码”',
      en: 'A rename keeps the code; choose RECODE when the code changes',
    });
  }
  if (!target.name || target.name.trim() === source.name) {
    throw invalidChange('to[0].name', {
      zh: '请填写与现名不同的新名称',
      en: 'Give a name that differs from the present one',
    });
  }
  return {
    ending: [source.code],
    opening: [changed(source, target, source.code)],
    links: [],
    to: [source.code],
  };
}

function planAbolition(
  order: RegionChangeOrder,
  sources: readonly RegionRow[],
  tree: TreeAround,
): RegionChangePlan {
  const going = new Set(order.from);
  const left = tree.affected.filter((region) => !going.has(region.code));
  if (left.length > 0) throw hasChildren(left, 'from');
  for (const { code } of order.to) {
    if (!tree.standing.has(code) || going.has(code)) throw unknownRegion('to', code);
  }
  return {
    ending: [...order.from],
    opening: [],
    links: sources.flatMap((source) =>
      order.to.map(({ code }) => ({ from: source.code, to: code, level: source.level, carries: false })),
    ),
    to: order.to.map(({ code }) => code),
  };
}

/** RECODE, REPARENT, MERGE and SPLIT: regions go from one code to another, with what lies below. */
function planMoves(
  order: RegionChangeOrder,
  sources: readonly RegionRow[],
  tree: TreeAround,
  byCode: ReadonlyMap<string, RegionRow>,
): RegionChangePlan {
  const mapping = order.mapping.map(({ from, to }): ChangeLink => {
    const region = byCode.get(from);
    if (region === undefined || order.from.includes(from)) throw unknownRegion('mapping', from);
    return { from, to, level: region.level, carries: true };
  });
  const isSplit = order.kind === 'SPLIT';
  const staying = order.to.find(({ code }) => order.from.includes(code))?.code;
  const successors = sources.flatMap((source) =>
    order.to
      .filter(({ code }) => code !== source.code)
      .map(
        ({ code }): ChangeLink => ({ from: source.code, to: code, level: source.level, carries: !isSplit }),
      ),
  );
  if (!isSplit) checkMoves(order, sources, successors, tree);
  const links = [...successors, ...mapping];
  const moves = movesOf(links);

  const gone = new Set(order.from.filter((code) => code !== staying));
  const leaving = tree.affected.filter(
    ({ code }) => !gone.has(code) && code !== staying && applyMoves(code, moves) !== code,
  );
  if (isSplit && staying === undefined) {
    const left = tree.affected.filter(({ code }) => !gone.has(code) && applyMoves(code, moves) === code);
    if (left.length > 0) throw hasChildren(left, 'mapping');
  }
  const targets = order.to.flatMap((target, at) => openTarget(target, at, order, sources, tree));
  const opening = [
    ...targets,
    ...leaving.map((region) => {
      const code = applyMoves(region.code, moves);
      return { ...withoutDates(region), code, parentCode: parentByCode(code) };
    }),
  ];
  const opened = new Set(targets.map(({ code }) => code));
  return {
    ending: [
      ...gone,
      ...leaving.map(({ code }) => code),
      // A surviving or absorbing region that is renamed by the way begins anew under its own code.
      ...[...opened].filter((code) => !gone.has(code) && (code === staying || tree.standing.has(code))),
    ],
    opening,
    links,
    to: order.to.map(({ code }) => code),
  };
}

function checkMoves(
  order: RegionChangeOrder,
  sources: readonly RegionRow[],
  successors: readonly ChangeLink[],
  tree: TreeAround,
): void {
  if (order.kind === 'MERGE') {
    if (new Set([...order.from, order.to[0]!.code]).size < 2) {
      throw invalidChange('from', { zh: '合并至少涉及两个区划', en: 'A merger takes at least two regions' });
    }
    const level = order.to[0]!.level ?? tree.standing.get(order.to[0]!.code)?.level ?? sources[0]!.level;
    const other = sources.find((source) => source.level !== level);
    if (other !== undefined) {
      throw invalidChange('from', {
        zh: '只能合并同一级别的区划',
        en: 'Only regions of one level can be merged',
      });
    }
    return;
  }
  const source = sources[0]!;
  if (successors.length === 0) {
    throw invalidChange('to[0].code', {
      zh: '新代码与原代码相同；仅名称有变请选择“更名”',
      en: 'The code does not change; choose RENAME when only the name does',
    });
  }
  if (!isWiderOrEqual(order.to[0]!.level ?? source.level, source.level)) {
    throw invalidChange('to[0].level', {
      zh: '降级会使下级代码无法沿用，请先建新区划，再逐一划转下级',
      en: 'A narrower level leaves no room for the codes below; create the new region, then move each part',
    });
  }
  const parent = order.to[0]!.parentCode ?? parentByCode(order.to[0]!.code);
  if (order.kind === 'REPARENT' && parent === source.parentCode) {
    throw invalidChange('to[0].parentCode', {
      zh: '划转应变更上级区划；上级不变请选择“变更代码”',
      en: 'A transfer changes the parent; choose RECODE when it stays the same',
    });
  }
}

/** The row that a target begins, or none where a standing region takes the rest in unchanged. */
function openTarget(
  target: ChangeTarget,
  at: number,
  order: RegionChangeOrder,
  sources: readonly RegionRow[],
  tree: TreeAround,
): OpeningRegion[] {
  const before = sources.find(({ code }) => code === target.code) ?? tree.standing.get(target.code);
  if (before !== undefined) {
    const kept = sources.includes(before) || order.kind === 'MERGE';
    if (!kept) throw collision([target.code], `to[${at}].code`);
    return target.name && target.name.trim() !== before.name ? [changed(before, target, before.code)] : [];
  }
  if (order.kind === 'SPLIT') return [created({ ...target, level: target.level ?? sources[0]!.level }, at)];
  if (order.kind === 'MERGE' && !target.name) throw nameMissing(at);
  return [changed(sources[0]!, target, target.code, at)];
}

/** The rules of the tree that hold for every kind: codes fit their parents, parents stand, no code twice. */
function checkTree(plan: RegionChangePlan, tree: TreeAround): void {
  const ending = new Set(plan.ending);
  const opening = new Map<string, OpeningRegion>();
  const doubled: string[] = [];
  for (const region of plan.opening) {
    const standing = tree.standing.get(region.code);
    if (opening.has(region.code) || (standing !== undefined && !ending.has(region.code)))
      doubled.push(region.code);
    opening.set(region.code, region);
  }
  if (doubled.length > 0) throw collision(doubled, 'to');
  const stands = (code: string) =>
    opening.get(code) ??
    (ending.has(code)
      ? undefined
      : (tree.standing.get(code) ?? tree.affected.find((region) => region.code === code)));
  for (const region of plan.opening) {
    if (region.parentCode === null) continue;
    const parent = stands(region.parentCode);
    if (parent === undefined) throw unknownParent(region.parentCode);
    checkRegionCode(region.code, region.level, parent, 'to');
  }
}

/** The moves among a change's links, as subscribers apply them (DI-REG-08). */
export function movesOf(links: readonly ChangeLink[]): RegionMove[] {
  return links.filter(({ carries }) => carries).map(({ from, to, level }) => ({ from, to, level }));
}

/**
 * Whether what lies in a region must be assigned by hand after a change (DI-REG-08, DI-REG-10): it is on a
 * split region itself, or its code was left without a successor and stands no more.
 */
export function needsAssignment(
  kind: RegionChangeKind,
  from: readonly string[],
  code: string,
  standsStill: boolean,
): boolean {
  return !standsStill || (kind === 'SPLIT' && from.includes(code));
}

/** The narrowest region, by code, that holds all the codes: whose area a change concerns. */
export function commonRegion(codes: readonly string[]): string {
  const [first = [], ...others] = codes.map(ancestorsByCode);
  return first.findLast((code) => others.every((other) => other.includes(code))) ?? NATION_CODE;
}

function created(target: ChangeTarget, at: number): OpeningRegion {
  if (!target.name) throw nameMissing(at);
  const level = target.level ?? levelOfCode(target.code);
  checkRegionCode(target.code, level, undefined, `to[${at}].code`);
  return {
    code: target.code,
    level,
    name: target.name.trim(),
    parentCode: target.parentCode ?? parentByCode(target.code),
    urbanRuralCode: target.urbanRuralCode ?? null,
    isPlaceholder: target.isPlaceholder ?? false,
  };
}

function changed(before: RegionRow, target: ChangeTarget, code: string, at = 0): OpeningRegion {
  const level = target.level ?? before.level;
  checkRegionCode(code, level, undefined, `to[${at}].code`);
  return {
    code,
    level,
    name: target.name?.trim() || before.name,
    parentCode: target.parentCode ?? parentByCode(code),
    urbanRuralCode: target.urbanRuralCode ?? before.urbanRuralCode,
    isPlaceholder: target.isPlaceholder ?? before.isPlaceholder,
  };
}

function parentByCode(code: string): string | null {
  return ancestorsByCode(code).at(-2) ?? null;
}

function withoutDates({ validFrom: _from, validTo: _to, ...region }: RegionRow): OpeningRegion {
  return region;
}

function fail(refusal: Refusal): never {
  throw refusal;
}
