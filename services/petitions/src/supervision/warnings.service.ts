import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type DataLoader from 'dataloader';
import type { Officer } from '../actor';
import { manyBy } from '../cases/case-reads.service';
import { organisationsByIds } from '../organisations/organisations.service';
import type { DeadlineKind, WarningLevel } from './warning-level.rules';

/** A warning 预警 that stands: its clock still runs. */
export interface Warning {
  id: string;
  kind: DeadlineKind;
  level: WarningLevel;
  /** Null for a submission that waits for registration. */
  caseItemId: string | null;
  dueOn: string;
  targetOrganisationId: string;
  supervisorOrganisationId: string | null;
  raisedAt: Date;
}

const WARNING = `w.id, w.deadline_kind AS kind, w.level, w.due_on::text AS "dueOn", w.target_organisation_id AS "targetOrganisationId",
  w.supervisor_organisation_id AS "supervisorOrganisationId", w.raised_at AS "raisedAt"`;

/** What is done meanwhile, or was put off, is no warning any more, before the next run of 06:00 takes it back (PT-SUP-05). */
const STANDS = `w.level IS NOT NULL AND (EXISTS (SELECT FROM running_clock k
    WHERE k.subject_id = w.subject_id AND k.deadline_kind = w.deadline_kind AND k.due_on = w.due_on)
  OR (w.case_item_id IS NULL AND pt_sup_05_submission_waits(w.subject_id)))`;

export interface WarningFilter {
  level?: WarningLevel | null;
  kind?: DeadlineKind | null;
  /** Only those the own organisation is to see to. */
  onlyMine?: boolean | null;
}

/**
 * Warnings of the own organisation and those below it, the longest due first: of a bureau all in its region, of
 * another organisation those subordinate to it, and whatever came up to it. Row-level security keeps to
 * items in sight, so never to the accused. Takes the supervisor's filter and page.
 */
export async function warningsBelow(
  tx: ScopedTransaction,
  officer: Officer,
  { level, kind, onlyMine }: WarningFilter,
  { first, after }: PageArguments,
): Promise<Page<Warning>> {
  const { conditions, parameters } = await below(tx, officer);
  const where = [STANDS, [...conditions, 'w.supervisor_organisation_id = $1'].join(' OR ')];
  const add = (condition: string, value: unknown) => {
    parameters.push(value);
    where.push(`${condition} = $${parameters.length}`);
  };
  if (level != null) add('w.level', level);
  if (kind != null) add('w.deadline_kind', kind);
  if (onlyMine) add('w.supervisor_organisation_id', officer.organisationId);
  return keysetPage<Warning>(tx, {
    select: `${WARNING}, w.case_item_id AS "caseItemId"`,
    from: 'warning w',
    where,
    parameters,
    order: [
      { column: 'w.due_on', key: 'dueOn', type: 'date' },
      { column: 'w.id', key: 'id', type: 'uuid' },
    ],
    first,
    after,
  });
}

/** Under which of these conditions something of `w` is to be done by the officer's organisation ($1) or one below it. */
async function below(
  tx: ScopedTransaction,
  { organisationId }: Officer,
): Promise<{ conditions: string[]; parameters: unknown[] }> {
  const [own] = await organisationsByIds(tx, [organisationId]);
  const parameters: unknown[] = [organisationId];
  const conditions = [
    'w.target_organisation_id = $1',
    'w.target_organisation_id IN (SELECT o.id FROM organisation o WHERE o.superior_id = $1)',
  ];
  if (own?.isBureau) {
    parameters.push(tx.scope.regionLow, tx.scope.regionHigh);
    conditions.push('(w.region_code >= $2 AND w.region_code < $3)');
  }
  return { conditions, parameters };
}

/** Loaders of warnings. */
export interface WarningLoaders {
  /** Warnings of an item that stand, the longest due first. */
  warningsOfCase: DataLoader<string, Warning[]>;
}

/** Makes the loaders of one request. */
export function warningLoaders(read: () => Promise<ScopedTransaction>): WarningLoaders {
  return {
    // By the clock's item: the warning of a submission is its item's as soon as that is registered.
    warningsOfCase: manyBy(
      read,
      ({ caseItemId }) => caseItemId!,
      (tx, ids) =>
        tx.query<Warning>(
          `SELECT ${WARNING}, k.case_item_id AS "caseItemId"
           FROM running_clock k JOIN warning w ON w.subject_id = k.subject_id AND w.deadline_kind = k.deadline_kind AND w.due_on = k.due_on
           WHERE k.case_item_id = ANY($1::uuid[]) AND w.level IS NOT NULL ORDER BY k.case_item_id, w.due_on, w.id`,
          [ids],
        ),
    ),
  };
}
