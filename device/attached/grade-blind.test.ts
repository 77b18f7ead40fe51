import { describe, expect, it } from 'vitest';
import type { Level } from '../ledger/record.ts';
import { encodeFf68, FF68_FUNC } from '../peripherals/keypad/framing/ff68-frame.ts';
import { parseKeypadProfile } from '../peripherals/keypad/profile.ts';
import type { DatagramSetup } from '../peripherals/queue/datagrams.ts';
import { FakeConnection } from '../peripherals/testing/fake-port.ts';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from '../testing/appliance-fixture.ts';

/**
 * What stands on the clerk's desk: slips, the digits of the call box, the queue system's answers. For each way in which
 * an invitation can end they are the same bytes at the same moments (design §2.6).
 */

const HALL = '192.0.2.9';
const LEVELS: readonly Level[] = [5, 4, 3, 2, 1];
const hexByte = (byte: number) => `0x${byte.toString(16).padStart(2, '0')}`;
/** A five-key evaluator on the bus of its call box. */
const PROFILE = parseKeypadProfile({
  id: 'ff68-five-key',
  title: 'five keys',
  serial: { baudRate: 9600 },
  framing: {
    type: 'ff68',
    address: '0x01',
    keys: LEVELS.map((level) => ({ byte: hexByte(level), key: `${level}` })),
  },
  levels: LEVELS.map((level) => ({ key: `${level}`, level })),
});
const PAD = '/dev/zero';
const PRINTER = '/dev/null';

type Ending = { by: 'touch' | 'pad'; level: Level } | { by: 'decline' } | { by: 'nobody' };
interface Desk {
  /** What the devices were sent, with the moment in virtual ms. */
  sent: [number, string, string][];
  answers: string[];
  staff: [number, string][];
}

/** A device on the desk that says that it is well; `hear` gets all that it is sent. */
class DeskDevice extends FakeConnection {
  readonly #hear: (bytes: number[]) => void;

  constructor(hear: (bytes: number[]) => void) {
    super();
    this.#hear = hear;
  }

  override async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    await super.write(bytes, timeoutMs);
    this.#hear([...bytes]);
    // DLE EOT n: whatever a printer is asked, it is well.
    if (bytes[0] === 0x10 && bytes[1] === 0x04) this.send(0x12);
  }
}

async function desk(slip: 'invited' | 'ended', ending: Ending): Promise<Desk> {
  const lines = new Map<string, DeskDevice>();
  const seen: Desk = { sent: [], answers: [], staff: [] };
  let queue: DatagramSetup | null = null;
  let fixture: ApplianceFixture | null = null;
  const hear = (path: string) => (bytes: number[]) => {
    const text = wordsOf(path, bytes);
    if (text !== null) seen.sent.push([fixture?.clock.monotonicMs() ?? 0, path, text]);
  };
  const peripherals = {
    keypad: { path: PAD, profile: PROFILE.id },
    printer: { path: PRINTER, slip },
    queue: { from: [HALL] },
  };
  fixture = await openTestAppliance(sampleConfiguration({ settings: { peripherals } }), {
    peripherals: {
      opener: {
        async open(path) {
          const line = new DeskDevice(hear(path));
          lines.set(path, line);
          return line;
        },
      },
      datagrams: {
        async open(setup) {
          queue = setup;
          return {
            port: setup.port,
            send: (bytes) => void seen.answers.push(Buffer.from(bytes).toString()),
            close: async () => undefined,
          };
        },
      },
      keypadProfiles: new Map([[PROFILE.id, PROFILE]]),
    },
  });
  try {
    const present = fixture;
    await expect.poll(() => lines.size).toBe(2);
    await present.clock.settle();
    seen.sent.length = 0;
    present.appliance.subscribe(() => {
      const { window, visit, waiting, today } = present.appliance.staffView();
      const text = JSON.stringify([window.state, visit?.caseNo ?? null, waiting, today]);
      if (seen.staff.at(-1)?.[1] !== text) seen.staff.push([present.clock.monotonicMs(), text]);
    });
    const tell = (message: object) =>
      queue!.onMessage(Buffer.from(JSON.stringify(message)), { address: HALL, port: 7000 });
    tell({ command: 'call', number: 'A012' });
    tell({ command: 'apprise' });
    await present.clock.advance(3000);
    await end(present, lines.get(PAD)!, ending);
    // The queue system's day goes on by its own clock.
    await present.clock.advance(200_000 - present.clock.monotonicMs());
    tell({ command: 'call', number: 'A013' });
    await present.clock.advance(130_000);
    return seen;
  } finally {
    await fixture.close();
  }
}

async function end({ appliance, clock }: ApplianceFixture, pad: DeskDevice, ending: Ending): Promise<void> {
  const { visitId } = appliance.window().state.context.current!;
  if (ending.by === 'nobody') return;
  if (ending.by === 'decline') {
    appliance.citizen({ type: 'decline', visitId });
    return;
  }
  const { level } = ending;
  if (ending.by === 'touch') appliance.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
  else pad.send(...encodeFf68({ address: 1, func: FF68_FUNC.evaluatorKey, data: [level] }));
  // The worse the grade, the longer a citizen writes.
  await clock.advance((5 - level) * 300);
  appliance.citizen({ type: 'submit', visitId });
}

/** Null for what nobody sees: answers to a key, questions for a status. The link of a slip is signed anew for each device. */
function wordsOf(path: string, bytes: number[]): string | null {
  if (path === PRINTER && bytes[0] === 0x10) return null;
  if (path === PRINTER)
    return Buffer.from(bytes)
      .toString('latin1')
      .replaceAll(/https?:[\w:/.?=&#~-]+/g, '<link>');
  return bytes[6] === FF68_FUNC.show ? bytes.join(' ') : null;
}

const RATED: Ending[] = (['touch', 'pad'] as const).flatMap((by) => LEVELS.map((level) => ({ by, level })));

describe.each(['invited', 'ended'] as const)('the devices on the desk, with the slip when it is %s', (slip) => {
  it('are sent the same at the same moments for five grades and "declined", and the same when time is over', async () => {
    const declined = await desk(slip, { by: 'decline' });
    expect(declined.sent.filter(([, path]) => path === PAD)).toHaveLength(4);
    expect(declined.sent.map(([, , text]) => text).join()).toContain('<link>');
    for (const ending of RATED) expect(await desk(slip, ending), JSON.stringify(ending)).toEqual(declined);
    const { sent, answers } = await desk(slip, { by: 'nobody' });
    const bytes = (all: Desk['sent']) => all.map(([, path, text]) => `${path} ${text}`);
    expect([bytes(sent), answers]).toEqual([bytes(declined.sent), declined.answers]);
  });
});
