import { isNaturalVillageCode } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import type { FormFaults } from '../households/form-faults.rules';
import type { Values } from '../record-fields';
import { count, type Indicator, type SectionInputs, yesNo } from '../villages/rural-sections.rules';
import { checkLocked } from '../villages/village-fields.rules';

/** The indicators of a natural village 自然村 that are typed in, in the order of the form. */
export const NATURAL_VILLAGE = {
  households: count('户数'),
  population: count('人口数'),
  pavedRoad: yesNo('是否通沥青（水泥）路'),
  hasProductionPower: yesNo('是否通生产用电'),
  hasDomesticPower: yesNo('是否通生活用电'),
  hasBroadband: yesNo('是否通宽带'),
  waterSafe: yesNo('饮水是否安全'),
};

export type NaturalVillageValues = Values<typeof NATURAL_VILLAGE>;
type NaturalVillageValuesInput = NonNullable<SectionInputs<{ record: typeof NATURAL_VILLAGE }>['record']>;

/** A natural village's form: its data of one year, and its name, which holds for all years. */
export interface NaturalVillageForm extends NaturalVillageValuesInput {
  code: string;
  name?: string | null | undefined;
  /** Generated; may not be stated. */
  poorHouseholds?: number | null | undefined;
}

const MAX_NAME = 50;

/** Checks a form but for what only the store knows; adds every fault with its field (PA-NV-01, PA-VL-02). */
export function checkNaturalVillage(form: NaturalVillageForm, faults: FormFaults): void {
  if (!isNaturalVillageCode(form.code)) faults.add(codeFault());
  checkLocked({ poorHouseholds: form.poorHouseholds }, '', faults);
  faults.expectText(form.name, MAX_NAME, 'name');
  for (const [name, indicator] of Object.entries(NATURAL_VILLAGE) as [
    keyof NaturalVillageValues,
    Indicator,
  ][]) {
    indicator.check(faults, form[name], name);
  }
}

/** The indicators that a form gives; what is left out is not in it. */
export function givenValues(form: NaturalVillageForm): Partial<NaturalVillageValues> {
  return Object.fromEntries(
    Object.entries(form).filter(([name, value]) => name in NATURAL_VILLAGE && value !== undefined),
  );
}

function codeFault(): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '自然村代码为 14 位：行政村代码加两位顺序号，请从自然村名录中选择',
      en: 'The code of a natural village has 14 digits, its village and a serial; choose one from the registry',
    },
    { field: 'code' },
  );
}
