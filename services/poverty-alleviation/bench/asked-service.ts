import type { Principal } from '@junxian/identity';

/** The service in a process of its own, as a benchmark asks it. */
export interface AskedService {
  /** Asks its part of the graph as somebody; throws what it refuses. */
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is checked by what is made of it.
  ask(principal: Principal, document: string, variables?: Record<string, unknown>): Promise<any>;
  /** Sends a file to the address that an upload was given. */
  upload(link: string, path: string): Promise<void>;
  /** Downloads what a link leads to and lets it go; returns how many bytes that were. */
  download(link: string): Promise<number>;
  /** The most memory the process held since it was asked last, in MB (Linux only; elsewhere 0). */
  peakMegabytes(): number;
  /** Processor seconds that the service and PostgreSQL have used so far (Linux only; elsewhere 0). */
  processorSeconds(): { service: number; postgres: number };
}
