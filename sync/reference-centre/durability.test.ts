import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import { startCentre, TestDevice, temporaryFolder } from './fixture.ts';

/** The centre as its own process; prints its URL. */
const PROGRAM = `
  const { startReferenceCentre } = await import(process.env.CENTRE_MODULE);
  const { systemClock } = await import(process.env.CLOCK_MODULE);
  const centre = await startReferenceCentre({ dataDir: process.env.DATA_DIR, host: '127.0.0.1', port: 0,
    configuration: () => ({}), enrolmentCodes: ['code-1'], clock: systemClock });
  process.stdout.write(centre.url + '\\n');
`;

async function spawnCentre(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const env = {
    CENTRE_MODULE: new URL('./centre.ts', import.meta.url).href,
    CLOCK_MODULE: new URL('../../device/clock.ts', import.meta.url).href,
    DATA_DIR: dataDir,
  };
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { env, stdio: [...stdio] });
  const [url] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return { child, url };
}

/** Delivers one batch after another until the connection breaks; returns the ids that were receipted. */
async function deliverUntilKilled(device: TestDevice, onReply: (count: number) => void): Promise<string[]> {
  const receipted: string[] = [];
  for (;;) {
    const records = Array.from({ length: 20 }, () => device.rating(uuidv7()));
    const reply = await device.deliver(records).catch(() => null);
    if (reply === null) return receipted;
    expect(reply.receipt).not.toBeNull();
    receipted.push(...reply.results.map(({ id }) => id));
    onReply(receipted.length);
  }
}

describe('a centre that is killed', () => {
  it('still holds, once, every record that it gave a receipt for', async () => {
    const dataDir = temporaryFolder();
    const { child, url } = await spawnCentre(dataDir);
    const device = await new TestDevice(url, systemClock).enrol();
    const gone = once(child, 'exit');
    // Killed while the next batches are already on their way.
    const kill = (count: number) => count >= 100 && setImmediate(() => child.kill('SIGKILL'));
    const receipted = await deliverUntilKilled(device, kill);
    await gone;
    const { centre } = await startCentre({ dataDir });
    const held = (await (await fetch(`${centre.url}/inspect/records`)).json()) as { id: string }[];
    const ids = held.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(receipted.length).toBeGreaterThanOrEqual(100);
    expect(receipted.filter((id) => !ids.includes(id))).toEqual([]);
    await centre.close();
  });
});
