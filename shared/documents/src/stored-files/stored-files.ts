import type { Readable } from 'node:stream';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { ATTACHMENT_RULES, checkAnnouncement, type FileAnnouncement, type FileRules } from './file-check';
import { linkInvalid, notAttachable, tooManyFiles } from './file-refusals';
import { type FileSource, withFileSource } from './file-source';
import { clearSpool, withSpooled } from './spool';
import {
  countUnused,
  deleteGivenUp,
  findStored,
  giveUpUnused,
  insertWaiting,
  listGivenUp,
  markAttached,
} from './stored-file.store';
import type { DownloadLink, StartedUpload, StoredFile } from './stored-file.types';
import type { FilePerson, StoredFilesOptions } from './stored-files-options';
import { CLAIM_MINUTES, UPLOAD_PURPOSE, Uploads } from './uploads';

const UPLOAD_MINUTES = 60;
const DOWNLOAD_MINUTES = 5;
const UNUSED_HOURS = 24;
const DOWNLOAD_PURPOSE = 'file-download';
const BATCH = 200;

/**
 * Files of a service: announced, uploaded by a link, attached to a record, downloaded by a link. What is never
 * attached goes after a day. What is taken off a record again goes with the row that bound it, by the trigger of `giveUpFileOf`.
 */
export class StoredFiles {
  private readonly uploads: Uploads;
  private readonly rules: FileRules;

  constructor(private readonly options: StoredFilesOptions) {
    this.rules = options.rules ?? ATTACHMENT_RULES;
    this.uploads = new Uploads({ ...options, rules: this.rules, unusedHours: UNUSED_HOURS });
  }

  /**
   * Announces a file of the caller's; returns where to PUT it within the hour. Throws UNAUTHENTICATED without
   * an account, TOO_MANY_FILES, and what `checkAnnouncement` throws.
   */
  async startUpload(
    tx: ScopedTransaction,
    person: FilePerson,
    announcement: FileAnnouncement,
  ): Promise<StartedUpload> {
    const { clock, maxUnused = 50 } = this.options;
    if (person.accountId === null) throw refuse.unauthenticated();
    const file = checkAnnouncement(announcement, this.rules);
    const now = clock.now();
    if ((await countUnused(tx, person.accountId, now)) >= maxUnused) throw tooManyFiles(maxUnused);
    const fileId = await insertWaiting(tx, person.accountId, file, {
      now,
      expiresAt: hoursAfter(now, UNUSED_HOURS),
    });
    const { url, expiresAt } = await this.link('uploads', UPLOAD_PURPOSE, fileId, person, UPLOAD_MINUTES);
    return { fileId, uploadUrl: url, expiresAt };
  }

  /**
   * Takes the content of an announced file, by the token of its upload link. It is hashed and limited while it
   * arrives, looked into, scanned and only then kept; whatever fails leaves nothing and may be tried again.
   * Throws LINK_INVALID, FILE_ALREADY_UPLOADED, FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED, FILE_CONTENT_MISMATCH,
   * FILE_INFECTED, FILE_NOT_CHECKED.
   */
  receive(token: string, content: Readable): Promise<{ fileId: string; size: number; sha256: string }> {
    return this.uploads.receive(token, content);
  }

  /**
   * Binds uploaded files of an account to a record of the caller's transaction; each can be bound once. Returns
   * them in the order given. Throws FILE_NOT_FOUND, with the index in the field, for each that is not one.
   */
  async attach(
    tx: ScopedTransaction,
    fileIds: readonly string[],
    ownerAccount: string,
  ): Promise<StoredFile[]> {
    const ids = fileIds.map((id) => id.toLowerCase());
    const wellFormed = ids.filter(isUuid);
    const attached = await markAttached(tx, wellFormed, ownerAccount, this.options.clock.now());
    const byId = new Map(attached.map((file) => [file.id, file]));
    const faults: Refusal[] = [];
    const files: StoredFile[] = [];
    for (const [index, id] of ids.entries()) {
      const file = byId.get(id);
      if (file === undefined || ids.indexOf(id) !== index) faults.push(notAttachable(index));
      else files.push(file);
    }
    if (faults.length > 0) throw Refusal.many(faults);
    return files;
  }

  /** A link by which a file can be downloaded for five minutes. The caller has made sure that the person may. */
  downloadLink(fileId: string, person: FilePerson): Promise<DownloadLink> {
    return this.link('downloads', DOWNLOAD_PURPOSE, fileId, person, DOWNLOAD_MINUTES);
  }

  /** The file behind a download link. Throws LINK_INVALID, also when the file is gone. */
  async open(token: string): Promise<StoredFile & { content: Readable }> {
    const { signer, logger } = this.options;
    const { fileId, account } = await signer.verify(token, DOWNLOAD_PURPOSE);
    const file = await this.read(String(fileId));
    if (file === null) throw linkInvalid();
    logger.info({ fileId, account }, 'a stored file is handed out');
    return file;
  }

  /** A kept file for the service's own work; null when it is gone. The caller has made sure that the person may. */
  async read(fileId: string): Promise<(StoredFile & { content: Readable }) | null> {
    const { database, store, scope, logger } = this.options;
    const file = await database.read(scope, (tx) => findStored(tx, fileId));
    if (file === undefined) return null;
    const content = await store.get(file.storageKey);
    if (content === null) logger.error({ fileId }, 'the content of a stored file is missing');
    const { storageKey: _key, ...shown } = file;
    return content === null ? null : { ...shown, content };
  }

  /**
   * Runs work on a kept file, which lies on this machine's disk meanwhile, so that it can be read at any place and is
   * never held whole. Otherwise as {@link read}; null when it is gone.
   */
  async withContent<T>(
    fileId: string,
    work: (file: StoredFile, source: FileSource) => Promise<T>,
  ): Promise<T | null> {
    const file = await this.read(fileId);
    if (file === null) return null;
    const { spoolFolder: folder } = this.options;
    const { content, ...shown } = file;
    const spool = { folder, maxBytes: shown.size, tooLarge: () => new Error('a stored file has grown') };
    return withSpooled(spool, content, ({ path }) => withFileSource(path, (source) => work(shown, source)));
  }

  /**
   * Removes files that were announced or uploaded and not attached within a day or taken off their record, and what cut-off uploads left.
   * Returns how many. Any number of processes may do so at once; what cannot be removed is tried the next time.
   */
  async removeUnused(): Promise<number> {
    const { database, scope, clock, spoolFolder } = this.options;
    const now = clock.now();
    await clearSpool(spoolFolder, new Date(now.getTime() - CLAIM_MINUTES * 60_000));
    let removed = 0;
    let after: string | null = null;
    for (;;) {
      // Given up in a transaction of its own: nobody attaches a file whose content is being removed.
      await database.write(scope, (tx) => giveUpUnused(tx, now, BATCH));
      const files: Awaited<ReturnType<typeof listGivenUp>> = await database.read(scope, (tx) =>
        listGivenUp(tx, after, BATCH),
      );
      if (files.length === 0) return removed;
      const gone = await this.removeContents(files);
      await database.write(scope, (tx) => deleteGivenUp(tx, gone));
      removed += gone.length;
      after = files.at(-1)!.id;
    }
  }

  private async removeContents(files: Awaited<ReturnType<typeof listGivenUp>>): Promise<string[]> {
    const { store, logger } = this.options;
    const gone: string[] = [];
    for (const { id, storageKey } of files) {
      try {
        if (storageKey !== null) await store.remove(storageKey);
        gone.push(id);
      } catch (error) {
        logger.warn({ err: error, fileId: id }, 'an unused file could not be removed');
      }
    }
    return gone;
  }

  private async link(
    route: 'uploads' | 'downloads',
    purpose: string,
    fileId: string,
    { accountId }: FilePerson,
    minutes: number,
  ): Promise<DownloadLink> {
    const { signer, linkBase } = this.options;
    const content = { purpose, payload: { fileId, account: accountId } };
    const { token, expiresAt } = await signer.signedLink(content, minutes * 60);
    return { url: `${linkBase.replace(/\/$/, '')}/${route}/${token}`, expiresAt };
  }
}

const hoursAfter = (instant: Date, hours: number): Date => new Date(instant.getTime() + hours * 3_600_000);
