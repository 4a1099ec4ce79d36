import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Cost of argon2id; memory in KiB. */
export interface Argon2Profile {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** OWASP's first choice for argon2id. */
export const OWASP_ARGON2: Argon2Profile = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** No password that was accepted is nearly as long; a longer one is not worth reading through. */
const LONGEST_TRIED = 256;

/** argon2id with equal work for accounts that do not exist. */
export class PasswordHasher {
  private readonly decoy: Promise<string>;

  constructor(private readonly profile: Argon2Profile = OWASP_ARGON2) {
    this.decoy = this.hash(randomBytes(32).toString('base64'));
  }

  /** argon2id is the library's default algorithm. */
  hash(password: string): Promise<string> {
    return hash(password, this.profile);
  }

  /** A hash that no password fits: for accounts whose password nobody has been given. */
  unusable(): Promise<string> {
    return this.hash(randomBytes(32).toString('base64'));
  }

  /**
   * Whether a password fits a hash. With `null` for the hash (no such account) the same work is done and
   * the answer is no, so that the time taken tells nothing (DI-LOG-08).
   */
  async fits(passwordHash: string | null, password: string): Promise<boolean> {
    const possible = password.length <= LONGEST_TRIED;
    const right = await verify(passwordHash ?? (await this.decoy), possible ? password : '');
    return right && possible && passwordHash !== null;
  }
}
