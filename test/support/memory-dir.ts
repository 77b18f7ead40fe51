import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';

/**
 * A folder in memory where the system offers one: for tests that commit ten thousand times and ask nothing about power
 * loss, which would else spend their minutes waiting for a disk.
 */
export function newMemoryDir(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    return mkdtempSync(join(MEMORY, 'pingjiaqi-test-'));
  } catch {
    return mkdtempSync(join(tmpdir(), 'pingjiaqi-test-'));
  }
}
