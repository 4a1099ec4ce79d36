import type { PairingLists } from '../assistance/pairing-lists.service';
import { readHelpers, readUnits } from '../assistance/pairing-views.service';
import { ASSISTANCE_UNIT_TYPE } from '../assistance-code-lists';
import { readHouseholds } from '../households/household-views.service';
import { yearOf } from './export-labels';
import type { ExportedList } from './export-list.types';
import { columns, exportedPage, REGION_COLUMNS, regionCells } from './sheet-cells';

/** Lists of pairings (PA-QY-09). */
export function pairingListsOf(
  pairings: PairingLists,
): Record<'UNIT_PAIRINGS' | 'HELPER_PAIRINGS', ExportedList> {
  return {
    UNIT_PAIRINGS: {
      title: '帮扶单位结对查询',
      columns: columns({
        ...REGION_COLUMNS,
        unit: '帮扶单位',
        type: '单位类型',
        start: '结对日期',
        end: '解除日期',
      }),
      page: async (tx, { filter, first, after }) => {
        const asked = { year: yearOf(filter), region: filter.region ?? null };
        const page = await pairings.unitPairings(tx, asked, { first, after });
        const units = new Map(
          (
            await readUnits(
              tx,
              page.nodes.map(({ unitId }) => unitId),
            )
          ).map((unit) => [unit.id, unit]),
        );
        return exportedPage(page, ({ villageCode, unitId, startDate, endDate }) => {
          const unit = units.get(unitId);
          return {
            ...regionCells(villageCode),
            unit: unit?.name ?? null,
            type: unit ? ASSISTANCE_UNIT_TYPE.label(unit.type) : null,
            start: startDate,
            end: endDate,
          };
        });
      },
    },
    HELPER_PAIRINGS: {
      title: '帮扶责任人结对查询',
      columns: columns({
        ...REGION_COLUMNS,
        householdNo: '户编号',
        helper: '帮扶责任人',
        unit: '帮扶单位',
        start: '结对日期',
        end: '解除日期',
      }),
      page: async (tx, { filter, first, after }) => {
        const asked = { year: yearOf(filter), region: filter.region ?? null };
        const page = await pairings.helperPairings(tx, asked, { first, after });
        const [helpers, households] = await Promise.all([
          readHelpers(
            tx,
            page.nodes.map(({ helperId }) => helperId),
          ),
          readHouseholds(
            tx,
            page.nodes.map(({ householdId }) => householdId),
          ),
        ]);
        const units = await readUnits(tx, [...new Set(helpers.map(({ unitId }) => unitId))]);
        const helperOf = new Map(helpers.map((helper) => [helper.id, helper]));
        const unitOf = new Map(units.map((unit) => [unit.id, unit]));
        const numbers = new Map(households.map(({ id, householdNo }) => [id, householdNo]));
        return exportedPage(page, (one) => {
          const helper = helperOf.get(one.helperId);
          return {
            ...regionCells(one.villageCode),
            householdNo: numbers.get(one.householdId) ?? null,
            helper: helper?.name ?? null,
            unit: helper ? (unitOf.get(helper.unitId)?.name ?? null) : null,
            start: one.startDate,
            end: one.endDate,
          };
        });
      },
    },
  };
}
