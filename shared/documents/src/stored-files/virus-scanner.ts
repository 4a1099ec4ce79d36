/** What a scanner says of a file. */
export type ScanResult = { infected: false } | { infected: true; threat: string };

/** Looks for malicious content. */
export interface VirusScanner {
  /** What it is, for the log at start: `clamav`, `eicar-test-file-only`. */
  readonly name: string;
  /** Reads the whole content. Throws Error when it cannot tell; then the file must not be taken. */
  scan(content: AsyncIterable<Uint8Array>): Promise<ScanResult>;
}

// In pieces, so that a scanner on a developer's machine does not take this source for the test file.
const EICAR = Buffer.from(
  ['X5O!P%@AP[4', '\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

/**
 * For machines without ClamAV: finds the EICAR test file, which is harmless and made for trying out how
 * infected files are treated, and NOTHING else. It does not protect anybody; production needs `clamAvScanner`.
 */
export function eicarTestFileScanner(): VirusScanner {
  return {
    name: 'eicar-test-file-only',
    scan: async (content) => {
      let infected = false;
      let carried = Buffer.alloc(0);
      for await (const part of content) {
        const seen = Buffer.concat([carried, part]);
        infected ||= seen.includes(EICAR);
        carried = seen.subarray(Math.max(0, seen.length - EICAR.length + 1));
      }
      return infected ? { infected, threat: 'EICAR-Test-File' } : { infected };
    },
  };
}
