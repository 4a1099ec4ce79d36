import { type Fault, Refusal } from '@junxian/errors';
import { type JWK, ReusedAssertion, servicePrincipal } from '@junxian/identity';
import { currentTraceparent } from '@junxian/observability';

export interface ServiceClientOptions {
  /** Name of the calling service. */
  service: string;
  privateJwk: JWK;
  baseUrl: string;
  timeoutMs?: number;
  now?: () => Date;
}

/**
 * Calls another service where a person waits for the answer (architecture §2): signed, with a
 * time-out, idempotent by key. Refusals of the other side are passed on; anything else becomes
 * SERVICE_UNAVAILABLE, so that the caller knows the work may be repeated with the same key.
 */
export function serviceClient({
  service,
  privateJwk,
  baseUrl,
  timeoutMs = 5_000,
  now = () => new Date(),
}: ServiceClientOptions) {
  const vouching = new ReusedAssertion(servicePrincipal(service), privateJwk, service);
  return {
    async post<Answer>(path: string, body: unknown, idempotencyKey: string): Promise<Answer> {
      const assertion = await vouching.at(now().getTime());
      const traceparent = currentTraceparent();
      let response: Response;
      try {
        response = await fetch(new URL(path, baseUrl), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-junxian-assertion': assertion,
            'idempotency-key': idempotencyKey,
            ...(traceparent === undefined ? {} : { traceparent }),
          },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch {
        throw unavailable();
      }
      const answer = (await response.json().catch(() => undefined)) as
        | { refusal?: Pick<Refusal, 'code' | 'text' | 'field' | 'details'> & { faults?: Fault[] } }
        | undefined;
      if (response.ok) return answer as Answer;
      if (answer?.refusal === undefined) throw unavailable();
      const { code, text, field, details, faults } = answer.refusal;
      throw new Refusal(code, text, { field, details, httpStatus: response.status }, faults);
    },
  };
}

const unavailable = () =>
  new Refusal(
    'SERVICE_UNAVAILABLE',
    {
      zh: '相关系统暂时没有应答，请稍后用同样的内容重新提交',
      en: 'Another system is not answering; submit the same content again in a moment',
    },
    { httpStatus: 503 },
  );
