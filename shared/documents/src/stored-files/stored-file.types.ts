/** A file that is kept, as a record that it hangs on may show it. */
export interface StoredFile {
  id: string;
  fileName: string;
  mime: string;
  size: number;
  /** Hexadecimal SHA-256 of the content. */
  sha256: string;
  uploadedAt: Date;
}

/** Where to send an announced file. */
export interface StartedUpload {
  fileId: string;
  /** PUT the content there, once. */
  uploadUrl: string;
  expiresAt: Date;
}

export interface DownloadLink {
  url: string;
  expiresAt: Date;
}
