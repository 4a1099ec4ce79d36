import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import type { SubgraphOptions } from '@junxian/subgraph';
import { auditActorOf } from '../audit/audit.service';
import type { CaptchaAnswer, CaptchaService } from '../sign-in/captcha.service';
import type { NewPublicAccount, PublicAccountsService } from './public-accounts.service';

type Server = Parameters<NonNullable<SubgraphOptions<unknown>['routes']>>[0];
/** As much of a request as telling the caller needs. */
interface Request {
  principal: Principal | null;
  validationError?: Error;
  headers: Record<string, string | string[] | undefined>;
}

const citizenId = { type: ['string', 'null'], pattern: '^c1_[a-z2-7]{26}$' };
const PETITIONS = 'service:petitions';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const uuid = { type: 'string', format: 'uuid' };
const content = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  // A misshapen body is refused in the words of all refusals, not in the server's.
  attachValidation: true,
  schema: {
    body: {
      type: 'object',
      properties,
      required: Object.keys(properties).filter((name) => !optional.includes(name)),
    },
  },
});

/**
 * What petitions has directory do while a person waits (architecture §2); for the petitions service alone. The
 * subgraph has verified the assertion of whoever calls a route below `/internal`.
 *
 * `POST /internal/public-accounts`           opens an account that cannot sign in yet; needs `idempotency-key`; 201 `{accountId}`
 * `POST /internal/public-accounts/activate`  lets it sign in; 204
 * `POST /internal/public-accounts/mobile`    follows a changed number; 204
 * `POST /internal/public-accounts/citizen`   follows a corrected ID number; 204
 * `POST /internal/captcha/redeem`            uses a captcha up; 204, or CAPTCHA_REQUIRED, CAPTCHA_WRONG
 */
export function publicAccountRoutes(
  publicAccounts: PublicAccountsService,
  captchas: CaptchaService,
  clock: Clock,
) {
  return (server: Server): void => {
    server.post<{ Body: NewPublicAccount }>(
      '/internal/public-accounts',
      content({
        username: text(100),
        password: text(256),
        mobile: text(40),
        citizenId,
        profileId: uuid,
      }),
      async (request, reply) => {
        const actor = callerOf(request);
        const accountId = await publicAccounts.open(idempotencyKeyOf(request), request.body, actor);
        return reply.code(201).send({ accountId });
      },
    );
    server.post<{ Body: { accountId: string } }>(
      '/internal/public-accounts/activate',
      content({ accountId: uuid }),
      async (request, reply) => {
        await publicAccounts.activate(request.body.accountId, callerOf(request));
        return reply.code(204).send();
      },
    );
    server.post<{ Body: { accountId: string; mobile: string } }>(
      '/internal/public-accounts/mobile',
      content({ accountId: uuid, mobile: text(40) }),
      async (request, reply) => {
        const { accountId, mobile } = request.body;
        await publicAccounts.changeMobile(accountId, mobile, callerOf(request));
        return reply.code(204).send();
      },
    );
    server.post<{ Body: { accountId: string; citizenId: string | null } }>(
      '/internal/public-accounts/citizen',
      content({ accountId: uuid, citizenId }),
      async (request, reply) => {
        const { accountId, citizenId: changed } = request.body;
        await publicAccounts.changeCitizen(accountId, changed, callerOf(request));
        return reply.code(204).send();
      },
    );
    server.post<{ Body: { id?: string; text?: string } }>(
      '/internal/captcha/redeem',
      content({ id: { type: 'string' }, text: { type: 'string' } }, ['id', 'text']),
      async (request, reply) => {
        callerOf(request);
        const refused = await captchas.take(answerOf(request.body), clock.now());
        if (refused !== null) throw refused;
        return reply.code(204).send();
      },
    );
  };
}

/** The one who calls, for the audit log. Throws FORBIDDEN for every other service, INVALID_INPUT for a misshapen body. */
function callerOf(request: Request) {
  const { principal } = request;
  if (!principal?.roles.includes(PETITIONS)) throw refuse.forbidden();
  if (request.validationError)
    throw refuse.invalid('body', {
      zh: '请求内容不完整或格式不正确，请核对后重新提交',
      en: 'The content is incomplete or misshapen; check it and submit it again',
    });
  return auditActorOf({ principal, clientIp: null });
}

function idempotencyKeyOf(request: Request): string {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && key !== '' && key.length <= 200) return key;
  throw refuse.invalid('idempotency-key', {
    zh: '缺少幂等键，请用同一个键重复同一次提交',
    en: 'The idempotency key is missing; repeat the same submission under the same key',
  });
}

/** An empty field is no answer. */
function answerOf({ id, text: typed }: { id?: string; text?: string }): CaptchaAnswer | null {
  return id && typed?.trim() ? { id, text: typed } : null;
}
