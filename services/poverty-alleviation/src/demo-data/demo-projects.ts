import { readMembers } from '../households/household-views.service';
import type { BeneficiaryInput } from '../projects/beneficiary.rules';
import { type ProjectView, readProjects } from '../projects/project-views.service';
import { type DemoYear, numberAt } from './demo-lives.rules';
import { DEMO_PROJECTS, type DemoProject, TYPE_FORMS } from './demo-projects.rules';
import { type DemoStage, householdOf, on } from './demo-stage';
import { STORY_VILLAGES } from './demo-villages';

/** Brings the projects of a year as far as they come. Returns their ids in the order of the list. */
export async function playProjects(stage: DemoStage, year: DemoYear): Promise<string[]> {
  const ids: string[] = [];
  for (const project of DEMO_PROJECTS.filter((one) => one.year === year)) {
    ids.push(await playProject(stage, project));
  }
  return ids;
}

async function playProject(stage: DemoStage, project: DemoProject): Promise<string> {
  const id = await enter(stage, project);
  const { stage: last } = project;
  if (last === 'LIBRARY') return id;
  if (last === 'CANCELLED') {
    await stage.services.projectStages.cancel(stage.tx, {
      ...(await asSeen(stage, id)),
      reason: '演示：银行已另有贴息政策',
    });
    return id;
  }
  await approve(stage, project, id);
  if (last === 'APPROVED') return id;
  await implement(stage, project, id);
  if (last === 'COMPLETED') await complete(stage, project, id);
  return id;
}

function enter(stage: DemoStage, project: DemoProject): Promise<string> {
  const { county, year, type, subtype, name, villages, fundType, budget } = project;
  on(stage, `${year}-02-10`);
  return stage.services.projectLibrary.save(stage.tx, {
    regionCode: county.code,
    year,
    type,
    subtype,
    name,
    owner: `示例${county.name}扶贫办`,
    manager: '示例经办人',
    plannedStart: `${year}-04-01`,
    plannedEnd: `${year}-11-30`,
    content: `${name}，演示数据`,
    villageCodes: villages.map((village) => STORY_VILLAGES[village]!),
    budget: [
      { source: 'SPECIAL_FUND', tier: 'CENTRAL', fundType, amount: String(budget) },
      { source: 'SELF_RAISED', amount: '5' },
    ],
    plannedHouseholds: 24,
    plannedPersons: 66,
    details: TYPE_FORMS[type].details,
  });
}

async function approve(stage: DemoStage, { year, budget }: DemoProject, id: string): Promise<void> {
  on(stage, `${year}-03-25`);
  await stage.services.projectStages.approve(stage.tx, {
    ...(await asSeen(stage, id)),
    approvalDocNo: `演示扶批〔${year}〕6号`,
    approvedDate: `${year}-03-25`,
    approvedAmount: String(budget),
  });
}

async function implement(stage: DemoStage, project: DemoProject, id: string): Promise<void> {
  const { tx, services } = stage;
  const { county, year, fundType, budget } = project;
  on(stage, `${year}-04-15`);
  await services.arranging.arrange(tx, {
    regionCode: county.code,
    year,
    fundType,
    projectId: id,
    amount: String(budget),
    date: `${year}-04-15`,
  });
  on(stage, `${year}-07-01`);
  await services.projectStages.report(tx, {
    ...(await asSeen(stage, id)),
    reportDate: `${year}-06-30`,
    progressPct: '45',
    actualStart: `${year}-04-20`,
    spent: (budget * 0.4).toFixed(4),
  });
  const add = await beneficiariesOf(stage, project);
  if (add.length === 0) return;
  await services.projectBeneficiaries.set(tx, {
    projectId: id,
    expectedVersion: (await asSeen(stage, id)).expectedVersion,
    add,
  });
}

async function complete(stage: DemoStage, { type, year, budget }: DemoProject, id: string): Promise<void> {
  on(stage, `${year}-12-01`);
  await stage.services.projectStages.report(stage.tx, {
    ...(await asSeen(stage, id)),
    reportDate: `${year}-11-28`,
    progressPct: '100',
    actualEnd: `${year}-11-20`,
    spent: (budget * 0.95).toFixed(4),
    acceptanceDate: `${year}-11-25`,
    acceptanceResult: 'PASSED',
    results: TYPE_FORMS[type].results,
  });
}

/** Who benefits: the households of one place in the project's villages. */
async function beneficiariesOf(stage: DemoStage, project: DemoProject): Promise<BeneficiaryInput[]> {
  const { type, year, villages, beneficiaries } = project;
  if (beneficiaries === undefined) return [];
  const ids = villages.map((village) => householdOf(stage, numberAt(beneficiaries, village)));
  const members = await readMembers(
    stage.tx,
    ids.map((householdId) => ({ householdId, year })),
  );
  return ids.map((householdId, index) => ({
    householdId,
    // The head is the first of a household's members.
    memberId:
      type === 'EDUCATION_TRAINING' ? members.find((member) => member.householdId === householdId)!.id : null,
    amount: `${1_500 + index * 40}.00`,
    content: project.name,
    startDate: `${year}-06-01`,
    ...(type === 'RELOCATION' ? { area: '75.00', moveDate: `${year}-06-20` } : {}),
    ...(type === 'FINANCE' ? { loan: '50000.00', dividend: '800.00' } : {}),
  }));
}

async function asSeen({ tx }: DemoStage, id: string): Promise<{ id: string; expectedVersion: number }> {
  const [project] = (await readProjects(tx, [id])) as [ProjectView];
  return { id, expectedVersion: project.version };
}
