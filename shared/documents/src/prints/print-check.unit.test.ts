import { ManualClock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { PRINT_CHECK_LIMIT, PrintCheck } from './print-check';

const KNOWN = '0123456789ABCDEF';
const FACTS = { docNo: '示例〔2026〕1号' };

function check(refusal?: Error) {
  const asked: string[] = [];
  const admitted: unknown[] = [];
  const prints = new PrintCheck({
    database: { read: (_scope, work) => work({} as never) },
    limiter: {
      admit: async (attempts) => {
        if (refusal) throw refusal;
        admitted.push(...attempts);
      },
    },
    clock: new ManualClock('2026-03-02T09:00:00+08:00'),
    find: async (_tx, code) => {
      asked.push(code);
      return code === KNOWN ? FACTS : undefined;
    },
  });
  return { prints, asked, admitted };
}

it('says what is on record of a code, however it was typed, and counts the address', async () => {
  const { prints, admitted } = check();
  expect(await prints.verify('0i23-4567-89ab-cdef', '192.0.2.1')).toEqual({ genuine: true, ...FACTS });
  expect(admitted).toEqual([{ key: 'verify-print:192.0.2.1', limit: PRINT_CHECK_LIMIT }]);
});

it('what cannot be a code is counted and looked up like one that nobody has', async () => {
  const { prints, asked, admitted } = check();
  for (const wrong of ['0000-0000-0000-0000', '', 'not a code', `${KNOWN}${'x'.repeat(5_000)}`])
    expect(await prints.verify(wrong, '192.0.2.1')).toEqual({ genuine: false });
  expect(asked).toEqual(['0000000000000000', '', '', '']);
  expect(admitted).toHaveLength(4);
});

it('nothing is looked up for an address that has checked too often', async () => {
  const { prints, asked } = check(refuse.rateLimited(7));
  await expect(prints.verify(KNOWN, '192.0.2.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(asked).toEqual([]);
});
