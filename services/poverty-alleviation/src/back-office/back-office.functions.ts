import { clearHousehold, clearPersons } from './clearance';
import { deleteDuplicates } from './duplicate-deletion';
import { adjustAttribute, adjustStandard } from './household-adjustments';
import { correctIdentity } from './identity-correction';
import { moveVillage } from './move-village';
import type { SupplementParts } from './supplements';
import { supplementHousehold, supplementMember } from './supplements';
import { changeVillageAttribute } from './village-attribute';

/** The functions of the back office by the names of their mutations (8.2–8.14; 8.1 is dynamic management's). */
export function backOfficeFunctions(parts: SupplementParts) {
  const { personal, regions, clock } = parts;
  return {
    clearPersons: clearPersons(clock),
    clearHousehold: clearHousehold(clock),
    adjustAttribute,
    adjustStandard,
    correctIdentity: correctIdentity(personal, clock),
    moveVillage: moveVillage(regions, clock),
    deleteDuplicates: deleteDuplicates(clock),
    supplementMember: supplementMember(parts),
    supplementHousehold: supplementHousehold(parts),
    setVillageAttribute: changeVillageAttribute(regions),
  };
}

export type BackOfficeFunctions = ReturnType<typeof backOfficeFunctions>;
