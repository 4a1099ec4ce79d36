import { rmSync } from 'node:fs';

export default function teardown() {
  const folder = globalThis.__JUNXIAN_E2E_FOLDER__;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
