import { mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settle, VirtualClock } from '../../testing/virtual-clock.ts';
import { openPty } from '../simulated/pty.ts';
import { identifyByStat, watchPath } from './path-identity.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('identifyByStat', () => {
  it('when nothing is there, or the link points at nothing, then it is null', async () => {
    const path = join(folder, 'pad');
    expect(await identifyByStat(path)).toBeNull();
    await symlink(join(folder, 'gone'), path);
    expect(await identifyByStat(path)).toBeNull();
  });

  it.each(['COM7', 'com7', '\\\\.\\COM7'])('a COM name is no file, whatever lies in the folder: %s', async (name) => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await writeFile(name, '');
      expect(await identifyByStat(name)).toBeNull();
    } finally {
      process.chdir(before);
    }
  });

  it('when data passes then the identity stays', async () => {
    const pty = await openPty();
    const before = await identifyByStat(pty.path);
    await writeFile(pty.path, '5');
    expect(before).not.toBeNull();
    expect(await identifyByStat(pty.path)).toBe(before);
    await pty.close();
  });

  it('when a link points at another device then the identity changes', async () => {
    const [one, other] = [await openPty(), await openPty()];
    const path = join(folder, 'pad');
    await symlink(one.path, path);
    const before = await identifyByStat(path);
    await unlink(path);
    await symlink(other.path, path);
    expect(await identifyByStat(path)).not.toBe(before);
    await Promise.all([one.close(), other.close()]);
  });

  it('when a terminal comes back under the same number then the identity changes', async () => {
    const identities = new Set<string | null>();
    for (let turn = 0; turn < 5; turn += 1) {
      const pty = await openPty();
      identities.add(await identifyByStat(pty.path));
      await pty.close();
    }
    expect(identities.size).toBe(5);
  });
});

describe('watchPath', () => {
  it('when it is cancelled while it looks then it neither speaks nor looks again', async () => {
    const clock = new VirtualClock();
    const changes: string[] = [];
    let answer: (seen: string | null) => void = () => {};
    const identify = () => new Promise<string | null>((resolve) => (answer = resolve));
    const onChange = (change: string) => changes.push(change);
    for (const seen of ['same', null]) {
      const watch = watchPath({ path: '/dev/pad', expected: 'same', everyMs: 1000, identify, clock, onChange });
      await clock.advance(1000);
      watch.cancel();
      answer(seen);
      await settle();
    }
    expect(changes).toEqual([]);
    expect(clock.timerCount).toBe(0);
  });
});
