import type { ScopedTransaction } from '@junxian/persistence';
import { type SealService, sealRefused } from './seal.service';
import { writtenWithSeal } from './sealing.service';

const OFFICER = { accountId: 'account-1', organisationId: 'organisation-1' };
const TX = {} as ScopedTransaction;

/** A store that commits one transaction at a time, and a provider that notes whether it was asked within one. */
function stage(provider: Partial<SealService> = {}) {
  let open = 0;
  const asked: string[] = [];
  const committed: unknown[] = [];
  const seals: SealService = {
    outside: true,
    seal: async (hash) => {
      asked.push(`${hash} with ${open} open`);
      return { sealedBy: 'CN=示例', seal: `seal of ${hash}` };
    },
    ...provider,
  };
  const write = async <T>(work: (tx: ScopedTransaction) => Promise<T>): Promise<T> => {
    open += 1;
    try {
      const outcome = await work(TX);
      committed.push(outcome);
      return outcome;
    } finally {
      open -= 1;
    }
  };
  return { write, seals, asked, committed };
}

/** Issues a document under each of some hashes in turn, as if its number went to somebody else in between. */
const issuing = (hashes: string[]) => {
  let times = 0;
  return (_tx: ScopedTransaction, seals: SealService) =>
    seals.seal(hashes[Math.min(times++, hashes.length - 1)]!, OFFICER);
};

describe('a document that needs a seal from outside', () => {
  it('is sealed while no transaction is open, and then written', async () => {
    const { write, seals, asked, committed } = stage();
    const done = await writtenWithSeal(write, seals, issuing(['a']));
    expect(done).toEqual({ sealedBy: 'CN=示例', seal: 'seal of a' });
    expect([asked, committed]).toEqual([['a with 0 open'], [done]]);
  });

  it('is sealed anew when it became another meanwhile', async () => {
    const { write, seals, asked, committed } = stage();
    expect(await writtenWithSeal(write, seals, issuing(['a', 'b']))).toMatchObject({ seal: 'seal of b' });
    expect(asked).toEqual(['a with 0 open', 'b with 0 open']);
    expect(committed).toHaveLength(1);
  });

  it('that becomes another each time is not written', async () => {
    const { write, seals, asked, committed } = stage();
    await expect(writtenWithSeal(write, seals, issuing(['a', 'b', 'c', 'd', 'e']))).rejects.toMatchObject({
      code: 'SEAL_UNAVAILABLE',
      details: { retryable: true, reason: 'NUMBER_TAKEN' },
    });
    expect([asked.length, committed]).toEqual([3, []]);
  });

  it('is not written when the seal is refused, or when the work is refused with the seal in hand', async () => {
    const refusing = stage({ seal: () => Promise.reject(sealRefused()) });
    await expect(writtenWithSeal(refusing.write, refusing.seals, issuing(['a']))).rejects.toMatchObject({
      code: 'SEAL_REFUSED',
    });
    const { write, seals, committed } = stage();
    const stale = async (tx: ScopedTransaction, by: SealService) => {
      await issuing(['a'])(tx, by);
      throw new Error('stale');
    };
    await expect(writtenWithSeal(write, seals, stale)).rejects.toThrow('stale');
    expect([refusing.committed, committed]).toEqual([[], []]);
  });

  it('costs one transaction where a key of the service seals, or no seal is needed', async () => {
    const local = stage({ outside: false });
    await writtenWithSeal(local.write, local.seals, issuing(['a']));
    expect(local.asked).toEqual(['a with 1 open']);
    const { write, seals, asked, committed } = stage();
    await writtenWithSeal(write, seals, async () => 'sent back');
    expect([asked, committed]).toEqual([[], ['sent back']]);
  });
});
