import { Refusal } from '@junxian/errors';

/** How a message that could not be handed over is refused; says nothing of the message. */
export function messageNotSent(reason: string, retryAfterSeconds?: number): Refusal {
  const details = { retryable: true, reason, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  return new Refusal(
    'MESSAGE_NOT_SENT',
    {
      zh: '短信暂时未能发出，您的操作没有丢失，请稍后重新发送；多次失败请与窗口工作人员联系',
      en: 'The text message could not be sent for now; send it again later, or ask at the counter if it keeps failing',
    },
    { details, httpStatus: 503 },
  );
}
