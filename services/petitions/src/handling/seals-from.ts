import { HttpSealService } from './http-seal.service';
import { LocalSealService, type SealService } from './seal.service';

/** What the environment says about seals; an empty text is none. */
export interface SealSettings {
  SEAL_URL?: string | undefined;
  SEAL_TOKEN?: string | undefined;
  /** What the service's own sealing key is derived from. */
  secret: Buffer;
}

/** The provider's e-seals when an address is configured, else those of a key of this service. Throws RangeError on an address without a token. */
export function sealsFrom({ SEAL_URL, SEAL_TOKEN, secret }: SealSettings): SealService {
  if (!SEAL_URL) return new LocalSealService(secret);
  if (!SEAL_TOKEN) throw new RangeError('SEAL_URL needs SEAL_TOKEN beside it');
  return new HttpSealService({ url: SEAL_URL, token: SEAL_TOKEN });
}
