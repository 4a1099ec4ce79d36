import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@junxian/calendar';
import { eicarTestFileScanner, LinkSigner, localFileStore, StoredFiles } from '@junxian/documents';
import { createLogger } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import { scopes } from '../service-scopes';

/** Stored files in a folder of their own, which goes when they are closed, and what signs the links to them. */
export async function openFiles(
  database: Database,
  clock: Clock,
): Promise<{ files: StoredFiles; links: LinkSigner; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'junxian-petitions-'));
  const links = new LinkSigner(Buffer.alloc(32, 7), clock);
  const files = new StoredFiles({
    database,
    store: localFileStore(join(folder, 'files')),
    scanner: eicarTestFileScanner(),
    signer: links,
    clock,
    logger: createLogger('test', 'silent'),
    newId: randomUUID,
    linkBase: 'https://petitions.example/files/petitions',
    spoolFolder: join(folder, 'spool'),
    scope: scopes.storedFiles(),
  });
  return { files, links, close: () => rm(folder, { recursive: true }) };
}
