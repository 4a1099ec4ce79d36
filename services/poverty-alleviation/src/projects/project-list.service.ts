import type { Principal } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { chosenRange } from '../chosen-range.rules';
import {
  PROJECT_STAGE,
  PROJECT_SUBTYPE,
  PROJECT_TYPE,
  type ProjectStage,
  type ProjectSubtype,
  type ProjectType,
} from '../project-code-lists';
import { type ProjectPage, STAGES_OF_PAGE } from './project.rules';
import { PROJECT_SELECT, type ProjectView, projectOf } from './project-views.service';

/** Which projects a list shows (PA-QY-06). */
export interface ProjectListQuery {
  page?: ProjectPage | null | undefined;
  type?: ProjectType | null | undefined;
  subtype?: ProjectSubtype | null | undefined;
  stage?: ProjectStage | null | undefined;
  year?: number | null | undefined;
  region?: string | null | undefined;
  village?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/**
 * One page of the projects of a region, in the order of region and number (PA-QY-06; PA-PJ-03 and PA-PJ-04 by
 * `page`). Throws OUT_OF_REGION, or INVALID_INPUT on a bad cursor.
 */
export async function projectPage(
  tx: ScopedTransaction,
  principal: Principal,
  query: ProjectListQuery,
): Promise<Page<ProjectView>> {
  const range = chosenRange(query.region, principal);
  const parameters: unknown[] = [range.low, range.high];
  const where = ['p.region_code >= $1 AND p.region_code < $2'];
  const and = (condition: (placeholder: string) => string, value: unknown) =>
    where.push(condition(`$${parameters.push(value)}`));
  if (query.year != null) and((value) => `p.year = ${value}`, query.year);
  if (query.type) and((value) => `p.type = ${value}`, PROJECT_TYPE.code(query.type));
  if (query.subtype) and((value) => `p.subtype = ${value}`, PROJECT_SUBTYPE.code(query.subtype));
  const stages = stagesOf(query);
  if (stages !== null) {
    and(
      (value) => `p.stage = ANY(${value}::text[])`,
      stages.map((stage) => PROJECT_STAGE.code(stage)),
    );
  }
  if (query.village)
    and(
      (value) => `p.id IN (SELECT v.project_id FROM project_village v WHERE v.region_code = ${value})`,
      query.village,
    );
  const page = await keysetPage<object>(tx, {
    select: PROJECT_SELECT,
    from: 'project p',
    where,
    parameters,
    order: [
      { column: 'p.region_code', key: 'regionCode' },
      { column: 'p.project_no', key: 'projectNo' },
    ],
    first: query.first,
    after: query.after,
  });
  return { ...page, nodes: page.nodes.map(projectOf) };
}

/** The stages asked for: those of the page, narrowed to the one chosen; null for any. */
function stagesOf({ page, stage }: ProjectListQuery): readonly ProjectStage[] | null {
  if (!page) return stage ? [stage] : null;
  return STAGES_OF_PAGE[page].filter((one) => !stage || one === stage);
}
