import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveFolder } from '../../app/packaging/archive.ts';
import { debOfTree } from '../../app/packaging/deb.ts';
import type { Sbom } from '../../app/packaging/sbom.ts';
import { filesBelow, layOutTree, OS_FOLDER, SBOM_FILE } from '../../app/packaging/tree.ts';
import { endAllDemos, startDemoProcess } from '../support/demo-process.ts';
import { eventually, openVisit } from '../support/visits.ts';

/** The device for machines without Electron: laid out, started from there, packed, installed and removed for real. */

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'standalone-'));
const tree = join(work, 'pingjiaqi');
const deb = join(work, 'pingjiaqi.deb');
/** No Node of the machine or of the checkout can be found by these. */
const BARE = { PATH: '/usr/bin:/bin', HOME: work };
let files: string[];
let version: string;

beforeAll(() => {
  version = layOutTree(root, tree, { platform: 'linux', arch: 'x64' }).manifest.version;
  files = filesBelow(tree);
  debOfTree(tree, join(root, OS_FOLDER), version, 'x64', work, deb);
});

afterAll(async () => {
  await endAllDemos();
  rmSync(work, { recursive: true });
});

describe('the tree', () => {
  it.each([
    ['tests, doubles and fixtures', /\.test\.|^test\/|\/fixtures\/|\/testing\/|electron-double/],
    ['page sources', /\.tsx$|^app\/pages\//],
    ['source maps', /\.map$/],
    ['development tools', /node_modules\/(vitest|vite|typescript|playwright-core|electron|electron-builder)\//],
    ['other systems’ native parts', /prebuilds\/.*(darwin|win32|android|musl|arm)/],
  ])('has no %s', (_what, pattern) => {
    expect(files.filter((file) => pattern.test(file))).toEqual([]);
  });

  it('names no folder of the machine that built it', () => {
    const own = files.filter((file) => !file.startsWith('node_modules/') && !file.startsWith('node/'));
    expect(own.filter((file) => readFileSync(join(tree, file)).includes(root))).toEqual([]);
  });

  it('has every shipped file in its bill of materials, under its true hash', () => {
    const sbom = JSON.parse(readFileSync(join(tree, SBOM_FILE), 'utf8')) as Sbom;
    const listed = new Map(
      sbom.components.filter(({ type }) => type === 'file').map(({ name, hashes }) => [name, hashes?.[0]?.content]),
    );
    expect([...listed.keys()].sort()).toEqual(files.filter((file) => file !== SBOM_FILE));
    for (const [file, content] of listed) {
      const found = createHash('sha256').update(readFileSync(join(tree, file)));
      expect(found.digest('hex'), file).toBe(content);
    }
    const names = sbom.components.filter(({ type }) => type !== 'file').map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['node', 'better-sqlite3', 'serialport', 'axios', 'node-cron']));
  });

  it('is packed to the same bytes each time', () => {
    const archives = ['one.tar.gz', 'two.tar.gz'].map((name) => join(work, name));
    // Without the Node inside, which only makes it slow.
    for (const archive of archives) archiveFolder(join(tree, 'app'), archive, 0);
    const [one, two] = archives.map((archive) => createHash('sha256').update(readFileSync(archive)).digest('hex'));
    expect(one).toBe(two);
  });

  it('runs on its own Node where the machine has none, and a rating ends as a receipt', async () => {
    const printed = execFileSync(join(tree, 'bin/pingjiaqi'), ['--version'], { env: BARE, encoding: 'utf8' });
    expect(printed.trim()).toBe(version);
    const demo = await startDemoProcess({ program: [join(tree, 'bin/pingjiaqi')], env: BARE });
    expect((await fetch(demo.ready.citizen)).status).toBe(200);
    await eventually(async () => expect((await demo.status()).peripherals[0]?.state).toBe('ready'));
    const visitId = await openVisit(demo, 'TREE-1');
    writeFileSync(demo.ready.keypad ?? '', '2', { flag: 'a' });
    await eventually(async () => {
      const standing = (await demo.centre.ratings()).filter((one) => one.visitId === visitId);
      expect(standing).toEqual([expect.objectContaining({ level: 2, channel: 'keypad' })]);
    });
    expect((await demo.stop()).code).toBe(0);
  });
});

describe('the Debian package', () => {
  it('says what it needs and puts unit, rules, user and policy in place', () => {
    const control = execFileSync('dpkg-deb', ['-f', deb], { encoding: 'utf8' });
    expect(control).toContain(`Version: ${version}\n`);
    for (const needed of ['chromium', 'fonts-noto-cjk', 'openbox', 'xinit']) expect(control).toContain(needed);
    const listing = execFileSync('sh', ['-c', 'dpkg-deb -c "$0" | grep -v /node_modules/', deb], { encoding: 'utf8' });
    for (const file of [
      './usr/lib/systemd/system/pingjiaqi.service',
      './usr/lib/systemd/system/pingjiaqi-window.service',
      './usr/lib/systemd/system/pingjiaqi-page-policy.path',
      './usr/lib/systemd/system/pingjiaqi-page-policy.service',
      './usr/lib/udev/rules.d/60-pingjiaqi-ports.rules',
      './usr/lib/sysusers.d/pingjiaqi.conf',
      './etc/chromium/policies/managed/pingjiaqi.json',
      './usr/bin/pingjiaqi',
      './opt/pingjiaqi/boot-gate',
      `./opt/pingjiaqi/versions/${version}/os/session`,
    ])
      expect(listing).toContain(`${file}\n`);
    expect(listing.split('\n').filter((line) => line !== '' && !line.includes('root/root'))).toEqual([]);
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(!isRoot)(
    `installs, runs, and leaves the ledger when it goes${isRoot ? '' : ' (NOT RUN: needs root)'}`,
    () => {
      const script = join(import.meta.dirname, 'installed-system.sh');
      const printed = execFileSync('unshare', ['-m', 'sh', script, deb], { encoding: 'utf8', stdio: 'pipe' });
      const seen = Object.fromEntries(printed.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      expect(seen).toMatchObject({
        current: `versions/${version}`,
        again: `versions/${version}`,
        data: 'pingjiaqi 700',
        version,
        ledger: 'kept',
        left: '0',
        told: expect.stringContaining('/var/lib/pingjiaqi'),
      });
      expect(seen.user).toMatch(/^pingjiaqi groups: .*\blp\b.*\bdialout\b/);
    },
  );
});
