import { rmSync } from 'node:fs';

export default function teardown() {
  rmSync(globalThis.__JUNXIAN_E2E_FOLDER__, { recursive: true, force: true });
}
