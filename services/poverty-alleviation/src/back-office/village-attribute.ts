import { Refusal, refuse } from '@junxian/errors';
import { isInScope } from '@junxian/identity';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import { requireComplete } from '../settled-regions';
import { currentCycle } from '../survey-years/survey-years.service';
import type { VillageAttribute } from '../village-code-lists';
import { setVillageAttribute, villageAttribute } from '../villages/village-attribute.service';
import type { Operation, Plan } from './back-office.service';
import { unchanged } from './household-adjustments';
import { noVillage } from './move-village';

export interface SetVillageAttributeInput {
  villageCode: string;
  villageAttribute: VillageAttribute;
}

interface SetVillageAttributePlan extends Plan {
  input: SetVillageAttributeInput;
  codes: RegionCodes;
}

/** 8.14 修改贫困村属性: a village becomes poor or non-poor; one that is delisted must be put back first (PA-BO-14). */
export function changeVillageAttribute(
  regions: PresentRegions,
): Operation<SetVillageAttributeInput, SetVillageAttributePlan> {
  return {
    plan: async (tx, input) => {
      const { villageCode } = input;
      if (!isInScope(tx.scope, villageCode)) throw refuse.outOfRegion('input.villageCode');
      const codes = await regions.hold(tx);
      const { year } = await currentCycle(tx);
      if (codes.levelOf(villageCode) !== 'VILLAGE') throw noVillage('input.villageCode');
      requireComplete(codes, villageCode, 'input.villageCode');
      const before = await villageAttribute(tx, villageCode);
      if (before === input.villageAttribute) throw unchanged('input.villageAttribute');
      const rows = await tx.query<{ delistYear: number | null; version: number }>(
        'SELECT delist_year AS "delistYear", version FROM poor_village WHERE region_code = $1 ORDER BY id',
        [villageCode],
      );
      if (rows.some(({ delistYear }) => delistYear !== null)) throw delisted();
      return {
        function: 'SET_VILLAGE_ATTRIBUTE',
        targetId: villageCode,
        householdId: null,
        regionCode: villageCode,
        year,
        before: { villageCode, villageAttribute: before },
        after: { villageCode, villageAttribute: input.villageAttribute },
        confirmation: villageCode,
        versions: rows.map(({ version }) => version),
        input,
        codes,
      };
    },
    apply: async (tx, { input, codes }, by, { reason }) => {
      // The village's own room locks it and decides again: a village, its attribute, not delisted.
      const change = { villageCode: input.villageCode, attribute: input.villageAttribute, reason };
      await setVillageAttribute(tx, codes, change, by);
      return {};
    },
  };
}

function delisted(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该村已出列，请先取消出列再修改村属性',
      en: 'The village is delisted; cancel the delisting first',
    },
    { field: 'input.villageCode' },
  );
}
