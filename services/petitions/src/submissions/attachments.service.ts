import type { FileAnnouncement, StartedUpload, StoredFiles } from '@junxian/documents';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { rowsOfEach, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { selectList } from '../rows';
import { checkAttachmentCount } from './submission.rules';
import type { Attachment, AttachmentOwner } from './submission.types';

const ATTACHMENT_FIELDS = [
  'id',
  'ownerType',
  'ownerId',
  'caseItemId',
  'fileId',
  'fileName',
  'mime',
  'size',
  'sha256',
  'uploadedBy',
  'uploadedAt',
  'takenOffAt',
] as const satisfies readonly (keyof Attachment)[];
const ATTACHMENT_COLUMNS = selectList(ATTACHMENT_FIELDS, 't');

/** The record attachments hang on. */
export interface OwnerOfAttachments {
  type: AttachmentOwner;
  id: string;
  /** The item the record belongs to; null only for a submission that is not registered. */
  caseItemId: string | null;
}

/** Attachments 附件 of every room: uploaded by link, bound to a record, seen by whoever sees the record. */
export class Attachments {
  constructor(private readonly files: StoredFiles) {}

  /** Announces a file; returns where to send it. Throws FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED, TOO_MANY_FILES (PT-PUB-11). */
  startUpload(tx: ScopedTransaction, accountId: string, file: FileAnnouncement): Promise<StartedUpload> {
    return this.files.startUpload(tx, { accountId }, file);
  }

  /**
   * Binds uploaded files of the caller's account to a record, in the order given. Throws TOO_MANY_ATTACHMENTS when the
   * record would have more than five (PT-PUB-11), FILE_NOT_FOUND for each that is not an unused file of the account.
   */
  async attachFiles(
    tx: ScopedTransaction,
    owner: OwnerOfAttachments,
    fileIds: readonly string[],
    actor: { accountId: string },
  ): Promise<Attachment[]> {
    if (fileIds.length === 0) return [];
    // Two who attach to one record at once must not pass the limit together.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('attachment:' || $1, 0))`, [owner.id]);
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM attachment WHERE owner_id = $1 AND owner_type = $2 AND taken_off_at IS NULL',
      [owner.id, owner.type],
    );
    checkAttachmentCount(row!.count + fileIds.length);
    const files = await this.files.attach(tx, fileIds, actor.accountId);
    return tx.query<Attachment>(
      `INSERT INTO attachment AS t (owner_type, owner_id, case_item_id, file_id, file_name, mime, size, sha256, uploaded_by, uploaded_at)
       SELECT $1, $2, $3, f.id, f.name, f.mime, f.size, f.sha256, $4, f.at
       FROM unnest($5::uuid[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::timestamptz[])
         WITH ORDINALITY AS f(id, name, mime, size, sha256, at, place) ORDER BY f.place
       RETURNING ${ATTACHMENT_COLUMNS}`,
      [
        owner.type,
        owner.id,
        owner.caseItemId,
        actor.accountId,
        files.map(({ id }) => id),
        files.map(({ fileName }) => fileName),
        files.map(({ mime }) => mime),
        files.map(({ size }) => size),
        files.map(({ sha256 }) => sha256),
        files.map(({ uploadedAt }) => uploadedAt),
      ],
    );
  }

  /**
   * Takes an attachment off a draft. A file that no handed-in version had goes with its content; one that was handed in stays with that version.
   * From which drafts row-level security decides (today: reports of the own organisation). Throws NOT_FOUND.
   */
  async takeOff(
    tx: ScopedTransaction,
    owner: Pick<OwnerOfAttachments, 'type' | 'id'>,
    attachmentId: string,
    at: Date,
  ): Promise<void> {
    if (!isUuid(attachmentId)) throw refuse.notFound('attachmentId');
    const which = [attachmentId, owner.type, owner.id];
    const WHICH = 'id = $1 AND owner_type = $2 AND owner_id = $3 AND taken_off_at IS NULL';
    const kept = await tx.query(
      `UPDATE attachment SET taken_off_at = $4 WHERE ${WHICH} AND attachment_handed_in(id, owner_id) RETURNING id`,
      [...which, at],
    );
    if (kept.length > 0) return;
    const removed = await tx.query(`DELETE FROM attachment WHERE ${WHICH} RETURNING id`, which);
    if (removed.length === 0) throw refuse.notFound('attachmentId');
  }

  /** A link to download an attachment in sight for five minutes, for this person. */
  async downloadUrl({ fileId }: Pick<Attachment, 'fileId'>, accountId: string | null): Promise<string> {
    const { url } = await this.files.downloadLink(fileId, { accountId });
    return url;
  }
}

/** Attachments of records, by `attachmentKey`; one statement however many are asked for. */
export function attachmentsLoader(read: () => Promise<ScopedTransaction>): DataLoader<string, Attachment[]> {
  return new DataLoader(async (keys) => {
    const tx = await read();
    const owners = keys.map((key) => key.split(':') as [string, string]);
    const rows = await tx.query<Attachment>(
      `SELECT ${ATTACHMENT_COLUMNS} FROM attachment t
       WHERE (t.owner_id, t.owner_type) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) AND t.taken_off_at IS NULL ORDER BY t.id`,
      [owners.map(([, id]) => id), owners.map(([type]) => type)],
    );
    return rowsOfEach(keys, rows, ({ ownerType, ownerId }) => attachmentKey(ownerType, ownerId));
  });
}

/** Attachments in sight by their ids, those taken off a draft included, or null; one statement however many are asked for. */
export function attachmentLoader(
  read: () => Promise<ScopedTransaction>,
): DataLoader<string, Attachment | null> {
  return new DataLoader(async (ids) => {
    const rows = await (await read()).query<Attachment>(
      `SELECT ${ATTACHMENT_COLUMNS} FROM attachment t WHERE t.id = ANY($1::uuid[])`,
      [ids],
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** The key of a record's attachments in the loader. */
export const attachmentKey = (type: AttachmentOwner, id: string): string => `${type}:${id}`;
