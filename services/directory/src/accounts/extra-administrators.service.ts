import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import {
  expectVersion,
  isUniqueViolation,
  keysetPage,
  type Page,
  type ScopedTransaction,
} from '@junxian/persistence';
import { recordAudit } from '../audit/audit.service';
import type { Caller } from '../caller';
import type { Realm } from '../sign-in/modules.rules';
import type { AdministratorsService, NewAdministrator } from './administrators.service';
import { ORG_ADMIN } from './authority.rules';
import { checkExtraAccountRequest } from './extra-account.rules';
import { organisationFacts } from './organisation-facts.service';

export interface ExtraAccountRequest {
  id: string;
  organisationId: string;
  headcount: number;
  reason: string;
  status: 'PENDING' | 'APPROVED' | 'REFUSED';
  requestedAt: Date;
  decidedAt: Date | null;
  decisionNote: string | null;
  version: number;
}

const COLUMNS = `id, organisation_id AS "organisationId", headcount, reason, status, requested_at AS "requestedAt",
  decided_at AS "decidedAt", decision_note AS "decisionNote", version`;

/** Extra administrators: asked for by the organisation, decided by staff case by case (DI-ACC-02). */
export class ExtraAdministratorsService {
  constructor(private readonly administrators: AdministratorsService) {}

  /**
   * Asks for one more administrator of the caller's own organisation. The headcount is the one on record,
   * not one the caller states. Throws HEADCOUNT_TOO_SMALL below 100 (DI-ACC-03), REQUEST_PENDING when one waits already.
   */
  async request(tx: ScopedTransaction, by: Caller, reason: string): Promise<ExtraAccountRequest> {
    const { principal, clock, actor } = by;
    if (principal.organisationId === null || !principal.roles.includes(ORG_ADMIN)) throw refuse.forbidden();
    const text = reason.trim();
    if (text === '' || text.length > 500) {
      throw refuse.invalid('reason', {
        zh: '请填写申请理由，最多 500 字',
        en: 'State the reason, in at most 500 characters',
      });
    }
    const organisation = await organisationFacts(tx, principal.organisationId, clock.today());
    checkExtraAccountRequest(organisation.headcount);
    try {
      const [request] = await tx.query<ExtraAccountRequest>(
        `INSERT INTO extra_account_request (organisation_id, region_code, headcount, reason, status, requested_by, requested_at)
         VALUES ($1, $2, $3, $4, 'PENDING', $5, $6) RETURNING ${COLUMNS}`,
        [
          organisation.id,
          organisation.regionCode,
          organisation.headcount,
          text,
          principal.accountId,
          clock.now(),
        ],
      );
      await recordAudit(tx, {
        action: 'EXTRA_ADMIN_REQUESTED',
        targetType: 'organisation',
        targetId: organisation.id,
        after: { requestId: request!.id, headcount: organisation.headcount, reason: text },
        outcome: 'OK',
        actor,
        at: clock.now(),
      });
      return request!;
    } catch (error) {
      if (!isUniqueViolation(error, 'extra_account_request_one_pending')) throw error;
      throw new Refusal(
        'REQUEST_PENDING',
        {
          zh: '本单位已有待审批的申请，请等待审批结果',
          en: 'A request of this organisation is waiting already; wait for the decision',
        },
        { httpStatus: 409 },
      );
    }
  }

  /**
   * Decides a request. Approving creates the account and returns it with its one-time password. Throws
   * NOT_FOUND, ALREADY_DECIDED, STALE_VERSION, or what is wrong with the login name.
   */
  async decide(
    tx: ScopedTransaction,
    by: Caller,
    input: {
      requestId: string;
      approve: boolean;
      loginName?: string | null | undefined;
      realms?: readonly Realm[] | null | undefined;
      note?: string | null | undefined;
      expectedVersion: number;
    },
  ): Promise<{ request: ExtraAccountRequest; created: NewAdministrator | null }> {
    if (!isUuid(input.requestId)) throw refuse.notFound('requestId');
    const [pending] = await tx.query<ExtraAccountRequest>(
      `SELECT ${COLUMNS} FROM extra_account_request WHERE id = $1 FOR UPDATE`,
      [input.requestId],
    );
    if (pending === undefined) throw refuse.notFound('requestId');
    if (pending.status !== 'PENDING') {
      throw new Refusal(
        'ALREADY_DECIDED',
        { zh: '该申请已审批，请刷新列表', en: 'The request has been decided; reload the list' },
        { httpStatus: 409 },
      );
    }
    const created = input.approve ? await this.create(tx, by, pending, input) : null;
    const request = expectVersion(
      await tx.query<ExtraAccountRequest>(
        `UPDATE extra_account_request SET status = $2, decided_by = $3, decided_at = $4, decision_note = $5,
           account_id = $6, version = version + 1
         WHERE id = $1 AND version = $7 RETURNING ${COLUMNS}`,
        [
          pending.id,
          input.approve ? 'APPROVED' : 'REFUSED',
          by.principal.accountId,
          by.clock.now(),
          input.note?.trim() || null,
          created?.account.id ?? null,
          input.expectedVersion,
        ],
      ),
    );
    await recordAudit(tx, {
      action: 'EXTRA_ADMIN_DECIDED',
      targetType: 'organisation',
      targetId: pending.organisationId,
      before: { requestId: pending.id, status: 'PENDING' },
      after: { status: request.status, accountId: created?.account.id ?? null },
      outcome: 'OK',
      actor: by.actor,
      at: by.clock.now(),
    });
    return { request, created };
  }

  /** The requests in the caller's region, newest first. */
  list(
    tx: ScopedTransaction,
    { status, first, after }: { status?: string | null; first?: number | null; after?: string | null },
  ): Promise<Page<ExtraAccountRequest>> {
    return keysetPage<ExtraAccountRequest>(tx, {
      select: COLUMNS,
      from: 'extra_account_request',
      where: status ? ['status = $1'] : [],
      parameters: status ? [status] : [],
      order: [{ column: 'extra_account_request.id', key: 'id', type: 'uuid', direction: 'DESC' }],
      first,
      after,
    });
  }

  private async create(
    tx: ScopedTransaction,
    by: Caller,
    request: ExtraAccountRequest,
    input: { loginName?: string | null | undefined; realms?: readonly Realm[] | null | undefined },
  ): Promise<NewAdministrator> {
    const organisation = await organisationFacts(tx, request.organisationId, by.clock.today());
    return this.administrators.open(tx, by, organisation, {
      loginName: input.loginName ?? '',
      realms: input.realms ?? [],
      isExtra: true,
    });
  }
}
