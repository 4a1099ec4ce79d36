import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const NONCES_AT_ONCE = 256;

/**
 * Seals single fields (ID numbers, phones, bank accounts, private keys) with AES-256-GCM.
 * Sealed form: `v<key version>.<base64url of nonce, tag and ciphertext>`. The purpose (table and
 * column) is bound in, so a sealed value moved to another column does not open. Each purpose has a
 * key of its own, derived from the versioned master key (envelope), so keys rotate by adding a version.
 */
export class FieldCipher {
  private readonly derived = new Map<string, Buffer>();
  private readonly newest: number;
  /** Random bytes that no seal has used. */
  private nonces: Buffer = Buffer.alloc(0);

  /** Takes master keys of 32 bytes by version; seals with the highest. Throws RangeError on an empty set or a short key. */
  constructor(private readonly masterKeys: ReadonlyMap<number, Buffer>) {
    if (masterKeys.size === 0) throw new RangeError('FieldCipher needs at least one key');
    for (const key of masterKeys.values())
      if (key.length !== 32) throw new RangeError('a field key has 32 bytes');
    this.newest = Math.max(...masterKeys.keys());
  }

  /** Reads `1:<base64>,2:<base64>` as environment variables carry it. */
  static fromText(text: string): FieldCipher {
    const keys = new Map<number, Buffer>();
    for (const part of text.split(',')) {
      const [version, key] = part.split(':', 2);
      keys.set(Number(version), Buffer.from(key ?? '', 'base64'));
    }
    return new FieldCipher(keys);
  }

  /** Encrypts a text for one purpose such as `member.id_number`. Twice the same text gives two different seals. */
  seal(plain: string, purpose: string): string {
    const nonce = this.nextNonce();
    const cipher = createCipheriv('aes-256-gcm', this.keyFor(this.newest, purpose), nonce);
    cipher.setAAD(Buffer.from(purpose, 'utf8'));
    const sealed = cipher.update(plain, 'utf8');
    // Of this mode nothing is left to give out.
    cipher.final();
    return `v${this.newest}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  /** Decrypts what {@link seal} made for the same purpose; throws Error when it was altered or belongs elsewhere. */
  open(sealed: string, purpose: string): string {
    const match = /^v(\d+)\.([\w-]+)$/.exec(sealed);
    if (match === null) throw new Error('not a sealed field');
    const bytes = Buffer.from(match[2]!, 'base64url');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      this.keyFor(Number(match[1]), purpose),
      bytes.subarray(0, 12),
      {
        authTagLength: 16,
      },
    );
    decipher.setAAD(Buffer.from(purpose, 'utf8'));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  }

  /** A fresh one each time. Asking the system for a few bytes costs as much as sealing, so they are asked for together. */
  private nextNonce(): Buffer {
    if (this.nonces.length < NONCE_BYTES) this.nonces = randomBytes(NONCE_BYTES * NONCES_AT_ONCE);
    const nonce = this.nonces.subarray(0, NONCE_BYTES);
    this.nonces = this.nonces.subarray(NONCE_BYTES);
    return nonce;
  }

  private keyFor(version: number, purpose: string): Buffer {
    const name = `${version}:${purpose}`;
    const known = this.derived.get(name);
    if (known !== undefined) return known;
    const master = this.masterKeys.get(version);
    if (master === undefined) throw new Error(`no field key of version ${version}`);
    const key = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `junxian:${purpose}`, 32));
    this.derived.set(name, key);
    return key;
  }
}

/**
 * A keyed digest that finds an encrypted value by equality without revealing it.
 * `kind` keeps indexes apart (`idNumber`, `phone`). Returns 43 characters of base64url.
 */
export function blindIndex(key: Buffer, kind: string, value: string): string {
  return createHmac('sha256', key).update(`${kind}\u0000${value}`, 'utf8').digest('base64url');
}
