import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { currentVersion, failedVersions, highestVersion, lockPath, readTrial } from './home.ts';
import { checkBundle, installBundle } from './install.ts';
import { LOCK_MAX_AGE_MS } from './lock.ts';
import { newKey, type SmallHome, smallHome } from './testing/small-home.ts';

const homes: SmallHome[] = [];
afterEach(() => {
  for (const { work } of homes.splice(0)) rmSync(work, { recursive: true });
});

function device(version?: string): SmallHome {
  const made = smallHome(version);
  homes.push(made);
  return made;
}

const install = (on: SmallHome, file: string, again = false) =>
  installBundle({ ...on.request(file), again }, Date.now());

describe('an update', () => {
  it('when it is signed, newer and whole then it starts next, on trial', async () => {
    const on = device();
    await install(on, await on.bundle('1.1.0'));
    expect(readTrial(on.home)).toEqual({ version: '1.1.0', previous: '1.0.0', starts: 0 });
    expect(on.boot()).toBe('1.1.0');
    expect(existsSync(lockPath(on.home))).toBe(false);
  });

  it('when it proves itself then it is confirmed at the next start, and older ones stay out for good', async () => {
    const on = device();
    await install(on, await on.bundle('1.2.0'));
    on.boot();
    writeFileSync(on.healthy, '1.2.0');
    expect([on.boot(), readTrial(on.home), highestVersion(on.home)]).toEqual(['1.2.0', null, '1.2.0']);
    await expect(install(on, await on.bundle('1.1.0'))).rejects.toMatchObject({ code: 'not_newer' });
    await expect(install(on, join(on.work, '1.2.0.update'))).rejects.toMatchObject({ code: 'not_newer' });
  });

  it('when it does not prove itself in three starts then the old version is back, and it is not tried again unasked', async () => {
    const on = device();
    const file = await on.bundle('1.1.0');
    await install(on, file);
    writeFileSync(on.healthy, '1.0.0');
    expect([on.boot(), on.boot(), on.boot(), on.boot()]).toEqual(['1.1.0', '1.1.0', '1.1.0', '1.0.0']);
    expect([failedVersions(on.home), readTrial(on.home)]).toEqual([['1.1.0'], null]);
    expect(on.boot()).toBe('1.0.0');
    await expect(install(on, file)).rejects.toMatchObject({ code: 'failed_before' });
    await install(on, file, true);
    expect(on.boot()).toBe('1.1.0');
  });

  it('when one comes while another is on trial then the way back leads to the proven one', async () => {
    const on = device();
    await install(on, await on.bundle('1.1.0'));
    on.boot();
    await install(on, await on.bundle('1.2.0'));
    expect(readTrial(on.home)).toEqual({ version: '1.2.0', previous: '1.0.0', starts: 0 });
    expect([on.boot(), on.boot(), on.boot(), on.boot()].at(-1)).toBe('1.0.0');
  });

  it('keeps only what is in service and what to fall back on', async () => {
    const on = device();
    for (const version of ['1.1.0', '1.2.0']) {
      await install(on, await on.bundle(version));
      writeFileSync(on.healthy, version);
      on.boot();
    }
    expect(readdirSync(join(on.home.root, 'versions')).sort()).toEqual(['1.1.0', '1.2.0']);
  });
});

describe('what is refused, with nothing changed', () => {
  const untouched = (on: SmallHome) => {
    expect([currentVersion(on.home), readTrial(on.home), on.boot()]).toEqual(['1.0.0', null, '1.0.0']);
    expect(readdirSync(join(on.home.root, 'versions'))).toEqual(['1.0.0']);
    expect(existsSync(lockPath(on.home))).toBe(false);
  };

  it.each([
    ['for another product', { product: 'other' }, 'other_product'],
    ['for another processor', { platform: 'linux-arm64' as const }, 'other_machine'],
    ['older', { version: '0.9.0', from: '0.1.0' }, 'not_newer'],
    ['the same', { version: '1.0.0' }, 'not_newer'],
    ['not to be reached from here', { from: '1.0.5' }, 'base_too_old'],
  ])('a bundle %s', async (_what, about, code) => {
    const on = device();
    await expect(install(on, await on.bundle('1.1.0', about))).rejects.toMatchObject({ code });
    untouched(on);
  });

  it('a bundle that somebody else signed', async () => {
    const on = device();
    await expect(install(on, await on.bundle('1.1.0', {}, newKey()))).rejects.toMatchObject({
      code: 'bundle_unsigned',
    });
    untouched(on);
  });

  it.each<[string, (file: string) => void, string]>([
    ['cut short', (file) => truncateSync(file, readFileSync(file).length - 100), 'bundle_damaged'],
    ['longer than signed', (file) => appendFileSync(file, 'x'), 'bundle_damaged'],
    [
      'without its payload',
      (file) => writeFileSync(file, `${readFileSync(file, 'latin1').split('\n')[0]}\n`),
      'bundle_damaged',
    ],
    ['empty', (file) => writeFileSync(file, ''), 'bundle_malformed'],
    ['no bundle at all', (file) => writeFileSync(file, 'PK\u0003\u0004 a zip file\n and more'), 'bundle_malformed'],
    ['one long line', (file) => writeFileSync(file, 'a'.repeat(10_000)), 'bundle_malformed'],
  ])('a file that is %s', async (_what, harm, code) => {
    const on = device();
    const file = await on.bundle('1.1.0');
    harm(file);
    await expect(install(on, file)).rejects.toMatchObject({ code });
    untouched(on);
  });

  it('anything, where no release key is in place', async () => {
    const on = device();
    const file = await on.bundle('1.1.0');
    for (const content of ['', '{}', '{"keys":[]}']) {
      writeFileSync(join(on.home.root, 'release-keys.json'), content);
      await expect(checkBundle(on.request(file))).rejects.toMatchObject({ code: 'no_release_keys' });
    }
    rmSync(join(on.home.root, 'release-keys.json'));
    await expect(install(on, file)).rejects.toMatchObject({ code: 'no_release_keys', next: 'stop' });
    untouched(on);
  });
});

describe('the lock', () => {
  it('when another installation runs then this one is refused; a lock of the dead or of half an hour ago is broken', async () => {
    const on = device();
    const file = await on.bundle('1.1.0');
    const lock = lockPath(on.home);
    writeFileSync(lock, String(process.pid));
    await expect(install(on, file)).rejects.toMatchObject({ code: 'update_running', next: 'retry' });
    const longAgoS = (Date.now() - LOCK_MAX_AGE_MS - 1000) / 1000;
    utimesSync(lock, longAgoS, longAgoS);
    await install(on, file);
    copyFileSync(join(on.home.root, 'release-keys.json'), lock); // holds no number of a process
    await install(on, await on.bundle('1.2.0'));
    expect(on.boot()).toBe('1.2.0');
  });
});
