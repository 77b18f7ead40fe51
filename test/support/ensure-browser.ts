import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

/** The browser that tests, benchmark and screenshots drive; PINGJIAQI_CHROMIUM names another one. */
export function browserPath(): string | undefined {
  const named = process.env.PINGJIAQI_CHROMIUM;
  return [...(named === undefined ? [] : [named]), ...CANDIDATES].find((path) => existsSync(path));
}

/**
 * A browser is part of the tests. Where there is none, root on Debian gets one from the distribution; anybody else
 * gets one line that says what to install. Never skips.
 */
export default function ensureBrowser(): void {
  if (browserPath() !== undefined) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`No Chromium found. Install it first: sudo apt-get install ${PACKAGES.join(' ')}`);
  }
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], options);
}
