import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Short, since the paths of sockets in it may have 107 bytes. */
const NAME = 'pjq-';

/**
 * One folder for everything that a run of the tests lays down, removed behind it: a test that dies, or a browser that is killed,
 * clears nothing up, and a machine that runs them daily would fill. Every kind of test asks for it; the first one makes it.
 */
export default function temporaryRoot(): (() => void) | undefined {
  if (basename(tmpdir()).startsWith(NAME)) return undefined;
  const root = mkdtempSync(join(tmpdir(), NAME));
  process.env.TMPDIR = root;
  return () => rmSync(root, { recursive: true, force: true, maxRetries: 3 });
}
