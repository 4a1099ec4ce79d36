import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import type { Officer } from '../actor';

/** A seal put on a document 电子签章. */
export interface Seal {
  /** Certificate and organisation that sealed, as the provider names them. */
  sealedBy: string;
  /** The provider's signature over the document's hash. */
  seal: string;
}

/** Puts an organisation's e-seal on documents, by the officer's CA certificate (PT-NTC-05). */
export interface SealService {
  /** Seals a document, given its SHA-256 in hex. Throws when the provider cannot; the document is not filed then. */
  seal(documentHash: string, officer: Pick<Officer, 'accountId' | 'organisationId'>): Promise<Seal>;
}

/** Seals by a key of this service: what runs without a CA provider. */
export class LocalSealService implements SealService {
  private readonly privateKey: KeyObject;

  /** Takes a secret of the service; the sealing key is derived from it and serves no other purpose. */
  constructor(secret: Buffer) {
    const seed = Buffer.from(hkdfSync('sha256', secret, '', 'junxian petitions document seal', 32));
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    this.privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  }

  async seal(documentHash: string, officer: Pick<Officer, 'accountId' | 'organisationId'>): Promise<Seal> {
    const sealedBy = `local:${officer.organisationId}:${officer.accountId}`;
    return {
      sealedBy,
      seal: sign(null, signedBytes(documentHash, sealedBy), this.privateKey).toString('base64url'),
    };
  }

  /** Whether a seal is this service's, on that document. */
  isValid(documentHash: string, { sealedBy, seal }: Seal): boolean {
    return verify(
      null,
      signedBytes(documentHash, sealedBy),
      createPublicKey(this.privateKey),
      Buffer.from(seal, 'base64url'),
    );
  }
}

const signedBytes = (documentHash: string, sealedBy: string) => Buffer.from(`${documentHash}\n${sealedBy}`);
