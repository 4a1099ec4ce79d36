import { referenceNames } from '@junxian/administrative-region';
import type { FormView } from '../../services/poverty-alleviation/src/prints/form.types';
import {
  naturalVillageForm,
  poorVillageForm,
} from '../../services/poverty-alleviation/src/prints/forms/village.forms';
import {
  VILLAGE_SECTIONS,
  type VillageSectionValues,
} from '../../services/poverty-alleviation/src/villages/village-fields.rules';
import { places } from '../support/demo';

// Synthetic forms of villages; their figures are made up.

/** Year and village of all forms. */
export const YEAR = 2017;
export const PLACE = referenceNames().pathOf(places.village);

/** Values that are in order for each of a village's indicators: words, numbers and yes in turn. */
function villageSections(): VillageSectionValues {
  let serial = 0;
  return Object.fromEntries(
    Object.entries(VILLAGE_SECTIONS).map(([name, section]) => [
      name,
      Object.fromEntries(
        Object.keys(section).map((indicator) => {
          serial += 1;
          if (/^has|^paved/.test(indicator)) return [indicator, serial % 2 === 0];
          return [indicator, String(serial * 37)];
        }),
      ),
    ]),
  ) as VillageSectionValues;
}

/** The form of a poor village with all of its sections. */
export function poorVillage(): FormView {
  const sections = villageSections();
  return poorVillageForm({
    place: PLACE,
    record: {
      ...sections,
      basic: {
        ...sections.basic,
        villageHead: '示例村负责人',
        officePhone: '0352-1234567',
        terrain: '丘陵',
        developmentDirection: '示例：黄花种植与加工，带动合作社和农家乐',
        longitude: '113.612345',
        latitude: '40.040123',
      },
      id: '22222222-2222-7222-8222-222222222222',
      year: YEAR,
      regionCode: places.village,
      regionEpoch: 0,
      attribute: 'POOR',
      delisted: false,
      version: 1,
    },
    figures: {
      naturalVillageCount: 3,
      poorHouseholds: 48,
      poorPopulation: 131,
      generalPoorHouseholds: 30,
      generalPoorPopulation: 92,
      allowanceHouseholds: 2,
      allowancePopulation: 3,
      allowancePoorHouseholds: 12,
      allowancePoorPopulation: 29,
      fiveGuaranteesHouseholds: 0,
      fiveGuaranteesPopulation: 0,
      fiveGuaranteesPoorHouseholds: 6,
      fiveGuaranteesPoorPopulation: 10,
      minorityPopulation: 4,
      women: 67,
      disabled: 9,
      disabledPoor: 8,
      labourForce: 54,
      migrantWorkers: 21,
      unsafeWaterHouseholds: 5,
      waterDifficultyHouseholds: 3,
      dilapidatedHouseholds: 7,
      poorPersonsAffected: 16,
    },
    team: [
      {
        name: '示例队长乙',
        unit: '示例云州区教育局',
        position: '副局长',
        isLeader: true,
        isFirstSecretary: true,
        startDate: '2016-01-01',
        endDate: '2018-12-31',
      },
      {
        name: '示例队员丙',
        unit: '示例云州区教育局',
        position: null,
        isLeader: false,
        isFirstSecretary: false,
        startDate: '2016-01-01',
        endDate: '2018-12-31',
      },
    ],
  });
}

/** The form of a natural village. */
export const naturalVillage = (): FormView =>
  naturalVillageForm({
    place: PLACE,
    code: `${places.village}01`,
    name: '东沟',
    year: YEAR,
    households: 41,
    population: 163,
    poorHouseholds: 12,
    pavedRoad: true,
    hasProductionPower: true,
    hasDomesticPower: true,
    hasBroadband: false,
    waterSafe: null,
  });
