import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserPath } from './ensure-browser.ts';

/** Where Chromium looks for what an administrator decided. */
const POLICIES = '/etc/chromium/policies/managed';
const AS_POLICIES = `mkdir -p ${POLICIES} && mount --bind "$0" ${POLICIES} && exec "$@"`;
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'];

/**
 * Chromium on a page as a device's window starts it, with a profile on the disk and no debugger: a driver's browser keeps and
 * refuses other things, and the device's policy forbids one. What it did is seen by what it asked servers for.
 * @param policies a folder that this browser alone finds as the system's policies (a mount namespace; needs root)
 * @returns ends it and removes its profile
 */
export function openPlainBrowser(url: string, flags: string[] = [], policies?: string): () => void {
  const profile = mkdtempSync(join(tmpdir(), 'plain-browser-'));
  const program = browserPath();
  if (program === undefined) throw new Error('no browser is here; npm test installs one');
  const browser = [program, ...FLAGS, ...flags, `--user-data-dir=${profile}`, url];
  const [command = '', ...args] =
    policies === undefined ? browser : ['unshare', '-m', 'sh', '-c', AS_POLICIES, policies, ...browser];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  return () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    rmSync(profile, { recursive: true, force: true });
  };
}
