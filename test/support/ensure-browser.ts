import { existsSync } from 'node:fs';
import { ensurePackages } from '../../device/testing/ensure-packages.ts';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

/** The browser that tests, benchmark and screenshots drive; PINGJIAQI_CHROMIUM names another one. */
export function browserPath(): string | undefined {
  const named = process.env.PINGJIAQI_CHROMIUM;
  return [...(named === undefined ? [] : [named]), ...CANDIDATES].find((path) => existsSync(path));
}

/** A browser is part of the tests. */
export default function ensureBrowser(): void {
  ensurePackages(() => browserPath() !== undefined, 'Chromium', PACKAGES);
}
