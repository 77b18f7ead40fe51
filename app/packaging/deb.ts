import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from './tree.ts';

/** Fields of a binary package's control file (Debian Policy §5.3). */
export interface DebControl {
  Package: string;
  Version: string;
  Architecture: 'amd64' | 'arm64';
  Maintainer: string;
  Depends: string;
  Recommends?: string;
  Section: string;
  Priority: 'optional';
  Homepage?: string;
  /** First line: synopsis; further lines: the long text. */
  Description: string;
}

type Script = 'postinst' | 'prerm' | 'postrm';

function controlText(control: DebControl, installedKib: number): string {
  const { Description, ...rest } = control;
  const fields = Object.entries({ ...rest, 'Installed-Size': String(installedKib) });
  const description = Description.split('\n').join('\n ');
  return `${[...fields.map(([name, value]) => `${name}: ${value}`), `Description: ${description}`].join('\n')}\n`;
}

/** Sizes in whole KiB, as `Installed-Size` counts them. */
function sizeKib(folder: string): number {
  return Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split(/\s/)[0]);
}

/**
 * Makes a .deb of a folder laid out like the root of a system. Needs dpkg-deb, which every Debian has.
 * @param root gets a folder DEBIAN; everything else in it is installed, owned by root
 * @param conffiles absolute paths that an administrator may edit and an upgrade keeps
 */
export function writeDeb(
  root: string,
  control: DebControl,
  scripts: Partial<Record<Script, string>>,
  conffiles: readonly string[],
  output: string,
): void {
  const installedKib = sizeKib(root);
  const debian = join(root, 'DEBIAN');
  mkdirSync(debian);
  writeFileSync(join(debian, 'control'), controlText(control, installedKib));
  writeFileSync(join(debian, 'conffiles'), conffiles.map((path) => `${path}\n`).join(''));
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(debian, name), text);
    chmodSync(join(debian, name), 0o755);
  }
  // Not xz: it takes minutes over the Node inside; not zstd: older systems of halls cannot read it.
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z6', '--build', root, output], { stdio: 'pipe' });
}

const OS_FILES: readonly [file: string, to: string, mode: number][] = [
  ['pingjiaqi.service', 'usr/lib/systemd/system/pingjiaqi.service', 0o644],
  ['pingjiaqi-window.service', 'usr/lib/systemd/system/pingjiaqi-window.service', 0o644],
  ['60-pingjiaqi-ports.rules', 'usr/lib/udev/rules.d/60-pingjiaqi-ports.rules', 0o644],
  ['70-pingjiaqi-usb.rules', 'usr/share/pingjiaqi/70-pingjiaqi-usb.rules', 0o644],
  ['pingjiaqi-update.service', 'usr/lib/systemd/system/pingjiaqi-update.service', 0o644],
  ['pingjiaqi-update.timer', 'usr/lib/systemd/system/pingjiaqi-update.timer', 0o644],
  ['pingjiaqi-page-policy.path', 'usr/lib/systemd/system/pingjiaqi-page-policy.path', 0o644],
  ['pingjiaqi-page-policy.service', 'usr/lib/systemd/system/pingjiaqi-page-policy.service', 0o644],
  ['boot-gate', 'opt/pingjiaqi/boot-gate', 0o755],
  ['sysusers.conf', 'usr/lib/sysusers.d/pingjiaqi.conf', 0o644],
  ['chromium-policy.json', 'etc/chromium/policies/managed/pingjiaqi.json', 0o644],
];
const CONFFILES = ['/etc/chromium/policies/managed/pingjiaqi.json'];
const COMMAND = '#!/bin/sh\nexec /opt/pingjiaqi/current/bin/pingjiaqi "$@"\n';

/** @param os folder with the files for the operating system @param root of the system that is laid out */
export function placeOsFiles(os: string, root: string): void {
  for (const [file, to, mode] of OS_FILES) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(join(os, file), join(root, to));
    chmodSync(join(root, to), mode);
  }
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  writeFileSync(join(root, 'usr/bin/pingjiaqi'), COMMAND, { mode: 0o755 });
}

/**
 * The package for a machine without Electron: the tree under /opt/pingjiaqi/versions/<version>, units, rules and the
 * user. Chromium is the window.
 * @param tree as `layOutTree` made it
 * @param work an empty folder
 */
export function debOfTree(
  tree: string,
  os: string,
  version: string,
  arch: 'x64' | 'arm64',
  work: string,
  output: string,
): void {
  const root = join(work, 'root');
  const home = join(root, 'opt/pingjiaqi/versions', version);
  mkdirSync(dirname(home), { recursive: true });
  cpSync(tree, home, { recursive: true });
  placeOsFiles(os, root);
  for (const path of filesBelow(root)) if (path.endsWith('.node')) chmodSync(join(root, path), 0o644);
  const script = (name: Script) => readFileSync(join(os, name), 'utf8').replaceAll('@VERSION@', version);
  writeDeb(
    root,
    {
      Package: 'pingjiaqi',
      Version: version,
      Architecture: arch === 'x64' ? 'amd64' : 'arm64',
      Maintainer: 'pingjiaqi <maintainer@pingjiaqi.invalid>',
      Depends: 'chromium, fonts-noto-cjk, xserver-xorg-core, xinit, openbox, x11-xserver-utils, libc6 (>= 2.28)',
      Recommends: 'xserver-xorg-input-libinput, udev, tpm2-tools',
      Section: 'misc',
      Priority: 'optional',
      Description:
        'evaluation device of a government service window\nTakes the ratings of citizens by touch, button box and phone, keeps them in a sealed and\nchained ledger and delivers each once. Brings its own Node; Chromium is its window.',
    },
    { postinst: script('postinst'), prerm: script('prerm'), postrm: script('postrm') },
    CONFFILES,
    output,
  );
}
