import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Programs that tests drive are part of the tests: root on Debian gets them from the distribution; anybody else gets one
 * line that says what to install. Never skips.
 * @param isThere whether nothing is missing
 * @param what for the message
 */
export function ensurePackages(isThere: () => boolean, what: string, packages: readonly string[]): void {
  if (isThere()) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`No ${what} found. Install it first: sudo apt-get install ${packages.join(' ')}`);
  }
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  // Another test may be installing what it needs.
  const patient = ['-qq', '-o', 'DPkg::Lock::Timeout=300'];
  execFileSync('apt-get', ['update', ...patient], options);
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...patient, ...packages], options);
  if (!isThere()) throw new Error(`${what} was installed and is not where it is looked for`);
}
