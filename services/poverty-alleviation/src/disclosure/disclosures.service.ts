import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid, type Principal } from '@junxian/identity';
import { groupBy, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { chosenRange } from '../chosen-range.rules';
import { traceOf } from '../households/household-files.service';
import { DISCLOSURE_KIND, type DisclosureKind } from '../project-code-lists';
import { type ProjectView, readBudgets, readProjects, readVillages } from '../projects/project-views.service';
import {
  checkDisclosure,
  checkWithdrawal,
  hasPersonalNumber,
  type PublishDisclosureInput,
  personalNumber,
  requireDiscloser,
  requireParty,
} from './disclosure.rules';
import {
  DISCLOSURE_SELECT,
  type DisclosedFacts,
  type DisclosureView,
  disclosureOf,
  insertDisclosure,
  listBeneficiaries,
  markWithdrawn,
  readAllocationFacts,
  readDisclosure,
} from './disclosures.store';

export type { DisclosureView } from './disclosures.store';

/** Which notices a list of officers shows (PA-QY-12). */
export interface DisclosureListQuery {
  kind?: DisclosureKind | null | undefined;
  region?: string | null | undefined;
  refId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** Public notices 公开公示 of projects and funds, as officers publish, withdraw and list them. */
export class Disclosures {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Publishes a notice of a project of the caller's region, or of a fund allocation that was issued by it or
   * reached it (PA-QY-12). What the project or allocation says now is kept with the notice. Returns its id. Throws
   * FORBIDDEN, NOT_FOUND, OUT_OF_REGION for an allocation that the caller's region neither issued nor received, STATE_CONFLICT for
   * a cancelled project, and all faults of the form at once (see
   * {@link checkDisclosure}).
   */
  async publish(tx: ScopedTransaction, input: PublishDisclosureInput, principal: Principal): Promise<string> {
    requireDiscloser(input.kind, principal.roles);
    const codes = await this.regions.hold(tx);
    const { facts, regionCode } = await this.subjectOf(tx, input, principal);
    const projectNo = 'project' in facts ? facts.project.projectNo : undefined;
    checkDisclosure(input, this.clock.today(), projectNo);
    if (textsOf(facts).some((text) => hasPersonalNumber(text, projectNo)))
      throw personalNumber('input.refId');
    const listsBeneficiaries = input.listBeneficiaries === true;
    const { kind, refId, endAt } = input;
    const id = await insertDisclosure(
      tx,
      {
        kind,
        refId,
        regionCode,
        title: input.title.trim(),
        content: input.content.trim(),
        facts,
        listsBeneficiaries,
        endAt,
      },
      codes.epoch,
      traceOf(tx, this.clock),
    );
    if (listsBeneficiaries) await listBeneficiaries(tx, id, refId);
    return id;
  }

  /** Withdraws a notice, with a reason. Throws NOT_FOUND, STALE_VERSION, FORBIDDEN, STATE_CONFLICT when it is withdrawn. */
  async withdraw(
    tx: ScopedTransaction,
    { id, reason, expectedVersion }: { id: string; reason: string; expectedVersion: number },
    roles: readonly string[],
  ): Promise<void> {
    if (!isUuid(id)) throw refuse.notFound('id');
    const seen = await readDisclosure(tx, id);
    if (seen === null) throw refuse.notFound('id');
    requireDiscloser(seen.kind, roles);
    // Everybody reads a notice; only its own region locks it.
    const locked = await tx.query('SELECT id FROM public_disclosure WHERE id = $1 FOR NO KEY UPDATE', [id]);
    if (locked.length === 0) throw refuse.notFound('id');
    const notice = (await readDisclosure(tx, id))!;
    if (notice.version !== expectedVersion) throw refuse.staleVersion();
    if (notice.withdrawnAt !== null) throw withdrawnAlready();
    checkWithdrawal(reason);
    await markWithdrawn(tx, id, reason.trim(), traceOf(tx, this.clock));
  }

  /**
   * One page of the notices of a region, shown or not, the latest first (PA-QY-12). Throws OUT_OF_REGION, or
   * INVALID_INPUT on a bad cursor.
   */
  async page(
    tx: ScopedTransaction,
    principal: Principal,
    { kind, region, refId, first, after }: DisclosureListQuery,
  ): Promise<Page<DisclosureView>> {
    const range = chosenRange(region, principal);
    const parameters: unknown[] = [range.low, range.high];
    const where = ['d.region_code >= $1 AND d.region_code < $2'];
    if (kind) where.push(`d.kind = $${parameters.push(DISCLOSURE_KIND.code(kind))}`);
    if (refId && !isUuid(refId)) return { nodes: [], endCursor: null, hasNextPage: false };
    if (refId) where.push(`d.ref_id = $${parameters.push(refId)}::uuid`);
    return disclosurePage(tx, { where, parameters, first, after });
  }

  private async subjectOf(
    tx: ScopedTransaction,
    { kind, refId }: PublishDisclosureInput,
    principal: Principal,
  ): Promise<{ facts: DisclosedFacts; regionCode: string }> {
    if (!isUuid(refId)) throw refuse.notFound('input.refId');
    if (kind === 'PROJECT') return projectFacts(tx, refId);
    const found = await readAllocationFacts(tx, refId);
    if (found === null || principal.regionCode === null) throw refuse.notFound('input.refId');
    const { issuer, ...fund } = found;
    requireParty(principal.regionCode, [issuer, ...fund.lines.map((line) => line.regionCode)]);
    return { facts: { fund }, regionCode: principal.regionCode };
  }
}

/** One page of notices, the latest first. */
export async function disclosurePage(
  tx: ScopedTransaction,
  {
    where,
    parameters,
    first,
    after,
  }: {
    where: readonly string[];
    parameters: readonly unknown[];
    first?: number | null | undefined;
    after?: string | null | undefined;
  },
): Promise<Page<DisclosureView>> {
  const page = await keysetPage<object>(tx, {
    select: DISCLOSURE_SELECT,
    from: 'public_disclosure d',
    where,
    parameters,
    order: [{ column: 'd.id', key: 'id', type: 'uuid', direction: 'DESC' }],
    first,
    after,
  });
  return { ...page, nodes: page.nodes.map(disclosureOf) };
}

async function projectFacts(
  tx: ScopedTransaction,
  id: string,
): Promise<{ facts: DisclosedFacts; regionCode: string }> {
  // Locked, so that the notice shows one state of it; a project that only touches the caller's region is not locked.
  const locked = await tx.query('SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE', [id]);
  const [project] = locked.length === 0 ? [] : await readProjects(tx, [id]);
  if (project === undefined) throw refuse.notFound('input.refId');
  if (project.stage === 'CANCELLED') throw cancelled();
  const [villages, budgets] = await Promise.all([readVillages(tx, [id]), readBudgets(tx, [id])]);
  const budget = groupBy(budgets, ({ projectId }) => projectId).get(id) ?? [];
  return {
    regionCode: project.regionCode,
    facts: {
      project: {
        ...shown(project),
        works: project.content,
        villageCodes: villages.map(({ code }) => code),
        budget: budget.map(({ source, tier, fundType, amount }) => ({ source, tier, fundType, amount })),
      },
    },
  };
}

/** What of a project is for the public: not its manager, who is a person. */
function shown(project: ProjectView) {
  const { projectNo, name, type, subtype, year, stage, owner, plannedStart, plannedEnd } = project;
  const { budgetTotal, approvalDocNo, approvedAmount, spent, progressPct, beneficiaryHouseholds } = project;
  return {
    ...{ projectNo, name, type, subtype, year, stage, owner, plannedStart, plannedEnd },
    ...{ budgetTotal, approvalDocNo, approvedAmount, spent, progressPct, beneficiaryHouseholds },
  };
}

function textsOf(facts: DisclosedFacts): string[] {
  if ('fund' in facts) return [facts.fund.title, facts.fund.documentNo];
  const { name, owner, works, approvalDocNo } = facts.project;
  return [name, owner, works, approvalDocNo ?? ''];
}

function cancelled(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    { zh: '该项目已取消，不能公示', en: 'This project is cancelled and cannot be disclosed' },
    { field: 'input.refId' },
  );
}

function withdrawnAlready(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    { zh: '该公示已撤回，请刷新列表', en: 'This notice is withdrawn already; reload the list' },
    { field: 'id' },
  );
}
