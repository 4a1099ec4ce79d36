import { type Bilingual, Refusal } from '@junxian/errors';

/** The refusals only the gateway gives; each tells the person what to do next. */
const refusal = (
  code: string,
  httpStatus: number,
  text: Bilingual,
  details?: Record<string, unknown>,
): Refusal => new Refusal(code, text, { httpStatus, details });

export type LimitName =
  | 'body'
  | 'tokens'
  | 'nesting'
  | 'depth'
  | 'aliases'
  | 'rootFields'
  | 'directives'
  | 'fields'
  | 'repeatedFields'
  | 'cost';

const LIMITS: Record<LimitName, { code: string; httpStatus: number; text: Bilingual }> = {
  body: {
    code: 'OPERATION_TOO_LARGE',
    httpStatus: 413,
    text: { zh: '请求内容过大，请分批提交', en: 'The request is too large; send it in smaller parts' },
  },
  tokens: {
    code: 'OPERATION_TOO_LARGE',
    httpStatus: 400,
    text: { zh: '查询语句过长，请拆成几次查询', en: 'The operation is too long; split it into several' },
  },
  nesting: {
    code: 'OPERATION_TOO_DEEP',
    httpStatus: 400,
    text: { zh: '查询嵌套过深，请减少层级', en: 'The operation is nested too deeply; use fewer levels' },
  },
  depth: {
    code: 'OPERATION_TOO_DEEP',
    httpStatus: 400,
    text: { zh: '查询层级过深，请减少层级', en: 'The operation is nested too deeply; use fewer levels' },
  },
  aliases: {
    code: 'TOO_MANY_ALIASES',
    httpStatus: 400,
    text: { zh: '查询中的别名过多，请减少别名', en: 'The operation has too many aliases; use fewer' },
  },
  rootFields: {
    code: 'TOO_MANY_ROOT_FIELDS',
    httpStatus: 400,
    text: {
      zh: '一次查询的顶层字段过多，请分几次查询',
      en: 'Too many top-level fields; send several operations',
    },
  },
  directives: {
    code: 'TOO_MANY_DIRECTIVES',
    httpStatus: 400,
    text: { zh: '查询中的指令过多，请减少指令', en: 'The operation has too many directives; use fewer' },
  },
  fields: {
    code: 'OPERATION_TOO_LARGE',
    httpStatus: 400,
    text: {
      zh: '查询的字段过多，请拆成几次查询',
      en: 'The operation selects too many fields; split it into several',
    },
  },
  repeatedFields: {
    code: 'OPERATION_TOO_LARGE',
    httpStatus: 400,
    text: {
      zh: '同一字段在查询中重复过多，请去掉重复的字段',
      en: 'One field is repeated too often; remove the repetitions',
    },
  },
  cost: {
    code: 'OPERATION_TOO_COSTLY',
    httpStatus: 400,
    text: {
      zh: '查询数据量过大，请减小每页条数或减少嵌套列表',
      en: 'The operation asks for too much data; ask for smaller pages or fewer nested lists',
    },
  },
};

/** An operation beyond a limit. Takes the limit's name, its value and, where counted, what the operation has. */
export function overLimit(limit: LimitName, max: number, actual?: number): Refusal {
  const { code, httpStatus, text } = LIMITS[limit];
  return refusal(code, httpStatus, text, actual === undefined ? { limit, max } : { limit, max, actual });
}

export const circularFragments = (): Refusal =>
  refusal('CIRCULAR_FRAGMENTS', 400, {
    zh: '查询片段互相循环引用，请改正查询语句',
    en: 'The fragments refer to each other in a circle; correct the operation',
  });

export const batchNotAllowed = (max: number): Refusal =>
  refusal(
    'BATCH_NOT_ALLOWED',
    400,
    max <= 1
      ? { zh: '不支持批量请求，请逐个提交', en: 'Batched requests are not accepted; send them one by one' }
      : { zh: `一批最多 ${max} 个请求`, en: `A batch holds at most ${max} operations` },
    { max },
  );

export const operationNotAllowed = (): Refusal =>
  refusal('OPERATION_NOT_ALLOWED', 403, {
    zh: '该查询不在允许的清单内，请更新客户端或联系管理员',
    en: 'This operation is not on the list of allowed ones; update the client or ask the administrator',
  });

/** The time limit stopped an operation. A mutation may have been carried out all the same, which the text says. */
export const operationTimeout = (seconds: number, reached: keyof typeof TIMEOUT_TEXTS): Refusal =>
  refusal('OPERATION_TIMEOUT', 504, TIMEOUT_TEXTS[reached](seconds), { seconds });

/** By how far the operation got. */
const TIMEOUT_TEXTS = {
  reading: (seconds: number) => ({
    zh: `查询超过 ${seconds} 秒未完成，已停止；请缩小范围后再试`,
    en: `The operation took longer than ${seconds} seconds and was stopped; narrow it and try again`,
  }),
  writing: (seconds: number) => ({
    zh: `操作超过 ${seconds} 秒未返回结果，可能已经生效；请先查询确认，再决定是否重做`,
    en: `No result within ${seconds} seconds; the change may have been made, so look before repeating it`,
  }),
  waitingToWrite: (seconds: number) => ({
    zh: `系统繁忙，操作在 ${seconds} 秒内未能开始，没有生效；请稍后重做`,
    en: `The system is busy and the operation was not begun within ${seconds} seconds; nothing was changed, repeat it later`,
  }),
};

/** No query plan was found in time, or not within the planner's memory. */
export const operationTooComplex = (): Refusal =>
  refusal('OPERATION_TOO_COMPLEX', 400, {
    zh: '查询过于复杂，系统无法安排执行；请减少片段和字段，或拆成几次查询',
    en: 'The operation is too complex to be planned; use fewer fragments and fields, or send several operations',
  });

export const overloaded = (retryAfterSeconds: number): Refusal =>
  refusal(
    'OVERLOADED',
    503,
    {
      zh: `当前查询人数较多，请在 ${retryAfterSeconds} 秒后再试`,
      en: `Too many operations at the moment; try again in ${retryAfterSeconds} seconds`,
    },
    { retryAfterSeconds },
  );

/** The token was issued before the account or appointment changed; the refresh token gets a new one. */
export const tokenStale = (): Refusal =>
  refusal('TOKEN_STALE', 401, {
    zh: '您的账号或岗位信息已变更，请刷新登录状态；如无法刷新请重新登录',
    en: 'Your account or appointment has changed; refresh the sign-in, or sign in again if that fails',
  });

export const badRequest = (): Refusal =>
  refusal('BAD_REQUEST', 400, {
    zh: '请求格式不正确，请检查内容是否为合法的 JSON',
    en: 'The request is malformed; check that the body is valid JSON',
  });

export const unsupportedMediaType = (): Refusal =>
  refusal('UNSUPPORTED_MEDIA_TYPE', 415, {
    zh: '不支持该内容类型，请使用 application/json',
    en: 'This content type is not supported; use application/json',
  });

/** The value of a scalar has the wrong form; the subgraph's own message would repeat the value. */
export const invalidInput = (): Refusal =>
  refusal('INVALID_INPUT', 400, {
    zh: '输入的某个值格式不正确，请核对日期、编号等格式后重试',
    en: 'One of the values has the wrong form; check dates, numbers and codes and try again',
  });
