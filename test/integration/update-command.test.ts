import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newKey, type SmallHome, smallHome } from '../../app/update/testing/small-home.ts';
import { runCommand } from '../support/demo-process.ts';

const homes: SmallHome[] = [];
afterEach(() => {
  for (const { work } of homes.splice(0)) rmSync(work, { recursive: true });
});

function device(): SmallHome & { flags: string[]; data: string } {
  const made = smallHome();
  homes.push(made);
  const data = join(made.work, 'data');
  return { ...made, data, flags: ['--home', made.home.root, '--data', data] };
}

describe('pingjiaqi update', () => {
  it('checks without changing, installs, and says what to do next', async () => {
    const on = device();
    const file = await on.bundle('1.1.0');
    const checked = await runCommand(['update', 'check', file, ...on.flags]);
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('1.1.0: signed for this device')]);
    expect(on.boot()).toBe('1.0.0');
    const installed = await runCommand(['update', 'install', file, ...on.flags]);
    expect([installed.code, installed.out]).toEqual([0, expect.stringContaining('Restart the device')]);
    expect(on.boot()).toBe('1.1.0');
  });

  it('when nobody who is trusted signed it then it is refused with what to do, and exit code 1', async () => {
    const on = device();
    const { code, err } = await runCommand(['update', 'install', await on.bundle('1.1.0', {}, newKey()), ...on.flags]);
    expect([code, err]).toEqual([1, expect.stringContaining('Do not install it')]);
    expect(on.boot()).toBe('1.0.0');
  });

  it('when nothing is staged, or no device says that it rests, then nothing is done, and a script can tell', async () => {
    const on = device();
    const idle = await runCommand(['update', 'nightly', ...on.flags]);
    expect([idle.code, idle.out]).toEqual([3, 'Nothing is staged.\n']);
    expect((await runCommand(['update', 'stage', await on.bundle('1.1.0'), ...on.flags])).code).toBe(0);
    const early = await runCommand(['update', 'nightly', ...on.flags]);
    expect([early.code, early.out]).toEqual([3, expect.stringContaining('Not now')]);
    expect([existsSync(join(on.data, 'updates/staged.update')), on.boot()]).toEqual([true, '1.0.0']);
  });
});
