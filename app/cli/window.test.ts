import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepScale, keptScale } from './kept-scale.ts';
import { openWindow } from './window.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'window-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A program that says with what it was started. */
function speaking(path: string): string {
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" > '${join(folder, 'said')}'\n`);
  chmodSync(path, 0o755);
  return path;
}

/** What the window's program is given. */
async function givenFor(scale: number | null | undefined): Promise<string[]> {
  const options = { kiosk: true, profileDir: folder, ...(scale === undefined ? {} : { scale }) };
  const window = openWindow('http://127.0.0.1:8080/', options)!;
  await new Promise((resolve) => window.once('exit', resolve));
  return readFileSync(join(folder, 'said'), 'utf8').trimEnd().split('\n');
}

const scaling = (given: string[]) => given.filter((flag) => flag.includes('scale-factor'));

describe('the window’s program', () => {
  it('when it is a browser then it is told the scale, in a viewport that the media queries see', async () => {
    vi.stubEnv('PINGJIAQI_CHROMIUM', speaking(join(folder, 'chromium')));
    expect(scaling(await givenFor(1.42))).toEqual(['--force-device-scale-factor=1.42']);
  });

  it.each([null, undefined])('when the scale is %s then nothing is said of one', async (scale) => {
    vi.stubEnv('PINGJIAQI_CHROMIUM', speaking(join(folder, 'chromium')));
    const given = await givenFor(scale);
    expect([given.includes('--kiosk'), scaling(given)]).toEqual([true, []]);
  });
});

describe('the scale that the window had', () => {
  it('is kept for the next start, until there is none', () => {
    expect(keptScale(folder)).toBeNull();
    keepScale(folder, 1.42);
    expect(keptScale(folder)).toBe(1.42);
    keepScale(folder, null);
    expect([keptScale(folder), existsSync(join(folder, 'window-scale.json'))]).toEqual([null, false]);
  });

  it.each(['', '{', '{"scale":0}', '{"scale":"2"}', '{"scale":99}', '[]'])('is none where its note is %j', (text) => {
    writeFileSync(join(folder, 'window-scale.json'), text);
    expect(keptScale(folder)).toBeNull();
  });
});
