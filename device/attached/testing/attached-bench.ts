import { afterEach } from 'vitest';
import { readKeypadProfile } from '../../peripherals/keypad/profile.ts';
import type { PortOpener } from '../../peripherals/port/opener.ts';
import type { DatagramSetup } from '../../peripherals/queue/datagrams.ts';
import { FakeConnection } from '../../peripherals/testing/fake-port.ts';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from '../../testing/appliance-fixture.ts';
import type { VirtualClock } from '../../testing/virtual-clock.ts';

/** Where the queue system's messages come from. */
export const HALL = '192.0.2.9';
export const SCANNER = {
  path: '/dev/null',
  caseSlip: ['BJ\\d{10}'],
  enrolmentCode: ['ENROL-[A-Z]{4}'],
  serviceMark: '#',
};
const PERIPHERALS = { scanner: SCANNER, queue: { from: [HALL] } };

/** One device with everything attached on lines that a test holds the other end of. */
class AttachedBench {
  /** Every device on a line of its own, by its path. */
  readonly lines = new Map<string, FakeConnection>();
  /** What the queue system was answered. */
  readonly answers: string[] = [];
  #fixture: ApplianceFixture | null = null;
  #queue: DatagramSetup | null = null;
  readonly #opener: PortOpener = {
    open: async (path) => {
      const connection = new FakeConnection();
      this.lines.set(path, connection);
      return connection;
    },
  };
  readonly #datagrams = {
    open: async (setup: DatagramSetup) => {
      this.#queue = setup;
      return {
        port: setup.port,
        send: (bytes: Uint8Array) => void this.answers.push(Buffer.from(bytes).toString()),
        close: async () => undefined,
      };
    },
  };

  /** Opens the device. @param policy another document than the built-in pack @param more settings */
  async device(peripherals: object = PERIPHERALS, policy: object | null = null, more: object = {}): Promise<void> {
    const file = new URL('../../../assets/keypad-profiles/ff68-four-key.json', import.meta.url);
    const profile = await readKeypadProfile(file);
    const configuration = sampleConfiguration({
      settings: { peripherals, ...more },
      ...(policy === null ? {} : { policy: { id: 'neimenggu-2022', version: '1', document: policy } }),
    });
    const keypadProfiles = new Map([[profile.id, profile]]);
    this.#fixture = await openTestAppliance(configuration, {
      peripherals: { opener: this.#opener, datagrams: this.#datagrams, keypadProfiles },
    });
    const waitsForLine = Object.keys(peripherals).some((family) => family !== 'queue' && family !== 'idCard');
    // The path's identity is asked of the real file system.
    await this.until(() => !waitsForLine || this.lines.size > 0);
  }

  async close(): Promise<void> {
    await this.#fixture?.close();
    this.#fixture = null;
    this.#queue = null;
    this.lines.clear();
    this.answers.length = 0;
  }

  get fixture(): ApplianceFixture {
    if (this.#fixture === null) throw new Error('no device was opened');
    return this.#fixture;
  }

  get appliance(): ApplianceFixture['appliance'] {
    return this.fixture.appliance;
  }

  get clock(): VirtualClock {
    return this.fixture.clock;
  }

  until(isTrue: () => boolean): Promise<void> {
    return this.clock.settleUntil(isTrue);
  }

  get state(): ReturnType<ApplianceFixture['appliance']['window']>['state'] {
    return this.appliance.window().state;
  }

  bodies(kind: string): Record<string, unknown>[] {
    return this.fixture
      .records()
      .flatMap((record) => (record.kind === kind ? [record.body as Record<string, unknown>] : []));
  }

  events(): unknown[] {
    return this.bodies('event').map(({ type }) => type);
  }

  scan(text: string): void {
    this.lines.get(SCANNER.path)!.send(...Buffer.from(`${text}\r`));
  }

  /** A message of the queue system. */
  tell(message: object, address = HALL): void {
    this.#queue!.onMessage(Buffer.from(JSON.stringify(message)), { address, port: 7000 });
  }

  rate(level: 1 | 2 | 3 | 4 | 5): void {
    const { visitId } = this.state.context.current!;
    this.appliance.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
  }

  /** A business system opens a visit and does not invite yet. */
  openVisit(caseNo: string): void {
    const service = { caseNo, serviceNo: 1, itemCode: 'I-1', itemName: '事项', staffId: 'S-1', servedAt: null };
    this.appliance.openVisit({ ...service, trigger: 'business', inviteAtOnce: false }, null);
  }
}

/** To be called once in a test file: every test of it begins with nothing open. */
export function attachedBench(): AttachedBench {
  const bench = new AttachedBench();
  afterEach(() => bench.close());
  return bench;
}
