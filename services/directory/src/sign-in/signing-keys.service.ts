import { randomUUID } from 'node:crypto';
import type { Clock } from '@junxian/calendar';
import { type FieldCipher, serviceScope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { exportJWK, generateKeyPair, importJWK, type JWK, type KeyLike } from 'jose';
import { recordAudit, systemActor } from '../audit/audit.service';
import { SERVICE_SCOPES } from '../service-scopes';
import { decideRotation, type KeyLife, type KeyRotation, signingKeyAt } from './signing-key.rules';

const PURPOSE = 'signing_key.private';
/** How old the keys in memory may get; far shorter than a key is published ahead of its use. */
const RELOAD_MS = 30_000;

interface StoredKey extends KeyLife {
  publicJwk: JWK;
  privateSealed: string;
}

interface LoadedKey extends KeyLife {
  publicJwk: JWK;
  privateKey: KeyLike | Uint8Array;
}

/** The Ed25519 keys that sign access tokens: kept in the database, private parts sealed, rotated by time. */
export class SigningKeys {
  private keys: LoadedKey[] = [];
  private loadedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
    private readonly rotation: KeyRotation,
  ) {}

  /** The key to sign with now; makes the first one. */
  async current(): Promise<LoadedKey> {
    await this.refresh();
    const key = signingKeyAt(this.keys, this.clock.now());
    if (key !== undefined) return key;
    await this.rotate();
    return signingKeyAt(this.keys, this.clock.now())!;
  }

  /** The public keys, those not yet used and those whose tokens may still live included. */
  async jwks(): Promise<{ keys: JWK[] }> {
    await this.current();
    return { keys: this.keys.map(({ publicJwk }) => publicJwk) };
  }

  /**
   * Does what is due: publishes the next key ahead of its use, drops one whose last token has expired. For
   * the scheduler, of any number of processes; repeating it changes nothing.
   */
  async rotate(): Promise<void> {
    await this.database.write(serviceScope(SERVICE_SCOPES.signingKeys), async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('signing-keys', 0))`);
      const now = this.clock.now();
      const decision = decideRotation(await storedKeys(tx), now, this.rotation);
      if (decision.create !== null) await this.create(tx, decision.create.activeFrom, now);
      if (decision.drop.length > 0)
        await tx.query('DELETE FROM signing_key WHERE kid = ANY($1)', [decision.drop]);
    });
    await this.load();
  }

  private async create(tx: ScopedTransaction, activeFrom: Date, now: Date): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const kid = `d-${randomUUID()}`;
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' };
    const privateSealed = this.cipher.seal(JSON.stringify(await exportJWK(privateKey)), PURPOSE);
    await tx.query(
      'INSERT INTO signing_key (kid, public_jwk, private_sealed, active_from, created_at) VALUES ($1, $2, $3, $4, $5)',
      [kid, JSON.stringify(publicJwk), privateSealed, activeFrom, now],
    );
    await recordAudit(tx, {
      action: 'SIGNING_KEY_ROTATED',
      targetType: 'signing-key',
      targetId: kid,
      after: { activeFrom },
      outcome: 'OK',
      actor: systemActor(),
      at: now,
    });
  }

  private async refresh(): Promise<void> {
    // The machine's clock: how long this copy has been in memory has nothing to do with the time of the rules.
    if (performance.now() - this.loadedAt > RELOAD_MS) await this.load();
  }

  private async load(): Promise<void> {
    const stored = await this.database.read(serviceScope(SERVICE_SCOPES.signingKeys), storedKeys);
    const known = new Map(this.keys.map((key) => [key.kid, key]));
    this.keys = await Promise.all(stored.map(async (key) => known.get(key.kid) ?? this.open(key)));
    this.loadedAt = performance.now();
  }

  private async open({ kid, activeFrom, publicJwk, privateSealed }: StoredKey): Promise<LoadedKey> {
    const privateJwk = JSON.parse(this.cipher.open(privateSealed, PURPOSE)) as JWK;
    return { kid, activeFrom, publicJwk, privateKey: await importJWK(privateJwk, 'EdDSA') };
  }
}

function storedKeys(tx: ScopedTransaction): Promise<StoredKey[]> {
  return tx.query<StoredKey>(
    `SELECT kid, active_from AS "activeFrom", public_jwk AS "publicJwk", private_sealed AS "privateSealed"
     FROM signing_key ORDER BY active_from`,
  );
}
