import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ROOT } from '../processes/settings.ts';
import { readReleaseKey, signBundle } from '../update/sign.ts';
import { archiveFolder } from './archive.ts';
import { debOfTree } from './deb.ts';
import { layOutTree, manifestOf, OS_FOLDER, SBOM_FILE } from './tree.ts';

/** `npm run dist:standalone`: the device for machines that Electron is not built for. */

interface Flags {
  out: string;
  arch: 'x64' | 'arm64';
  deb: boolean;
  key?: string;
  from?: string;
}

/** The moment of the commit, so that building twice gives the same bytes; 0 outside of a checkout. */
function commitEpochS(): number {
  try {
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return 0; // a source archive has no history, and a fixed time serves as well
  }
}

async function build({ out, arch, deb, key, from }: Flags): Promise<void> {
  const { name, version } = manifestOf(ROOT);
  const work = mkdtempSync(join(tmpdir(), 'pingjiaqi-dist-'));
  try {
    const title = `${name}-${version}-linux-${arch}`;
    const tree = join(work, title);
    layOutTree(ROOT, tree, { platform: 'linux', arch });
    mkdirSync(out, { recursive: true });
    archiveFolder(tree, join(out, `${title}.tar.gz`), commitEpochS());
    cpSync(join(tree, SBOM_FILE), join(out, `${title}.cdx.json`));
    if (key !== undefined) {
      const about = { product: name, version, from: from ?? version, platform: `linux-${arch}` as const };
      await signBundle(join(out, `${title}.tar.gz`), about, readReleaseKey(key), join(out, `${title}.update`));
    }
    if (deb) debOfTree(tree, join(ROOT, OS_FOLDER), version, arch, work, join(out, `${title}.deb`));
    process.stdout.write(
      `${out}: ${title}.tar.gz, .cdx.json${key === undefined ? '' : ', .update'}${deb ? ', .deb' : ''}\n`,
    );
  } finally {
    rmSync(work, { recursive: true });
  }
}

await new Command('dist:standalone')
  .description('Lays out the device with its own Node and packs it. Run "npm run build" first.')
  .addOption(new Option('--arch <arch>', 'processor').choices(['x64', 'arm64']).default('x64'))
  .option('--out <dir>', 'where the files go', (dir) => resolve(dir), join(ROOT, 'out'))
  .option('--no-deb', 'leave out the Debian package')
  .option('--key <file>', 'release key (Ed25519, PKCS#8 PEM): signs an update bundle as well')
  .option('--from <version>', 'with --key: the oldest version that may step to this one (default: this one)')
  .action((flags: Flags) => build(flags))
  .parseAsync();
