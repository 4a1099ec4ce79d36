export { type ClamAvOptions, clamAvScanner } from './clamav-scanner';
export { exportRoutes } from './export-routes';
export {
  type AnnouncedFile,
  ATTACHMENT_RULES,
  checkAnnouncement,
  checkFile,
  type FileAnnouncement,
  type FileRules,
  type FileType,
  fileTypeOf,
} from './file-check';
export { linkInvalid } from './file-refusals';
export { attachmentDisposition, downloadHeaders, fileErrors, fileRoutes } from './file-routes';
export { bufferSource, type FileSource, withFileSource } from './file-source';
export type { FileStore, StoredContent } from './file-store';
export { type LinkContent, LinkSigner, type SignedLink } from './link-signer';
export { localFileStore } from './local-file-store';
export { type PrintPages, printRoutes } from './print-routes';
export type { DownloadLink, StartedUpload, StoredFile } from './stored-file.types';
export { StoredFiles } from './stored-files';
export { type StoredFilesSettings, storedFilesFrom } from './stored-files-from';
export { giveUpFileOf, StoredFilesMigration1000000000030 } from './stored-files-migration';
export type { FileLogger, FilePerson, StoredFilesOptions } from './stored-files-options';
export { eicarTestFileScanner, type ScanResult, type VirusScanner } from './virus-scanner';
