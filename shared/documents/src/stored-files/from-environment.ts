import { clamAvScanner } from './clamav-scanner';
import type { FileStore } from './file-store';
import { localFileStore } from './local-file-store';
import { s3FileStore } from './s3-file-store';
import { eicarTestFileScanner, type VirusScanner } from './virus-scanner';

/** What a service's environment says about where files are kept; an empty text is none. */
export interface FileStoreSettings {
  /** Base URL of an S3-compatible store; without it files lie in the folder. */
  S3_ENDPOINT?: string | undefined;
  S3_BUCKET?: string | undefined;
  S3_ADDRESSING?: 'path' | 'host' | undefined;
  S3_REGION?: string | undefined;
  S3_ACCESS_KEY_ID?: string | undefined;
  S3_SECRET_ACCESS_KEY?: string | undefined;
  folder: string;
}

/**
 * The object store that is configured, else a folder of this machine. Throws RangeError on half a configuration and on an
 * address or a bucket that is none.
 */
export function fileStoreFrom(settings: FileStoreSettings): FileStore {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region, S3_ADDRESSING: addressing } = settings;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  if (!endpoint) return localFileStore(settings.folder);
  if (!bucket || !accessKeyId || !secretAccessKey) {
    throw new RangeError('S3_ENDPOINT needs S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY beside it');
  }
  if (!isBaseUrl(endpoint)) {
    throw new RangeError('S3_ENDPOINT is an address such as https://s3.example.org, without user, ? or #');
  }
  if (!isBucketName(bucket)) throw new RangeError('S3_BUCKET is small letters, digits, dots and hyphens');
  const place = { endpoint, bucket, region: region || 'us-east-1', addressing: addressing ?? 'path' };
  return s3FileStore({ ...place, accessKeyId, secretAccessKey });
}

/** Whether paths can be put behind it. */
const isBaseUrl = (text: string): boolean => /^https?:\/\/[^?#@\s]+$/.test(text) && URL.canParse(text);

const isBucketName = (text: string): boolean => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text);

/** What a service's environment says about scanning. */
export interface VirusScannerSettings {
  CLAMD_HOST?: string | undefined;
  CLAMD_PORT?: number | undefined;
}

/** ClamAV when its address is configured, else the scanner that knows the EICAR test file only. */
export function virusScannerFrom({ CLAMD_HOST, CLAMD_PORT }: VirusScannerSettings): VirusScanner {
  return CLAMD_HOST ? clamAvScanner({ host: CLAMD_HOST, port: CLAMD_PORT ?? 3310 }) : eicarTestFileScanner();
}
