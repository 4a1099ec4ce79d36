import type { ScopedTransaction, Work } from '@junxian/persistence';
import { type Seal, type SealedBy, type SealService, sealUnavailable } from './seal.service';

/** How often a document may become another one while its seal is made: its number went to a colleague's. */
const MOST_SEALS = 3;

/** Ends a transaction in which a seal is needed that is not made yet. */
class SealWanted extends Error {
  constructor(
    readonly documentHash: string,
    readonly officer: SealedBy,
  ) {
    super('a seal is wanted');
  }
}

/**
 * Does work in one transaction that puts an e-seal on a document. Where somebody outside makes the seal, they are asked while no transaction is open:
 * the work is done as far as the seal and undone, the seal is made, and the work is done again from the start, with all its checks. Whoever
 * changed the document meanwhile is noticed then (STALE_VERSION). Throws what the work and the seal service throw; SEAL_UNAVAILABLE when colleagues
 * took the document's number each time.
 */
export async function writtenWithSeal<T>(
  write: <Outcome>(work: Work<Outcome>) => Promise<Outcome>,
  seals: SealService,
  work: (tx: ScopedTransaction, seals: SealService) => Promise<T>,
): Promise<T> {
  if (!seals.outside) return write((tx) => work(tx, seals));
  const made = new Map<string, Seal>();
  const inHand: SealService = {
    outside: false,
    seal: async (documentHash, officer) => {
      const seal = made.get(documentHash);
      if (seal === undefined) throw new SealWanted(documentHash, officer);
      return seal;
    },
  };
  for (;;) {
    try {
      return await write((tx) => work(tx, inHand));
    } catch (error) {
      if (!(error instanceof SealWanted)) throw error;
      if (made.size === MOST_SEALS) throw sealUnavailable('NUMBER_TAKEN');
      made.set(error.documentHash, await seals.seal(error.documentHash, error.officer));
    }
  }
}
