import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import { Refusal } from '@junxian/errors';
import type { Officer } from '../actor';

/** A seal put on a document 电子签章. */
export interface Seal {
  /** Certificate and organisation that sealed, as the provider names them. */
  sealedBy: string;
  /** The provider's signature over the document's hash. */
  seal: string;
}

/** Whose seal it is, and by whose certificate. */
export type SealedBy = Pick<Officer, 'accountId' | 'organisationId'>;

/** Puts an organisation's e-seal on documents, by the officer's CA certificate (PT-NTC-05). */
export interface SealService {
  /** Whether somebody outside makes the seal: not to be asked while a transaction is open (`writtenWithSeal`). */
  readonly outside: boolean;
  /** Seals a document, given its SHA-256 in hex. Throws when the provider cannot; the document is not filed then. */
  seal(documentHash: string, officer: SealedBy): Promise<Seal>;
}

/** Seals by a key of this service: what runs without a CA provider. */
export class LocalSealService implements SealService {
  readonly outside = false;
  private readonly privateKey: KeyObject;

  /** Takes a secret of the service; the sealing key is derived from it and serves no other purpose. */
  constructor(secret: Buffer) {
    const seed = Buffer.from(hkdfSync('sha256', secret, '', 'junxian petitions document seal', 32));
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    this.privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  }

  async seal(documentHash: string, officer: SealedBy): Promise<Seal> {
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

/** The provider does not seal for this officer or organisation. */
export const sealRefused = () =>
  new Refusal(
    'SEAL_REFUSED',
    {
      zh: '您的CA证书或本单位电子签章无效（未登记、已过期或已注销），文书未入库；请联系证书管理员更新后重新操作',
      en: 'Your certificate or the organisation’s e-seal is not valid (unknown, expired or revoked); the document was not filed. Have it renewed, then try again',
    },
    { httpStatus: 409 },
  );

/** Nobody seals just now; the reason is a word for whoever looks into it. */
export const sealUnavailable = (reason: string) =>
  new Refusal(
    'SEAL_UNAVAILABLE',
    {
      zh: '电子签章系统暂时没有应答，文书未入库，请稍后重新操作',
      en: 'The e-seal service is not answering; the document was not filed. Try again in a moment',
    },
    { details: { retryable: true, reason }, httpStatus: 503 },
  );
