import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import type { ReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { newDataDir, runCommand } from '../support/demo-process.ts';
import { startTrialCentre } from '../support/device-bench.ts';

const LAUNCHER = fileURLToPath(new URL('../../app/pingjiaqi.mjs', import.meta.url));
const CODE = 'bench-code';
const folders: string[] = [];
const folder = () => {
  folders.push(newDataDir());
  return folders.at(-1) ?? '';
};

let centre: ReferenceCentre;
beforeAll(async () => {
  centre = await startTrialCentre(folder());
});
afterAll(async () => {
  await centre.close();
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

function fileWith(content: unknown): string {
  const path = join(folder(), 'provision.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Runs the command until a line that begins so, then pulls the plug of it. */
async function killedAt(file: string, data: string, step: string): Promise<string | null> {
  const child = spawn(process.execPath, [LAUNCHER, 'provision', '--file', file, '--data', data]);
  child.stderr.resume();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(step)) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return signal;
}

describe('provision', () => {
  it('goes on to one and the same device after a kill at each step', async () => {
    const [data, file] = [folder(), fileWith({ baseUrl: centre.url, code: CODE })];
    for (const step of ['Data folder', 'No device runs', 'Key ', 'Asking ', 'Enrolled ', 'Policy ']) {
      expect(await killedAt(file, data, step), step).toBe('SIGKILL');
    }
    const { code, out, err } = await runCommand(['provision', '--file', file, '--data', data]);
    expect(code, err).toBe(0);
    expect(out).toContain('Window A-07');
    expect(out).toContain('Done.');
    const provisioned = await loadProvisioning(data);
    expect(provisioned?.baseUrl).toBe(centre.url);
    const devices = (await (await fetch(`${centre.url}/inspect/devices`)).json()) as { deviceId: string }[];
    expect(devices.map(({ deviceId }) => deviceId)).toEqual([provisioned?.deviceId]);

    const other = fileWith({ baseUrl: 'https://other.example', code: CODE });
    expect((await runCommand(['provision', '--file', other, '--data', data])).code).toBe(2);
  });

  it('says what the centre refused, and leaves the device bare', async () => {
    const [data, file] = [folder(), fileWith({ baseUrl: centre.url, code: 'no-such-code' })];
    const { code, err } = await runCommand(['provision', '--file', file, '--data', data]);
    expect(code).toBe(1);
    expect(err).toContain('code_unknown');
    expect(await loadProvisioning(data)).toBeNull();
  });

  it('gives up in time where nobody answers', async () => {
    const [data, file] = [folder(), fileWith({ baseUrl: 'http://127.0.0.1:9', code: CODE })];
    const { code, out, err } = await runCommand(['provision', '--file', file, '--data', data, '--wait', '0.02']);
    expect(code).toBe(1);
    expect(`${out}${err}`).toContain('127.0.0.1:9');
  });

  it.each([
    ['no JSON', '{', 'no JSON'],
    ['a missing code', { baseUrl: 'https://centre.example' }, 'code:'],
    ['plain HTTP over the network', { baseUrl: 'http://centre.example', code: 'x' }, 'baseUrl: https'],
    ['a member that nobody knows', { baseUrl: 'https://centre.example', code: 'x', kode: 'y' }, 'kode'],
  ])('refuses %s before it touches the data folder', async (_name, content, words) => {
    const data = join(folder(), 'device');
    const { code, err } = await runCommand(['provision', '--file', fileWith(content), '--data', data]);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(existsSync(data)).toBe(false);
  });
});
