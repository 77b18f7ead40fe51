import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ed25519PrivateJwk } from '../../../sync/protocol/jws.ts';
import { switchTo } from '../home.ts';
import type { UpdateRequest } from '../install.ts';
import type { UpdateManifest } from '../manifest.ts';
import { signBundle } from '../sign.ts';

/** A real installation folder whose trees are a shell script each, and a maker who signs for it. */

export const GATE = join(import.meta.dirname, '../../packaging/os/boot-gate');

export interface SmallHome {
  home: { root: string };
  work: string;
  healthy: string;
  bundle(version: string, about?: Partial<UpdateManifest>, key?: Ed25519PrivateJwk): Promise<string>;
  request(file: string): UpdateRequest;
  /** What the device's unit does before a start, and what then answers. */
  boot(): string;
}

export function newKey(): Ed25519PrivateJwk {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as unknown as Ed25519PrivateJwk;
}

function plantTree(folder: string, version: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'bin/pingjiaqi'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  // Of a size that a cut-off copy would show.
  writeFileSync(join(folder, 'lib/data'), version.repeat(20_000));
}

export function smallHome(version = '1.0.0'): SmallHome {
  const work = mkdtempSync(join(tmpdir(), 'update-'));
  const home = { root: join(work, 'home') };
  const key = newKey();
  plantTree(join(home.root, 'versions', version), version);
  switchTo(home, version);
  const { d: _private, ...publicKey } = key;
  writeFileSync(join(home.root, 'release-keys.json'), JSON.stringify({ keys: [{ kid: 'maker', ...publicKey }] }));
  const healthy = join(work, 'healthy');
  return {
    home,
    work,
    healthy,
    async bundle(next, about = {}, by = key) {
      const tree = join(work, `tree-${next}`, 'pingjiaqi');
      plantTree(tree, next);
      const payload = join(work, `${next}.tar.gz`);
      execFileSync('tar', ['-czf', payload, '-C', join(tree, '..'), 'pingjiaqi']);
      const file = join(work, `${next}.update`);
      const base = { product: 'pingjiaqi', version: next, from: version, platform: 'linux-x64' as const };
      await signBundle(payload, { ...base, ...about }, by, file);
      return file;
    },
    request: (file) => ({ home, file, product: 'pingjiaqi', platform: 'linux-x64' }),
    boot() {
      execFileSync('sh', [GATE, home.root, healthy], { stdio: 'pipe' });
      return execFileSync(join(home.root, 'current/bin/pingjiaqi'), { encoding: 'utf8' }).trim();
    },
  };
}
