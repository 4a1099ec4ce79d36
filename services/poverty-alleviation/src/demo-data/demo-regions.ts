import { COUNTY_ATTRIBUTE, type CountyAttribute } from '../village-code-lists';
import type { AddPoorVillageInput } from '../villages/poor-villages.service';
import type { DemoYear } from './demo-lives.rules';
import { type DemoStage, on } from './demo-stage';
import { DEMO_COUNTIES, STORY_VILLAGES } from './demo-villages';

/** Poor villages, by their place in the story: since when, and when they leave the list. */
const POOR_VILLAGES: readonly { village: number; added: DemoYear; delisted?: DemoYear }[] = [
  { village: 0, added: 2015 },
  { village: 1, added: 2015 },
  { village: 2, added: 2015, delisted: 2017 },
  { village: 3, added: 2015, delisted: 2016 },
  { village: 4, added: 2017 },
  { village: 8, added: 2015 },
  { village: 9, added: 2015, delisted: 2016 },
  { village: 10, added: 2016 },
];

/** Villages whose natural villages are surveyed, by their place in the story. */
const SURVEYED = [0, 1, 4, 8];
const HAMLETS = ['演示东庄', '演示西庄'];

/** Adds and delists the poor villages of a year. */
export async function playVillages(stage: DemoStage, year: DemoYear): Promise<void> {
  const { tx, services } = stage;
  on(stage, `${year}-04-05`);
  for (const { village, added } of POOR_VILLAGES) {
    if (added === year) await services.poorVillages.add(tx, villageForm(village));
  }
  on(stage, `${year}-12-05`);
  for (const { village, delisted } of POOR_VILLAGES) {
    if (delisted !== year) continue;
    const [row] = await tx.query<{ id: string; version: number }>(
      'SELECT id, version FROM poor_village WHERE region_code = $1',
      [STORY_VILLAGES[village]],
    );
    await services.poorVillages.delist(tx, {
      id: row!.id,
      expectedVersion: row!.version,
      reason: '演示：经考核验收，达到贫困村退出标准',
    });
  }
}

/** County attributes (C26) are imported, never typed in: a county of the province's list, and one of no list. */
const COUNTY_ATTRIBUTES: readonly CountyAttribute[] = ['PROVINCIAL_KEY_COUNTY', 'NON_POOR'];

/** The records that the counties' first year came with: their attribute, and nothing typed in. */
async function importCounties(stage: DemoStage): Promise<void> {
  const { epoch } = await stage.services.regions.hold(stage.tx);
  for (const [index, { code }] of DEMO_COUNTIES.entries()) {
    await stage.tx.query(
      `INSERT INTO county_year_record (year, region_code, region_epoch, county_attribute, created_by, created_at, updated_by, updated_at)
       VALUES (2015, $1, $2, $3, $4, $5, $4, $5)`,
      [
        code,
        epoch,
        COUNTY_ATTRIBUTE.code(COUNTY_ATTRIBUTES[index]!),
        stage.tx.scope.purpose,
        stage.clock.now(),
      ],
    );
  }
}

/** Enters what counties report of a year; the records that it began with are brought up to date. */
export async function playCounties(stage: DemoStage, year: DemoYear): Promise<void> {
  on(stage, `${year}-12-10`);
  if (year === 2015) await importCounties(stage);
  const later = year - 2015;
  for (const [index, { code }] of DEMO_COUNTIES.entries()) {
    await stage.services.countyRecords.save(stage.tx, {
      year,
      countyCode: code,
      expectedVersion: 1,
      population: {
        totalHouseholds: 61_000 - index * 9_000 + later * 150,
        totalPopulation: 172_000 - index * 25_000 + later * 320,
        agriculturalPopulation: 121_000 - index * 33_000 - later * 900,
      },
      economy: {
        gdp: `${386_000 + later * 21_500 - index * 40_000}.00`,
        fiscalRevenue: `${27_400 + later * 1_900}.00`,
        farmerPerCapitaNetIncome: `${7_950 + later * 640 + index * 300}.00`,
      },
      drinkingWater: {
        unsafeWaterHouseholds: 420 - later * 120,
        waterDifficultyHouseholds: 180 - later * 60,
      },
      housing: { dilapidatedHouseholds: 960 - later * 240, poorPersonsAffected: 730 - later * 190 },
    });
  }
}

/** Enters the natural villages of a year; from the second year on only what changed. */
export async function playNaturalVillages(stage: DemoStage, year: 2016 | 2017): Promise<void> {
  on(stage, `${year}-06-10`);
  const first = year === 2016;
  for (const village of SURVEYED) {
    for (const [index, name] of HAMLETS.entries()) {
      await stage.services.naturalVillages.save(stage.tx, {
        year,
        // Serials far from those that the registry of the directory gives first.
        code: `${STORY_VILLAGES[village]}${71 + index}`,
        name,
        expectedVersion: first ? null : 1,
        households: 42 + village + index * 9,
        population: 131 + village * 2 + index * 25,
        pavedRoad: !first || index === 0,
        hasProductionPower: true,
        hasDomesticPower: true,
        hasBroadband: !first,
        waterSafe: index === 0,
      });
    }
  }
}

function villageForm(village: number): AddPoorVillageInput {
  return {
    villageCode: STORY_VILLAGES[village]!,
    basic: {
      villageHead: '演示村主任',
      officePhone: '0352-0000000',
      terrain: village % 2 === 0 ? '丘陵' : '山区',
      developmentDirection: village % 2 === 0 ? '黄花种植' : '肉羊养殖',
      partyMembers: 24 + village,
    },
    land: { cultivated: `${2_400 + village * 130}.00`, forest: `${600 + village * 40}.00` },
    population: { totalHouseholds: 280 + village * 12, totalPopulation: 860 + village * 31 },
    income: { farmerPerCapitaNetIncome: `${3_400 + village * 90}.00`, collectiveIncome: '3.20' },
    socialSecurity: { medicalInsured: 800 + village * 20 },
    roads: { pavedToTownship: village % 3 !== 0, hasBus: true },
    industry: { cooperatives: 2, poorHouseholdsInCooperatives: 9 },
    health: { clinics: 1, clinicArea: '60.00', hasFourRooms: true, doctors: 1 },
    culture: { readingRooms: 1 },
    informationTechnology: { broadbandHouseholds: 60 + village },
  };
}
