import { VILLAGE_ATTRIBUTE } from '../../village-code-lists';
import type { VillageRecordView } from '../../villages/poor-village-views.service';
import type { Section } from '../../villages/rural-sections.rules';
import { VILLAGE_SECTION_TITLES, VILLAGE_SECTIONS } from '../../villages/village-fields.rules';
import type { VillageFigures } from '../../villages/village-figures.service';
import type { Cell, FormSection, FormView } from '../form.types';
import { labelsOf, onPaper } from './words';

/** A member of the village's work team as the form names him or her. */
export interface TeamMemberOnPaper {
  name: string;
  unit: string | null;
  position: string | null;
  isLeader: boolean;
  isFirstSecretary: boolean;
  startDate: string;
  endDate: string;
}

/** What a poor village's form is made of. */
export interface VillageOnPaper {
  place: string;
  record: VillageRecordView;
  figures: VillageFigures;
  team: readonly TeamMemberOnPaper[];
}

/** What a natural village's form is made of. */
export interface NaturalVillageOnPaper {
  place: string;
  code: string;
  name: string;
  year: number;
  households: number | null;
  population: number | null;
  poorHouseholds: number;
  pavedRoad: boolean | null;
  hasProductionPower: boolean | null;
  hasDomesticPower: boolean | null;
  hasBroadband: boolean | null;
  waterSafe: boolean | null;
}

const cell = (label: string, value: unknown): Cell => ({ label, value: onPaper(value) });

/** How the generated figures are called, in the order of the form. */
const POPULATION_FIGURES: Partial<Record<keyof VillageFigures, string>> = {
  naturalVillageCount: '自然村（个）',
  poorHouseholds: '贫困户数',
  poorPopulation: '贫困人口数',
  generalPoorHouseholds: '一般贫困户户数',
  generalPoorPopulation: '一般贫困户人数',
  allowanceHouseholds: '低保户户数',
  allowancePopulation: '低保户人数',
  allowancePoorHouseholds: '低保贫困户户数',
  allowancePoorPopulation: '低保贫困户人数',
  fiveGuaranteesHouseholds: '五保户户数',
  fiveGuaranteesPopulation: '五保户人数',
  fiveGuaranteesPoorHouseholds: '五保贫困户户数',
  fiveGuaranteesPoorPopulation: '五保贫困户人数',
  minorityPopulation: '少数民族人数',
  women: '妇女人数',
  disabled: '残疾人数',
  disabledPoor: '其中残疾贫困人数',
  labourForce: '劳动力人数',
  migrantWorkers: '外出务工人数',
};
const WATER_FIGURES: Partial<Record<keyof VillageFigures, string>> = {
  unsafeWaterHouseholds: '饮水不安全户数',
  waterDifficultyHouseholds: '饮水困难户数',
};
const HOUSING_FIGURES: Partial<Record<keyof VillageFigures, string>> = {
  dilapidatedHouseholds: '危房户数',
  poorPersonsAffected: '住危房的贫困人口数',
};
const NUMERALS = '一二三四五六七八九十';

/** The form of a poor village 贫困村信息表: its fifteen sections (catalogue 6). */
export function poorVillageForm({ place, record, figures, team }: VillageOnPaper): FormView {
  const generated = (labels: Partial<Record<keyof VillageFigures, string>>): Cell[] =>
    Object.entries(labels).map(([name, label]) => cell(label, figures[name as keyof VillageFigures]));
  const own = (name: keyof typeof VILLAGE_SECTIONS): Cell[] =>
    Object.entries(VILLAGE_SECTIONS[name] as Section).map(([indicator, { label }]) =>
      cell(label, (record[name] as Readonly<Record<string, unknown>>)[indicator]),
    );
  const contents: Record<keyof typeof VILLAGE_SECTION_TITLES, Omit<FormSection, 'title'>> = {
    basic: {
      cells: [
        cell('村属性', labelsOf(VILLAGE_ATTRIBUTE, record.attribute)),
        cell('年底是否已出列', record.delisted),
        ...own('basic'),
      ],
    },
    land: { cells: own('land') },
    population: { cells: [...own('population'), ...generated(POPULATION_FIGURES)] },
    income: { cells: own('income') },
    socialSecurity: { cells: own('socialSecurity') },
    roads: { cells: own('roads') },
    drinkingWater: { cells: generated(WATER_FIGURES) },
    power: { cells: own('power') },
    housing: { cells: generated(HOUSING_FIGURES) },
    industry: { cells: own('industry') },
    tourism: { cells: own('tourism') },
    health: { cells: own('health') },
    culture: { cells: own('culture') },
    informationTechnology: { cells: own('informationTechnology') },
    workTeam: {
      table: {
        headers: ['姓名', '派出单位', '职务', '队长', '第一书记', '驻村开始', '驻村结束'],
        rows: team.map((member) => [
          member.name,
          member.unit,
          member.position,
          onPaper(member.isLeader),
          onPaper(member.isFirstSecretary),
          member.startDate,
          member.endDate,
        ]),
      },
    },
  };
  return {
    heading: '贫困村信息表',
    facts: [
      cell('所在地', place),
      cell('行政村代码', record.regionCode),
      cell('年度', `${record.year} 年底`),
    ],
    sections: Object.entries(VILLAGE_SECTION_TITLES).map(([name, title], index) => ({
      title: `${numeral(index + 1)}、${title}`,
      ...contents[name as keyof typeof VILLAGE_SECTION_TITLES],
    })),
    signatures: ['村负责人签字', '驻村工作队签字', '填表人签字', '填表日期'],
  };
}

/** The form of a natural village 自然村信息表 (catalogue 6). */
export function naturalVillageForm(village: NaturalVillageOnPaper): FormView {
  return {
    heading: '自然村信息表',
    facts: [
      cell('所在地', village.place),
      cell('自然村', village.name),
      cell('自然村代码', village.code),
      cell('年度', `${village.year} 年底`),
    ],
    sections: [
      {
        title: '自然村情况',
        cells: [
          cell('户数', village.households),
          cell('人口数', village.population),
          cell('贫困户数', village.poorHouseholds),
          cell('通沥青（水泥）路', village.pavedRoad),
          cell('通生产用电', village.hasProductionPower),
          cell('通生活用电', village.hasDomesticPower),
          cell('通宽带', village.hasBroadband),
          cell('饮水安全', village.waterSafe),
        ],
      },
    ],
    signatures: ['村负责人签字', '填表人签字', '填表日期'],
  };
}

function numeral(place: number): string {
  return place <= 10 ? NUMERALS[place - 1]! : `十${NUMERALS[place - 11]!}`;
}
