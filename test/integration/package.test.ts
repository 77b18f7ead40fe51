import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { extractAll, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { forkHost } from '../../app/supervisor/fork-host.ts';
import { Supervisor } from '../../app/supervisor/supervisor.ts';
import { systemClock } from '../../device/clock.ts';

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'package-test-'));
const out = join(work, 'out');
const resources = join(out, 'linux-unpacked/resources');
const extracted = join(work, 'extracted');
let listed: string[];

/** Enough of an Electron for the packager, which copies it without looking inside. */
function makeElectronDist(): string {
  const dist = join(work, 'electron');
  mkdirSync(join(dist, 'locales'), { recursive: true });
  writeFileSync(join(dist, 'electron'), '#!/bin/sh\n');
  chmodSync(join(dist, 'electron'), 0o755);
  writeFileSync(join(dist, 'version'), '45.4.1');
  for (const language of ['zh-CN', 'en-US', 'fr']) writeFileSync(join(dist, 'locales', `${language}.pak`), '');
  return dist;
}

const tool = (name: string, ...args: string[]) =>
  execFileSync(process.execPath, [join(root, 'node_modules', name), ...args], {
    cwd: root,
    stdio: 'pipe',
    env: { ...process.env, CUSTOM_FPM_PATH: join(root, 'app/packaging/fpm.ts') },
  });

beforeAll(() => {
  // Built by `npm test` before any test runs, and not again here: other tests are being served from that folder.
  const overrides = [`-c.electronDist=${makeElectronDist()}`, `-c.directories.output=${out}`];
  tool('electron-builder/cli.js', '--linux', 'dir', 'deb', '--x64', ...overrides);
  const asar = join(resources, 'app.asar');
  listed = listPackage(asar, { isPack: false });
  extractAll(asar, extracted);
});

afterAll(() => rmSync(work, { recursive: true }));

/** Runs a module of the extracted package on the Node of the tests and returns what it prints. */
function runExtracted(source: string): string {
  const file = join(extracted, 'probe.mjs');
  writeFileSync(file, source);
  return execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim();
}

describe('the unpacked directory', () => {
  it('holds the renamed program and only the languages that are used', () => {
    expect(existsSync(join(out, 'linux-unpacked/pingjiaqi'))).toBe(true);
    expect(readdirSync(join(out, 'linux-unpacked/locales')).sort()).toEqual(['en-US.pak', 'zh-CN.pak']);
  });

  it.each([
    ['/package.json'],
    ['/dist/main/main.mjs'],
    ['/dist/main/appliance.mjs'],
    ['/dist/main/agent.mjs'],
    ['/dist/pages/citizen/index.html'],
    ['/dist/pages/staff/index.html'],
    ['/dist/pages/technician/index.html'],
  ])('has %s in its archive', (file) => {
    expect(listed).toContain(file);
  });

  it('starts at the bundled shell', async () => {
    const url = pathToFileURL(join(extracted, 'package.json')).href;
    const { default: manifest } = await import(url, { with: { type: 'json' } });
    expect(manifest.main).toBe('dist/main/main.mjs');
  });

  it('has every data file of assets/', () => {
    const files = readdirSync(join(root, 'assets'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
      .map((entry) => `/${join(entry.parentPath, entry.name).slice(root.length + 1)}`);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !listed.includes(file))).toEqual([]);
  });

  it.each([
    ['tests and their doubles', /\.test\.|^\/test\/|\/fixtures\/|electron-double/],
    ['sources', /\.tsx?$|^\/(app|device|sync)\//],
    ['source maps', /\.map$/],
    ['another Node', /node-linux-/],
    ['development tools', /node_modules\/(electron|vitest|vite|typescript|playwright-core|electron-builder)\//],
    ['other systems’ native parts', /(darwin|win32|android|musl).*\.node$/],
  ])('has no %s', (_what, pattern) => {
    expect(listed.filter((file) => pattern.test(file))).toEqual([]);
  });

  it('has every native part outside of the archive', () => {
    const natives = listed.filter((file) => file.endsWith('.node'));
    expect(natives.length).toBeGreaterThanOrEqual(2);
    expect(natives.filter((file) => !existsSync(join(resources, 'app.asar.unpacked', file)))).toEqual([]);
  });
});

describe('the Debian package', () => {
  const deb = () => join(out, readdirSync(out).find((name) => name.endsWith('.deb')) ?? 'none was made');

  it('asks for what it needs, and puts unit, rules and user in place', () => {
    const control = execFileSync('dpkg-deb', ['-f', deb()], { encoding: 'utf8' });
    for (const line of [
      'Package: pingjiaqi',
      'Architecture: amd64',
      'Depends: fonts-noto-cjk, ',
      'Recommends: tpm2-tools',
    ]) {
      expect(control).toContain(line);
    }
    const listing = execFileSync('sh', ['-c', 'dpkg-deb -c "$0" | grep -v node_modules', deb()], { encoding: 'utf8' });
    for (const file of [
      './opt/pingjiaqi/pingjiaqi',
      './opt/pingjiaqi/resources/app.asar',
      './opt/pingjiaqi/resources/os/session-electron',
      './usr/lib/systemd/system/pingjiaqi.service',
      './usr/lib/udev/rules.d/60-pingjiaqi-ports.rules',
      './usr/lib/sysusers.d/pingjiaqi.conf',
    ])
      expect(listing).toContain(`${file}\n`);
  });

  it('has scripts that keep the ledger', () => {
    const scripts = join(work, 'scripts');
    execFileSync('dpkg-deb', ['-e', deb(), scripts]);
    for (const name of ['postinst', 'postrm']) execFileSync('sh', ['-n', join(scripts, name)]);
    expect(readFileSync(join(scripts, 'postrm'), 'utf8')).not.toMatch(/rm -r/);
  });
});

describe('the release’s configuration', () => {
  it('is accepted, and burns its fuses: a stand-in, which has none, is where it stops', () => {
    const overrides = [`-c.electronDist=${makeElectronDist()}`, `-c.directories.output=${join(work, 'release')}`];
    const args = ['--config', 'electron-builder.release.yml', '--linux', 'dir', '--x64', ...overrides];
    const builder = join(root, 'node_modules/electron-builder/cli.js');
    const { status, stdout } = spawnSync(process.execPath, [builder, ...args], { cwd: root, encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, expect.stringContaining('Could not find sentinel')]);
  });
});

describe('what was packed', () => {
  it('loads SQLite and a serial port on Node 24', () => {
    const printed = runExtracted(`
      import Database from 'better-sqlite3';
      import { SerialPort } from 'serialport';
      const { version } = new Database(':memory:').prepare('select sqlite_version() as version').get();
      console.log(version, typeof SerialPort.list);
    `);
    expect(printed).toMatch(/^3\.\d+\.\d+ function$/);
  });

  it('finds every package that its modules import', () => {
    const printed = runExtracted(`
      import { readdirSync, readFileSync } from 'node:fs';
      const names = new Set();
      for (const file of readdirSync('${extracted}/dist/main').filter((name) => name.endsWith('.mjs'))) {
        const text = readFileSync('${extracted}/dist/main/' + file, 'utf8');
        for (const [, name] of text.matchAll(/^import[^'"]*['"]([^'"./][^'"]*)['"]/gm)) names.add(name);
      }
      const missing = [];
      for (const name of names) {
        if (name === 'electron') continue;
        await import(name).catch((error) => missing.push(name + ': ' + error.message));
      }
      console.log(JSON.stringify({ seen: names.size, missing }));
    `);
    expect(JSON.parse(printed)).toEqual({ seen: expect.any(Number), missing: [] });
    expect(JSON.parse(printed).seen).toBeGreaterThan(5);
  });

  it('starts its processes, which serve the packed pages, and stops them in order', async () => {
    const env = {
      PINGJIAQI_DATA: join(work, 'data'),
      PINGJIAQI_TRIAL: '1',
      PINGJIAQI_LOCAL_PORT: '0',
      PINGJIAQI_LAN_PORT: '0',
    };
    const host = forkHost((name) => ({ file: join(extracted, `dist/main/${name}.mjs`), env }));
    const order = ['appliance', 'agent'];
    const supervisor = new Supervisor({ host, clock: systemClock, order, link: ['appliance', 'agent'] });
    onTestFinished(async () => void (await supervisor.stop()));
    const crash = once(supervisor, 'exit').then(([name]) => Promise.reject(new Error(`${name} ended`)));
    supervisor.start();
    const { appliance } = await Promise.race([supervisor.whenReady(), crash]);
    const page = await fetch(String(appliance?.citizen));
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<script')]);
    expect(await supervisor.stop()).toEqual({ stopped: ['agent', 'appliance'], killed: [] });
  }, 60_000);
});
