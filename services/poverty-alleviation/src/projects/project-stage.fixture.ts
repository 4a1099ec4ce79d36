import { type Principal, scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { ProjectType } from '../project-code-lists';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { refused } from '../testing/refusals.support.test';
import { officer, openStore, type StoreParts, type TestStore } from '../testing/store.support.test';
import { type ProjectView, readProjects } from './project-views.service';
import { FORMS, PLACES, projectForm, reportForm } from './projects.fixture';
import type { SaveProjectInput } from './projects.service';

/** A store with projects in it, and short ways to bring one where a test begins. */
export interface ProjectTestStage {
  store: TestStore;
  /** The project officer of the county. */
  county: Principal;
  write<T>(work: (tx: ScopedTransaction) => Promise<T>, principal?: Principal): Promise<T>;
  read<T>(work: (tx: ScopedTransaction) => Promise<T>, principal?: Principal): Promise<T>;
  project(id: string): Promise<ProjectView>;
  /** Codes and fields that a piece of work is refused with. */
  refused(work: Promise<unknown>): Promise<string[]>;
  inLibrary(type?: ProjectType, changes?: Partial<SaveProjectInput>): Promise<string>;
  /** Approved with 100.5 万元. */
  approved(type?: ProjectType, changes?: Partial<SaveProjectInput>): Promise<string>;
  implementing(type?: ProjectType, changes?: Partial<SaveProjectInput>): Promise<string>;
  /** Money for a project, as the fund room keeps it; 万元. */
  arrange(projectId: string, amount: string): Promise<void>;
  /** A household in a village; returns its id and its head's. */
  household(village: string): Promise<{ id: string; memberId: string }>;
  /** Data of the events of a type that were recorded about an aggregate, in their order. */
  events(happened: string, aggregateId: string): Promise<Record<string, unknown>[]>;
}

/** Opens the stage, with the parts of the service that are not the usual ones of tests. */
export async function openProjectStage(parts: StoreParts = {}): Promise<ProjectTestStage> {
  const store = await openStore(parts);
  const county = officer(PLACES.county, 'COUNTY', 'PROJECT');
  let serial = 0;
  const write = <T>(work: (tx: ScopedTransaction) => Promise<T>, principal = county) =>
    store.database.write(scopeOf(principal), work);
  const read = <T>(work: (tx: ScopedTransaction) => Promise<T>, principal = county) =>
    store.database.read(scopeOf(principal), work);
  const project = async (id: string) => (await read((tx) => readProjects(tx, [id])))[0]!;
  const inLibrary = (type?: ProjectType, changes?: Partial<SaveProjectInput>) =>
    write((tx) => store.services.projectLibrary.save(tx, projectForm(type, changes)));
  const approved = async (type?: ProjectType, changes?: Partial<SaveProjectInput>) => {
    const id = await inLibrary(type, changes);
    await write((tx) =>
      store.services.projectStages.approve(tx, {
        id,
        expectedVersion: 1,
        approvalDocNo: '云扶〔2017〕5号',
        approvedDate: '2017-02-01',
        approvedAmount: '100.5',
      }),
    );
    return id;
  };
  return {
    store,
    county,
    write,
    read,
    project,
    inLibrary,
    approved,
    refused,
    implementing: async (type, changes) => {
      const id = await approved(type, changes);
      await write((tx) =>
        store.services.projectStages.report(tx, {
          id,
          expectedVersion: 2,
          ...reportForm({ progressPct: '5', spent: '0' }),
          results: FORMS[type ?? 'INDUSTRY'].results,
        }),
      );
      return id;
    },
    arrange: async (projectId, amount) => {
      await store.adminQuery(
        `INSERT INTO fund_arrangement (region_code, year, fund_type, project_id, amount, date, created_by, created_at, updated_by, updated_at)
         SELECT region_code, year, '01', id, ${amount}, '2017-03-01', 'test', now(), 'test', now() FROM project WHERE id = '${projectId}'`,
      );
    },
    household: async (village) => {
      serial += 1;
      const id = await store.identify(householdForm(village, [memberForm(serial, { name: '张演示' })]));
      const [member] = await store.adminQuery<{ memberId: string }>(
        `SELECT member_id AS "memberId" FROM member_year_record WHERE household_id = '${id}'`,
      );
      return { id, memberId: member!.memberId };
    },
    events: async (happened, aggregateId) => {
      const rows = await store.adminQuery<{ envelope: string }>(
        `SELECT envelope FROM outbox WHERE key = '${aggregateId}' ORDER BY position`,
      );
      return rows
        .map(({ envelope }) => JSON.parse(envelope) as { type: string; data: Record<string, unknown> })
        .filter(({ type }) => type.includes(`.${happened}.`))
        .map(({ data }) => data);
    },
  };
}
