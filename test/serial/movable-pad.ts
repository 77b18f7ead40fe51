import { appendFile, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPtyPair, type PtyPair } from '../../device/peripherals/simulated/pty-pair.ts';

/** A simulated pad behind one stable path, like a link below /dev/serial/by-id, while the terminal behind it changes. */
export interface MovablePad {
  /** What the device opens. */
  readonly path: string;
  /** The pad's own end, which changes with every `plugIn`. */
  readonly padEnd: string;
  /** Sends bytes as the pad; resolves when the system has taken them. */
  send(bytes: Uint8Array | string): Promise<void>;
  /** Pulls the plug while bytes are still on their way; the link is left pointing at nothing. */
  pullOutInTraffic(): Promise<void>;
  /** Plugs a new pad in under the same link. */
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

export async function openMovablePad(): Promise<MovablePad> {
  const folder = await mkdtemp(join(tmpdir(), 'pad-'));
  const path = join(folder, 'pad');
  let pair: PtyPair = await openPtyPair();
  await point(path, pair.b);
  return {
    path,
    get padEnd() {
      return pair.a;
    },
    send: (bytes) => appendFile(pair.a, bytes),
    async pullOutInTraffic() {
      // The end may vanish below the writers; that is the point.
      const traffic = Array.from({ length: 20 }, () => appendFile(pair.a, '5'.repeat(64)));
      await traffic[0];
      pair.kill();
      await Promise.allSettled(traffic);
      await pair.close();
    },
    async plugIn() {
      pair = await openPtyPair();
      await point(path, pair.b);
    },
    async close() {
      await pair.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** By renaming, so that the path never names half a link. */
async function point(path: string, target: string): Promise<void> {
  await symlink(target, `${path}.new`);
  await rename(`${path}.new`, path);
}
