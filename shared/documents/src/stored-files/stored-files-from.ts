import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  type FileStoreSettings,
  fileStoreFrom,
  type VirusScannerSettings,
  virusScannerFrom,
} from './from-environment';
import { StoredFiles } from './stored-files';
import type { StoredFilesOptions } from './stored-files-options';

/** What a service's environment says about its files. */
export interface StoredFilesSettings extends Omit<FileStoreSettings, 'folder'>, VirusScannerSettings {
  /** Where files lie while they arrive and, without a store, for good. */
  FILES_DIRECTORY: string;
  /** The address people reach the gateway by. */
  PUBLIC_URL: string;
}

/** What the environment says nothing about. */
interface Parts
  extends Pick<
    StoredFilesOptions,
    'database' | 'clock' | 'logger' | 'signer' | 'scope' | 'rules' | 'maxUnused'
  > {
  /** Its name in the addresses of the gateway. */
  service: string;
}

/** The files of a service, as its environment says. Throws what `fileStoreFrom` throws. */
export function storedFilesFrom(environment: StoredFilesSettings, { service, ...parts }: Parts): StoredFiles {
  const folder = (name: string) => join(environment.FILES_DIRECTORY, name);
  return new StoredFiles({
    ...parts,
    store: fileStoreFrom({ ...environment, folder: folder('stored') }),
    scanner: virusScannerFrom(environment),
    newId: randomUUID,
    linkBase: new URL(`/files/${service}`, environment.PUBLIC_URL).href,
    spoolFolder: folder('spool'),
  });
}
