import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sbomOf } from './sbom.ts';
import { copyPackages, type ShippedPackage, shippedPackages, type Target } from './shipped-packages.ts';
import { sourceClosure } from './source-closure.ts';

/** Where running begins: the command line, and the processes that it starts by path. */
const ENTRIES = ['app/pingjiaqi.mjs', ...['appliance', 'agent', 'centre'].map((name) => `app/processes/${name}.ts`)];
/** Built or taken as they are; `dist` must have been built before. */
const FOLDERS = ['assets', 'dist/pages'];
const FILES = ['package.json', 'LICENSE', 'CHANGELOG.md'];
export const OS_FOLDER = 'app/packaging/os';
export const SBOM_FILE = 'sbom.cdx.json';

/** Started by the unit and by hand: the Node inside, whatever the machine has. */
const LAUNCHER = `#!/bin/sh
# Runs pingjiaqi on the Node that came with it.
here=$(dirname "$(readlink -f "$0")")
exec "$here/../node/bin/node" "$here/../app/pingjiaqi.mjs" "$@"
`;

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });
export type Manifest = z.infer<typeof manifestSchema>;

export function manifestOf(root: string): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
}

/** Every file below a folder, sorted, with `/`. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function nodePackage(root: string, { platform, arch }: Target): { folder: string; version: string } {
  const folder = join(root, 'node_modules', `node-${platform}-${arch}`);
  if (!existsSync(folder)) throw new Error(`Node for ${platform}-${arch} is not installed; build on such a machine.`);
  return { folder, version: manifestOf(folder).version };
}

function copyNode(folder: string, to: string): void {
  mkdirSync(join(to, 'node/bin'), { recursive: true });
  cpSync(join(folder, 'bin/node'), join(to, 'node/bin/node'));
  chmodSync(join(to, 'node/bin/node'), 0o755);
  cpSync(join(folder, 'LICENSE'), join(to, 'node/LICENSE'));
}

function copySources(root: string, to: string): void {
  for (const path of [...sourceClosure(root, ENTRIES), ...FILES]) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(root, path), join(to, path));
  }
  for (const folder of FOLDERS) {
    if (!existsSync(join(root, folder))) throw new Error(`${folder} is missing; run "npm run build" first.`);
    cpSync(join(root, folder), join(to, folder), { recursive: true });
  }
}

/** What the operating system is given; the session is started from here, the rest is for whoever sets a machine up. */
function copyOsFiles(root: string, to: string): void {
  cpSync(join(root, OS_FOLDER), join(to, 'os'), { recursive: true });
}

function writeLauncher(to: string): void {
  mkdirSync(join(to, 'bin'));
  writeFileSync(join(to, 'bin/pingjiaqi'), LAUNCHER, { mode: 0o755 });
}

/**
 * Lays out a device that needs neither Electron nor an installed Node: sources as they were tested, built pages, data,
 * packages, Node, and a bill of materials over all of it.
 * @param root the checkout, installed by `npm ci` and built
 * @param to a folder that does not exist yet
 * @throws Error where something that belongs inside is not there; a half-written folder may be left
 */
export function layOutTree(
  root: string,
  to: string,
  target: Target,
): { manifest: Manifest; packages: ShippedPackage[] } {
  const manifest = manifestOf(root);
  const node = nodePackage(root, target);
  const packages = shippedPackages(root);
  mkdirSync(to, { recursive: true });
  copySources(root, to);
  copyPackages(root, to, packages, target);
  copyNode(node.folder, to);
  copyOsFiles(root, to);
  writeLauncher(to);
  const sbom = sbomOf({ ...manifest, node: node.version, packages, tree: to, files: filesBelow(to) });
  writeFileSync(join(to, SBOM_FILE), `${JSON.stringify(sbom, null, 1)}\n`);
  return { manifest, packages };
}
