import { isWithin, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import type { FundTier, FundType } from '../fund-code-lists';
import { fromTenThousandths, sumTenThousandths, toTenThousandths } from '../funds/ten-thousands.rules';
import {
  type BudgetSource,
  PROJECT_STAGE,
  PROJECT_TYPE,
  type ProjectStage,
  type ProjectSubtype,
  type ProjectType,
} from '../project-code-lists';
import { fieldRequired, ProjectFaults } from './project-faults.rules';
import { type FormsInput, type FormValues, isSubtypeOf, readForm } from './project-forms.rules';

/** A line of a project's budget; 万元. */
export interface BudgetLine {
  source: BudgetSource;
  tier: FundTier | null;
  fundType: FundType | null;
  amount: string;
}

/** What all types of projects have in common, as it is stored. */
export interface ProjectEntry {
  regionCode: string;
  year: number;
  type: ProjectType;
  subtype: ProjectSubtype;
  name: string;
  owner: string;
  manager: string | null;
  plannedStart: string;
  plannedEnd: string;
  content: string;
  villageCodes: string[];
  budget: BudgetLine[];
  plannedHouseholds: number | null;
  plannedPersons: number | null;
  details: FormValues;
}

/** A budget line as it is entered. */
export interface BudgetLineInput extends Omit<BudgetLine, 'tier' | 'fundType'> {
  tier?: FundTier | null | undefined;
  fundType?: FundType | null | undefined;
}

type Optional<Value> = Value | null | undefined;

/** The library's form. */
export interface ProjectEntryInput
  extends Omit<
    ProjectEntry,
    'manager' | 'budget' | 'plannedHouseholds' | 'plannedPersons' | 'details' | 'villageCodes'
  > {
  manager?: Optional<string>;
  villageCodes: readonly string[];
  budget: readonly BudgetLineInput[];
  plannedHouseholds?: Optional<number>;
  plannedPersons?: Optional<number>;
  details?: Optional<FormsInput>;
}

/** What may be done with a project, each in certain stages only (catalogue 3.9). */
export type ProjectAction =
  | 'SAVE'
  | 'DELETE'
  | 'APPROVE'
  | 'ADJUST'
  | 'REPORT'
  | 'CANCEL'
  | 'SET_BENEFICIARIES';

const STAGES: Readonly<Record<ProjectAction, readonly ProjectStage[]>> = {
  SAVE: ['LIBRARY'],
  DELETE: ['LIBRARY'],
  APPROVE: ['LIBRARY'],
  ADJUST: ['APPROVED', 'IMPLEMENTING'],
  REPORT: ['APPROVED', 'IMPLEMENTING'],
  CANCEL: ['LIBRARY', 'APPROVED'],
  SET_BENEFICIARIES: ['IMPLEMENTING'],
};

/** The pages of project management. */
export type ProjectPage = 'LIBRARY' | 'APPROVAL' | 'ADJUSTMENT' | 'IMPLEMENTATION' | 'BENEFICIARIES';

/** The stages whose projects a page lists: those in which its work may be done (PA-PJ-03, PA-PJ-04). */
export const STAGES_OF_PAGE: Readonly<Record<ProjectPage, readonly ProjectStage[]>> = {
  LIBRARY: STAGES.SAVE,
  APPROVAL: STAGES.APPROVE,
  ADJUSTMENT: STAGES.ADJUST,
  IMPLEMENTATION: STAGES.REPORT,
  BENEFICIARIES: STAGES.SET_BENEFICIARIES,
};

/** Throws STATE_CONFLICT when something may not be done with a project in its stage. */
export function checkStage(action: ProjectAction, stage: ProjectStage): void {
  const allowed = STAGES[action];
  if (allowed.includes(stage)) return;
  const labels = allowed.map((one) => PROJECT_STAGE.label(one)).join('、');
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: `项目处于“${PROJECT_STAGE.label(stage)}”阶段，此操作只能在“${labels}”阶段办理`,
      en: `The project is in stage ${stage}; this can be done in ${allowed.join(', ')} only`,
    },
    { field: 'id', details: { stage, allowed } },
  );
}

/** The region of a project and its villages, as the region tree of today knows them. */
export interface RegionFacts {
  levelOf(code: string): RegionLevel | null;
}

/** Villages one project may name; a county has fewer. */
const MAX_VILLAGES = 2000;
const MAX_BUDGET_LINES = 50;
/**
 * Checks a library entry (PA-PJ-01, PA-PJ-02) and returns it as it is stored. Throws one Refusal with all faults:
 * FIELD_REQUIRED, INVALID_INPUT, and INVALID_REGION_CODE or OUT_OF_REGION for its region and villages.
 */
export function checkEntry(input: ProjectEntryInput, regions: RegionFacts): ProjectEntry {
  const faults = new ProjectFaults();
  const level = regions.levelOf(input.regionCode);
  if (level !== 'COUNTY' && level !== 'TOWNSHIP') faults.add(notACountyOrTownship());
  else checkVillages(input.villageCodes, { code: input.regionCode, level }, regions, faults);
  checkCommon(input, faults);
  checkSubtype(input.subtype, input.type, faults);
  const budget = checkBudget(input.budget, faults);
  const details = readForm(input.type, 'details', input.details, 'input.details', faults.list);
  faults.refuse();
  return {
    regionCode: input.regionCode,
    year: input.year,
    type: input.type,
    subtype: input.subtype,
    name: input.name.trim(),
    owner: input.owner.trim(),
    manager: input.manager?.trim() ?? null,
    plannedStart: input.plannedStart,
    plannedEnd: input.plannedEnd,
    content: input.content.trim(),
    villageCodes: [...input.villageCodes],
    budget,
    plannedHouseholds: input.plannedHouseholds ?? null,
    plannedPersons: input.plannedPersons ?? null,
    details,
  };
}

/** The fields that all types of projects have. */
export interface CommonFields {
  name: string;
  owner: string;
  manager?: Optional<string>;
  plannedStart: string;
  plannedEnd: string;
  content: string;
  plannedHouseholds?: Optional<number>;
  plannedPersons?: Optional<number>;
}

/** Checks the fields that all types have. */
export function checkCommon(input: CommonFields, faults: ProjectFaults): void {
  faults.expectFilled(input.name, 100, 'input.name');
  faults.expectFilled(input.owner, 100, 'input.owner');
  faults.expectText(input.manager, 50, 'input.manager');
  faults.expectFilled(input.content, 2000, 'input.content');
  faults.expectOrder(
    input.plannedStart,
    input.plannedEnd,
    'input.plannedEnd',
    '计划完工日期不能早于计划开工日期',
  );
  faults.expectCount(input.plannedHouseholds, 'input.plannedHouseholds');
  faults.expectCount(input.plannedPersons, 'input.plannedPersons');
}

/** Checks that a subtype belongs to the project's type. */
export function checkSubtype(subtype: ProjectSubtype, type: ProjectType, faults: ProjectFaults): void {
  faults.expect(isSubtypeOf(subtype, type), 'input.subtype', {
    zh: `该子类型不属于“${PROJECT_TYPE.label(type)}”，请重新选择`,
    en: `This subtype does not belong to ${type}; choose another`,
  });
}

/**
 * Checks that villages are present ones inside the project's region, none twice. Those of `standing`, which the project has
 * already, may stay: of a village that was split households wait for theirs under the old code.
 */
export function checkVillages(
  codes: readonly string[],
  region: { code: string; level: RegionLevel },
  regions: RegionFacts,
  faults: ProjectFaults,
  standing: readonly string[] = [],
): void {
  const kept = new Set(standing);
  const range = scopeRange(region.code, region.level);
  faults.expectDistinct(codes, 'input.villageCodes');
  faults.expect(codes.length <= MAX_VILLAGES, 'input.villageCodes', {
    zh: `最多选择 ${MAX_VILLAGES} 个行政村`,
    en: `Choose at most ${MAX_VILLAGES} villages`,
  });
  for (const [index, code] of codes.entries()) {
    if (kept.has(code)) continue;
    const path = `input.villageCodes[${index}]`;
    if (regions.levelOf(code) !== 'VILLAGE') faults.add(notAVillage(path));
    else if (!isWithin(code, range)) faults.add(villageElsewhere(path));
  }
}

const FISCAL: readonly BudgetSource[] = ['SPECIAL_FUND', 'INTEGRATED_FUND', 'OTHER_FISCAL'];

/** Checks the lines of a budget and returns them as they are stored: fiscal money has a tier, special funds a type. */
export function checkBudget(lines: readonly BudgetLineInput[], faults: ProjectFaults): BudgetLine[] {
  faults.expect(lines.length <= MAX_BUDGET_LINES, 'input.budget', {
    zh: `预算最多 ${MAX_BUDGET_LINES} 项，请合并来源相同的项`,
    en: `A budget has at most ${MAX_BUDGET_LINES} lines; merge those of one source`,
  });
  return lines.map(({ source, tier, fundType, amount }, index) => {
    const path = `input.budget[${index}]`;
    const fits = faults.expectTenThousands(amount, `${path}.amount`);
    if (FISCAL.includes(source) && !tier) faults.add(fieldRequired(`${path}.tier`));
    if (source === 'SPECIAL_FUND' && !fundType) faults.add(fieldRequired(`${path}.fundType`));
    faults.expect(FISCAL.includes(source) || !tier, `${path}.tier`, {
      zh: '非财政资金不填写资金级次',
      en: 'Only fiscal money has a tier; leave it out',
    });
    faults.expect(source === 'SPECIAL_FUND' || !fundType, `${path}.fundType`, {
      zh: '只有财政专项扶贫资金填写专项资金类型',
      en: 'Only special poverty-alleviation funds have a type; leave it out',
    });
    return {
      source,
      tier: tier ?? null,
      fundType: fundType ?? null,
      amount: fits ? fromTenThousandths(toTenThousandths(amount)) : amount,
    };
  });
}

/** The sum of a budget that was checked, 万元. */
export function budgetTotal(lines: readonly BudgetLine[]): string {
  return fromTenThousandths(sumTenThousandths(lines.map(({ amount }) => amount)));
}

/**
 * The number of a project: nine digits of its region (a project belongs to a county or township), year, digit of
 * its type, and a serial of four digits or more.
 */
export function projectNumber(regionCode: string, year: number, type: ProjectType, serial: number): string {
  return `${regionCode.slice(0, 9)}${year}${PROJECT_TYPE.code(type)}${String(serial).padStart(4, '0')}`;
}

function notACountyOrTownship(): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '项目所属区划应为现行的县（区）或乡镇（街道），请重新选择',
      en: 'A project belongs to a present county or township; choose one',
    },
    { field: 'input.regionCode' },
  );
}

function notAVillage(field: string): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    { zh: '请选择现行的行政村', en: 'Choose a present administrative village' },
    { field },
  );
}

function villageElsewhere(field: string): Refusal {
  return new Refusal(
    'OUT_OF_REGION',
    {
      zh: '该行政村不在项目所属区划内，请选择所属区划内的行政村',
      en: 'This village lies outside the region of the project; choose one inside it',
    },
    { field },
  );
}

/** NOT_FOUND for a project that is not there, or where the caller may not write it. */
export function noProject(): Refusal {
  return refuse.notFound('id');
}
