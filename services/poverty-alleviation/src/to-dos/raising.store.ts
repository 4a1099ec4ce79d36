import { levelOfCode, scopeRange } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import type { ToDoKind } from '../back-office-code-lists';

/** The event that a to-do comes from. */
export interface News {
  eventId: string;
  /** When it happened. */
  occurredAt: string;
}

/** What a to-do says beside whom it is about: codes and dates only. */
export type ToDoFacts = Readonly<Record<string, string | boolean>>;

const COLUMNS =
  'region_code, region_epoch, kind, household_id, member_id, year, event_id, occurred_at, facts';
const NEW = (kind: string, event: string, time: string, facts: string) =>
  `r.region_code, r.region_epoch, ${kind}, r.household_id, r.member_id, r.year, ${event}, ${time}::timestamptz, ${facts}::jsonb`;

/** Later news of the same replaces what nobody has settled; an event that comes twice or late changes nothing. */
const REPLACE = `
  ON CONFLICT (member_id, kind) WHERE state = 'OPEN' AND member_id IS NOT NULL DO UPDATE
    SET event_id = EXCLUDED.event_id, occurred_at = EXCLUDED.occurred_at, facts = EXCLUDED.facts, version = to_do.version + 1
    WHERE to_do.occurred_at < EXCLUDED.occurred_at`;
/** Neither this event raised one before, nor has anybody settled later news of the same. */
const IS_NEWS = (kind: string, event: string, time: string) => `
  NOT EXISTS (SELECT FROM to_do t WHERE t.event_id = ${event})
  AND NOT EXISTS (SELECT FROM to_do t WHERE t.member_id = r.member_id AND t.kind = ${kind}
    AND t.state <> 'OPEN' AND t.occurred_at >= ${time}::timestamptz)`;

/** Raises a to-do for each household of the current cycle in which the citizen is a normal member. */
export async function raiseForMember(
  tx: ScopedTransaction,
  kind: ToDoKind,
  citizenId: string,
  facts: ToDoFacts,
  { eventId, occurredAt }: News,
): Promise<void> {
  await tx.query(
    `INSERT INTO to_do (${COLUMNS})
     SELECT ${NEW('$1', '$3', '$4', '$5')}
     FROM member_year_record r JOIN survey_year y ON y.year = r.year AND y.is_current_cycle
     WHERE r.citizen_id = $2 AND r.status IN ('1', '4') AND ${IS_NEWS('$1', '$3', '$4')} ${REPLACE}`,
    [kind, citizenId, eventId, occurredAt, JSON.stringify(facts)],
  );
}

/**
 * Raises a to-do for the person who was known by a citizen id, whatever became of him or her since: a corrected number
 * concerns the records of all years.
 */
export async function raiseForRenumbered(
  tx: ScopedTransaction,
  citizenId: string,
  { eventId, occurredAt }: News,
): Promise<void> {
  await tx.query(
    `INSERT INTO to_do (${COLUMNS})
     SELECT DISTINCT ON (r.member_id) ${NEW("'CITIZEN_RENUMBERED'", '$2', '$3', "'{}'")}
     FROM member_year_record r WHERE r.citizen_id = $1 AND ${IS_NEWS("'CITIZEN_RENUMBERED'", '$2', '$3')}
     ORDER BY r.member_id, r.year DESC ${REPLACE}`,
    [citizenId, eventId, occurredAt],
  );
}

/**
 * Raises a to-do where the record of a normal member says otherwise than the insurance does now, or where an earlier
 * to-do about it is still open.
 */
export async function raiseForInsured(
  tx: ScopedTransaction,
  citizenId: string,
  enrolled: boolean,
  { eventId, occurredAt }: News,
): Promise<void> {
  await tx.query(
    `INSERT INTO to_do (${COLUMNS})
     SELECT ${NEW("'INSURANCE_ENROLMENT_CHANGED'", '$3', '$4', '$5')}
     FROM member_year_record r JOIN survey_year y ON y.year = r.year AND y.is_current_cycle
     WHERE r.citizen_id = $1 AND r.status IN ('1', '4') AND ${IS_NEWS("'INSURANCE_ENROLMENT_CHANGED'", '$3', '$4')}
       AND (r.in_critical_illness_insurance IS DISTINCT FROM $2::boolean OR EXISTS (
         SELECT FROM to_do t WHERE t.member_id = r.member_id AND t.kind = 'INSURANCE_ENROLMENT_CHANGED' AND t.state = 'OPEN'))
     ${REPLACE}`,
    [citizenId, enrolled, eventId, occurredAt, JSON.stringify({ enrolled })],
  );
}

/**
 * Raises a to-do in the region an account left, if it registered households there that somebody else has to look after;
 * not when its new region contains the old one.
 */
export async function raiseForAccount(
  tx: ScopedTransaction,
  {
    accountId,
    regionCode,
    previousRegionCode,
  }: { accountId: string; regionCode: string; previousRegionCode: string },
  { eventId, occurredAt }: News,
): Promise<void> {
  const left = scopeRange(previousRegionCode, levelOfCode(previousRegionCode));
  const entered = scopeRange(regionCode, levelOfCode(regionCode));
  if (entered.low <= left.low && entered.high >= left.high) return;
  await tx.query(
    `INSERT INTO to_do (region_code, region_epoch, kind, subject, year, event_id, occurred_at, facts)
     SELECT $1, coalesce((SELECT max(seq) FROM region_change), 0), 'ACCOUNT_REGION_CHANGED', $2, y.year, $3,
       $4::timestamptz, $5::jsonb
     FROM survey_year y WHERE y.is_current_cycle AND NOT EXISTS (SELECT FROM to_do t WHERE t.event_id = $3)
       AND EXISTS (SELECT FROM household h WHERE h.created_by = $2 AND h.region_code >= $6 AND h.region_code < $7)
     ON CONFLICT (subject, kind) WHERE state = 'OPEN' AND subject IS NOT NULL DO UPDATE
       SET event_id = EXCLUDED.event_id, occurred_at = EXCLUDED.occurred_at, facts = EXCLUDED.facts,
         region_code = EXCLUDED.region_code, region_epoch = EXCLUDED.region_epoch,
         version = to_do.version + 1
       WHERE to_do.occurred_at < EXCLUDED.occurred_at`,
    [
      previousRegionCode,
      accountId,
      eventId,
      occurredAt,
      JSON.stringify({ newRegionCode: regionCode }),
      left.low,
      left.high,
    ],
  );
}
