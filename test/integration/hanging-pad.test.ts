import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Appliance } from '../../device/appliance.ts';
import { systemClock } from '../../device/clock.ts';
import { type KeypadProfile, readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import type { PortOpener } from '../../device/peripherals/port/opener.ts';
import { createPortOpener } from '../../device/peripherals/port/port-opener.ts';
import { openPty, type Pty } from '../../device/peripherals/simulated/pty.ts';
import {
  applianceOptions,
  CENTRE_KEYS,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { newMemoryDir } from '../support/memory-dir.ts';

/** A pad that hangs in any way costs no citizen a moment: a touch is kept and shown in the same turn of the event loop. */

const ASCII = await readKeypadProfile(new URL('../../assets/keypad-profiles/ascii-digit.json', import.meta.url));
/** Sent at every invitation: more than a terminal takes that nobody reads. */
const TALKATIVE: KeypadProfile = {
  ...ASCII,
  id: 'talkative',
  prompt: Array<number>(256).fill(0x42),
  deviceTimeoutMs: 1000,
};
const ASKED: KeypadProfile = {
  ...ASCII,
  id: 'asked',
  liveness: { everyMs: 1000, answerWithinMs: 100, probe: [0x05] },
};
const PROFILES = new Map([ASCII, TALKATIVE, ASKED].map((profile) => [profile.id, profile]));

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function device(path: string, profile: KeypadProfile, opener: PortOpener = createPortOpener(systemClock)) {
  const dir = newMemoryDir();
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  const dataDir = join(dir, 'device');
  mkdirSync(dataDir);
  const faults: unknown[] = [];
  const appliance = await Appliance.open({
    ...applianceOptions(dataDir, systemClock, faults),
    peripherals: { opener, keypadProfiles: PROFILES },
  });
  undo.push(() => appliance.close());
  const settings = { peripherals: { keypad: { path, profile: profile.id } } };
  const configuration = signConfiguration(sampleConfiguration({ settings }));
  await appliance.commissioning.enrolled({
    deviceId: 'd',
    baseUrl: 'https://centre.example',
    centreKeys: CENTRE_KEYS,
    configuration,
  });
  return { appliance, faults };
}

let cases = 0;
/** Opens, rates and submits without ever giving up the event loop, so nothing can have been waited for. */
function rateAtOnce(appliance: Appliance): void {
  const visitId = appliance.openVisit(
    {
      caseNo: `C-${++cases}`,
      serviceNo: 1,
      itemCode: 'I-1',
      itemName: '事',
      staffId: 'S-1',
      servedAt: null,
      trigger: 'business',
      inviteAtOnce: true,
    },
    null,
  );
  expect(appliance.citizenView()).toMatchObject({ screen: 'inviting', visitId });
  expect(appliance.citizen({ type: 'rate', visitId, level: 4, language: 'zh-CN' })).toBe(true);
  expect(appliance.citizenView()).toMatchObject({ screen: 'reasons', level: 4 });
  const ratings = appliance.ledger
    .read(1, 1000)
    .filter(({ kind, body }) => kind === 'rating' && body.visitId === visitId);
  expect(ratings).toHaveLength(1);
  expect(appliance.citizen({ type: 'submit', visitId })).toBe(true);
  expect(appliance.citizenView().screen).toBe('thanks');
}

const ready = (appliance: Appliance, state: string) =>
  vi.waitFor(() => expect(appliance.peripherals.status()[0]?.state).toBe(state), { timeout: 30_000, interval: 10 });

async function pad(): Promise<Pty> {
  const pty = await openPty();
  undo.push(() => pty.close());
  return pty;
}

describe('a pad that hangs during a rating', () => {
  it('whose driver never answers the opening', async () => {
    const { appliance } = await device('/dev/never', ASCII, { open: () => new Promise(() => undefined) });
    await ready(appliance, 'opening');
    rateAtOnce(appliance);
  });

  it('that takes none of its prompts', async () => {
    const { appliance } = await device((await pad()).path, TALKATIVE, stuckWrites());
    await ready(appliance, 'ready');
    rateAtOnce(appliance);
  });

  it('that answers nothing', async () => {
    const { appliance } = await device((await pad()).path, ASKED);
    await ready(appliance, 'suspect');
    rateAtOnce(appliance);
  });

  it('that floods the line', async () => {
    const pty = await pad();
    const { appliance } = await device(pty.path, ASCII);
    await ready(appliance, 'ready');
    const noise = new Uint8Array(4096).fill(0xfe);
    const flood = setInterval(() => pty.write(noise), 1);
    undo.push(() => clearInterval(flood));
    await vi.waitFor(() => expect(appliance.peripherals.status()[0]?.counters.unknown).toBeGreaterThan(100_000), {
      timeout: 60_000,
      interval: 20,
    });
    rateAtOnce(appliance);
    // What it sends is one event, not a hundred thousand.
    expect(
      appliance.ledger.read(1, 1000).filter(({ body }) => 'type' in body && body.type === 'unknown_key'),
    ).toHaveLength(1);
  });

  it('that is pulled out', async () => {
    const pty = await pad();
    const { appliance } = await device(pty.path, ASCII);
    await ready(appliance, 'ready');
    pty.kill();
    rateAtOnce(appliance);
    await ready(appliance, 'reopening');
  });
});

/** Real ports, whose device never takes a byte. */
function stuckWrites(): PortOpener {
  const real = createPortOpener(systemClock);
  return {
    async open(path, options) {
      const connection = await real.open(path, options);
      return {
        onData: (listener) => connection.onData(listener),
        onClose: (listener) => connection.onClose(listener),
        write: () => new Promise(() => undefined),
        close: () => connection.close(),
      };
    },
  };
}
