// Secrets are made once and kept as files, one value each; nothing in the project has a default secret.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;

const randomKey = () => randomBytes(KEY_BYTES).toString('base64');

/** A folder that only its owner may enter, in which secrets are looked up or made. */
export class SecretFolder {
  /**
   * @param {string} folder
   * @param {number} mode of the files; wider than 0o600 only where a container's user must read them
   */
  constructor(folder, mode = 0o600) {
    this.folder = folder;
    this.mode = mode;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }

  path(name) {
    return join(this.folder, name);
  }

  /** Writes whole or not at all, so that a cut-off start leaves no half secret. */
  write(name, text) {
    const fresh = this.path(`${name}.new`);
    writeFileSync(fresh, text, { mode: this.mode });
    chmodSync(fresh, this.mode);
    renameSync(fresh, this.path(name));
    return text;
  }

  /** The secret of that name; made by `make` the first time. */
  ensure(name, make) {
    return existsSync(this.path(name))
      ? readFileSync(this.path(name), 'utf8').trim()
      : this.write(name, make());
  }

  /** A password that needs no escaping in a URL or in SQL. */
  password(name) {
    return this.ensure(name, () => randomBytes(24).toString('base64url'));
  }

  /** 32 random bytes in base64. */
  key(name) {
    return this.ensure(name, randomKey);
  }

  /** The versioned keys of encrypted fields; the first version. A later one is added by hand: `1:…,2:…`. */
  fieldKeys(name) {
    return this.ensure(name, () => `1:${randomKey()}`);
  }

  /**
   * An Ed25519 key for each issuer of assertions, and the set of public keys that everyone trusts. An issuer that
   * joins later gets its key and enters the set; existing keys stay.
   * @returns {{ jwks: string, keyOf: (issuer: string) => string }} names of the files
   */
  assertionKeys(issuers) {
    const keyOf = (issuer) => `assertion_key_${issuer.replaceAll('-', '_')}.json`;
    const publicKeys = issuers.map((issuer) => {
      const text = this.ensure(keyOf(issuer), () => {
        const { privateKey } = generateKeyPairSync('ed25519');
        const jwk = privateKey.export({ format: 'jwk' });
        return `${JSON.stringify({ ...jwk, kid: issuer, alg: 'EdDSA', use: 'sig' })}\n`;
      });
      const { d: _private, ...publicKey } = JSON.parse(text);
      return publicKey;
    });
    const jwks = 'assertion_jwks.json';
    this.write(jwks, `${JSON.stringify({ keys: publicKeys })}\n`);
    return { jwks, keyOf };
  }
}
