import type { Clock } from '@junxian/calendar';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { FileRules } from './file-check';
import type { FileStore } from './file-store';
import type { LinkSigner } from './link-signer';
import type { VirusScanner } from './virus-scanner';

/** As much of a logger as is needed here. */
export interface FileLogger {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

export interface StoredFilesOptions {
  database: Database;
  store: FileStore;
  scanner: VirusScanner;
  signer: LinkSigner;
  clock: Clock;
  logger: FileLogger;
  /** A fresh UUID; names content in the store. */
  newId: () => string;
  /** Where the routes are reached from outside: `https://host/files/petitions`. */
  linkBase: string;
  /** A folder of this machine in which uploads lie while they arrive and are checked. */
  spoolFolder: string;
  /** The service itself, for handing out by link and for upkeep; listed in its service-scopes.ts. */
  scope: ScopedTransaction['scope'];
  rules?: FileRules;
  /** How many files an account may have that it has not attached yet. Default 50. */
  maxUnused?: number;
}

/** Who asks, as much as matters here. */
export interface FilePerson {
  accountId: string | null;
}
