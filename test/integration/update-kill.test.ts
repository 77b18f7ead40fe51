import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { failedVersions, highestVersion, readTrial } from '../../app/update/home.ts';
import { installBundle } from '../../app/update/install.ts';
import { LOCK_MAX_AGE_MS } from '../../app/update/lock.ts';
import { GATE, type SmallHome, smallHome } from '../../app/update/testing/small-home.ts';
import { diesAt } from '../support/dying-disk.ts';

/** The power goes at every single step of an update, and of the gate that judges it: some whole version always starts. */

const homes: SmallHome[] = [];
afterEach(() => {
  for (const { work } of homes.splice(0)) rmSync(work, { recursive: true });
});

function device(): SmallHome {
  const made = smallHome();
  homes.push(made);
  return made;
}

it('cut off at any step of an installation, the old version or the new one starts, and installing again succeeds', async () => {
  let killed = 0;
  for (let step = 1; ; step += 1) {
    const on = device();
    const file = await on.bundle('1.1.0');
    if (await diesAt(step, () => installBundle(on.request(file), Date.now()))) break;
    killed += 1;
    const started = on.boot();
    expect(['1.0.0', '1.1.0'], `after step ${step}`).toContain(started);
    expect(readTrial(on.home)?.version ?? null, `after step ${step}`).toBe(started === '1.1.0' ? '1.1.0' : null);
    // The lock names this process, which lives on; half an hour later that counts for nothing.
    if (started === '1.0.0') await installBundle(on.request(file), Date.now() + LOCK_MAX_AGE_MS + 1000);
    expect(on.boot(), `after step ${step}`).toBe('1.1.0');
  }
  // The lock, the copy, the folder, two renames, the trial, the link: each of them was a place to die.
  expect(killed).toBeGreaterThan(15);
});

/** The gate under bash, which can end itself before its n-th command. @returns whether it got through */
function gateKilledAt(step: number, on: SmallHome): boolean {
  const trap = `n=0; set -T; trap 'n=$((n+1)); [ "$n" -lt ${step} ] || kill -9 $$' DEBUG; . "$GATE"`;
  const env = { ...process.env, GATE };
  const { signal, status, stderr } = spawnSync('bash', ['-c', trap, 'gate', on.home.root, on.healthy], {
    env,
    encoding: 'utf8',
  });
  if (signal === null && status !== 0) throw new Error(stderr);
  return signal === null;
}

it.each([
  ['confirms', 0, '1.1.0'],
  ['counts', 1, null],
  ['gives up', 3, null],
])('killed at any step while the gate %s, the next start finds its way', async (what, starts, healthy) => {
  for (let step = 1; ; step += 1) {
    const on = device();
    await installBundle(on.request(await on.bundle('1.1.0')), Date.now());
    for (let done = 0; done < starts; done += 1) on.boot();
    if (healthy !== null) writeFileSync(on.healthy, healthy);
    const isThrough = gateKilledAt(step, on);
    const started = on.boot();
    if (what === 'gives up') {
      expect([started, readTrial(on.home), failedVersions(on.home)]).toEqual(['1.0.0', null, ['1.1.0']]);
    } else if (what === 'confirms') {
      expect([started, readTrial(on.home), highestVersion(on.home)]).toEqual(['1.1.0', null, '1.1.0']);
    } else {
      expect([started, readTrial(on.home)?.previous]).toEqual(['1.1.0', '1.0.0']);
    }
    if (isThrough) {
      expect(step).toBeGreaterThan(5);
      break;
    }
  }
});
