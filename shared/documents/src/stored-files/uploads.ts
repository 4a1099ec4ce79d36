import type { Readable } from 'node:stream';
import { isRefusal } from '@junxian/errors';
import { accountScope } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { checkFile, type FileRules } from './file-check';
import { alreadyUploaded, fileInfected, fileNotChecked, fileTooLarge, linkInvalid } from './file-refusals';
import { withFileSource } from './file-source';
import { type SpooledFile, withSpooled } from './spool';
import { type ClaimableFile, claimFile, lockFile, markStored, releaseFile } from './stored-file.store';
import type { StoredFilesOptions } from './stored-files-options';

type Scope = ScopedTransaction['scope'];

export interface UploadsOptions extends StoredFilesOptions {
  rules: FileRules;
  /** How long an uploaded file waits to be attached. */
  unusedHours: number;
}

export const UPLOAD_PURPOSE = 'file-upload';
/** An upload that takes longer is broken off. */
const LONGEST_UPLOAD_MS = 5 * 60_000;
/** Longer than any upload and its scan: a claim older than this was left by a process that died. */
export const CLAIM_MINUTES = 15;

interface Claim {
  fileId: string;
  key: string;
  scope: Scope;
  file: ClaimableFile;
}

/**
 * Takes the content of announced files. Where content will lie is written down before it is there, so that
 * neither a crash nor two uploads at once leave content that nobody knows of.
 */
export class Uploads {
  constructor(private readonly options: UploadsOptions) {}

  /** See `StoredFiles.receive`. */
  async receive(token: string, content: Readable): Promise<{ fileId: string; size: number; sha256: string }> {
    const { spoolFolder: folder, rules } = this.options;
    const { fileId, account } = await this.options.signer.verify(token, UPLOAD_PURPOSE);
    const claim = await this.claim(String(fileId), accountScope(String(account)));
    const { size, sha256 } = await this.orNothing(claim, () =>
      withSpooled(
        {
          folder,
          maxBytes: rules.maxBytes,
          tooLarge: () => fileTooLarge(rules.maxBytes),
          signal: AbortSignal.timeout(LONGEST_UPLOAD_MS),
        },
        content,
        (arrived) => this.checkAndKeep(claim, arrived),
      ),
    );
    // Beyond this point a failure leaves the claim: whether the row was written is not known, so the content stays.
    await this.confirm(claim, sha256);
    return { fileId: claim.fileId, size, sha256 };
  }

  private async claim(fileId: string, scope: Scope): Promise<Claim> {
    const { database, clock, newId } = this.options;
    const now = clock.now();
    const key = `${fileId.slice(-2)}/${fileId}/${newId()}`;
    const file = await database.write(scope, async (tx) => {
      const found = await lockFile(tx, fileId, now);
      if (found === undefined || found.state === 'REMOVING') throw linkInvalid();
      if (found.state !== 'WAITING' || found.claimed) throw alreadyUploaded();
      await claimFile(tx, fileId, key, new Date(now.getTime() + CLAIM_MINUTES * 60_000));
      return found;
    });
    // What an upload that was killed may have left.
    if (file.storageKey !== null) await this.removeQuietly(file.storageKey);
    return { fileId, key, scope, file };
  }

  private async checkAndKeep({ key, file, fileId }: Claim, arrived: SpooledFile): Promise<SpooledFile> {
    const { rules, scanner, store, logger } = this.options;
    await withFileSource(arrived.path, (source) => checkFile(source, file, rules));
    try {
      const found = await scanner.scan(arrived.open());
      if (found.infected) {
        logger.warn({ fileId, threat: found.threat, scanner: scanner.name }, 'an infected file was refused');
        throw fileInfected();
      }
      await store.put(key, arrived);
    } catch (error) {
      if (isRefusal(error)) throw error;
      logger.error({ err: error, fileId }, 'a file could not be scanned or kept');
      throw fileNotChecked();
    }
    return arrived;
  }

  private async confirm({ fileId, key, scope }: Claim, sha256: string): Promise<void> {
    const { database, clock, unusedHours } = this.options;
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + unusedHours * 3_600_000);
    const kept = await database.write(scope, (tx) => markStored(tx, fileId, { key, sha256, now, expiresAt }));
    if (kept) return;
    await this.removeQuietly(key);
    throw alreadyUploaded();
  }

  /** Runs the upload; when it fails nothing is kept and the link may be used again. */
  private async orNothing<T>({ fileId, key, scope }: Claim, upload: () => Promise<T>): Promise<T> {
    try {
      return await upload();
    } catch (error) {
      // Content that could not be removed keeps its claim, so that it is not forgotten.
      if (await this.removeQuietly(key)) {
        await this.options.database
          .write(scope, (tx) => releaseFile(tx, fileId, key))
          .catch((failure) =>
            this.options.logger.warn({ err: failure, fileId }, 'a failed upload could not be released'),
          );
      }
      throw error;
    }
  }

  private async removeQuietly(key: string): Promise<boolean> {
    try {
      await this.options.store.remove(key);
      return true;
    } catch (error) {
      this.options.logger.warn({ err: error }, 'the content of a failed upload could not be removed');
      return false;
    }
  }
}
