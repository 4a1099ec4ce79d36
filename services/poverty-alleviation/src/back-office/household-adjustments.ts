import { Refusal } from '@junxian/errors';
import type { HouseholdAttribute, IdentificationStandard } from '../code-lists';
import { type OpenFile, recordChanged, updateRecord } from '../households/household-files.service';
import { currentCycle } from '../survey-years/survey-years.service';
import type { Operation, Plan } from './back-office.service';
import { fileFor, refuseUnlessActive } from './household-plans';

interface FilePlan extends Plan {
  file: OpenFile;
}

export interface AdjustAttributeInput {
  householdId: string;
  year: number;
  householdAttribute: HouseholdAttribute;
}

/** 8.4 调整贫困户属性: another attribute in a chosen year (PA-BO-04). */
export const adjustAttribute: Operation<AdjustAttributeInput, FilePlan & AdjustAttributeInput> = {
  plan: async (tx, input, lock) => {
    const { householdId, year, householdAttribute } = input;
    const file = await fileFor(tx, householdId, year, lock);
    refuseUnlessActive(file);
    const { household, record } = file;
    if (record.basic.householdAttribute === householdAttribute) {
      throw unchanged('input.householdAttribute');
    }
    return {
      ...input,
      function: 'ADJUST_ATTRIBUTE',
      targetId: householdId,
      before: { householdNo: household.householdNo, householdAttribute: record.basic.householdAttribute },
      after: { householdNo: household.householdNo, householdAttribute },
      confirmation: household.householdNo,
      versions: [household.version, record.version],
      file,
    };
  },
  apply: async (tx, { file, householdAttribute }, by) => {
    await updateRecord(tx, file.record, { householdAttribute }, by);
    await recordChanged(tx, [file], ['ATTRIBUTE'], by);
    return {};
  },
};

export interface AdjustStandardInput {
  householdId: string;
  identificationStandard: IdentificationStandard;
}

/** 8.5 2017年调整识别标准: another identification standard, in the current cycle only (PA-BO-05). */
export const adjustStandard: Operation<AdjustStandardInput, FilePlan & AdjustStandardInput> = {
  plan: async (tx, input, lock) => {
    const { householdId, identificationStandard } = input;
    const { year } = await currentCycle(tx);
    const file = await fileFor(tx, householdId, year, lock);
    refuseUnlessActive(file);
    const { household, record } = file;
    if (record.basic.identificationStandard === identificationStandard) {
      throw unchanged('input.identificationStandard');
    }
    return {
      ...input,
      function: 'ADJUST_STANDARD',
      targetId: householdId,
      year,
      before: {
        householdNo: household.householdNo,
        identificationStandard: record.basic.identificationStandard,
      },
      after: { householdNo: household.householdNo, identificationStandard },
      confirmation: household.householdNo,
      versions: [household.version, record.version],
      file,
    };
  },
  apply: async (tx, { file, identificationStandard }, by) => {
    await updateRecord(tx, file.record, { identificationStandard }, by);
    await recordChanged(tx, [file], ['STANDARD'], by);
    return {};
  },
};

/** The refusal of an adjustment to what is there already. */
export function unchanged(field: string): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '所选内容与现有内容相同，不需要调整；请另选或核对年度',
      en: 'It is so already; choose another value, or check the year',
    },
    { field },
  );
}
