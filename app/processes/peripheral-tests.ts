import type { Appliance } from '../../device/appliance.ts';
import { testCard, testPrint } from '../../device/attached/technician-tests.ts';
import { systemClock } from '../../device/clock.ts';
import { testSheet } from '../../device/peripherals/printer/test-sheet.ts';
import type { TestLog, TestName } from '../../device/test-log.ts';
import { formatTime } from '../../device/time.ts';
import type { DoneTest, PeripheralReport } from '../server/technician/peripheral-report.ts';
import type { PeripheralTests } from '../server/technician/peripherals.ts';
import { portList } from '../server/technician/ports.ts';
import type { TechnicianStatus } from '../server/technician/status.ts';

const MOST_TESTS = 50;

export function eventsOf({ peripherals }: Appliance): TechnicianStatus['peripheralEvents'] {
  return peripherals.recent().map(({ at, ...event }) => ({ ...event, at: formatTime(at) }));
}

/** What only says that nothing could be tried out. */
const NOT_TRIED: ReadonlySet<string> = new Set(['none', 'in_use', 'busy']);

/** What a technician tries out at the devices, and the memory of it: since the start here, the last of each in `kept`. */
export function peripheralTests(appliance: Appliance, version: string, kept: TestLog): PeripheralTests {
  const done: DoneTest[] = [];
  const remember = (test: DoneTest) => {
    done.unshift(test);
    done.length = Math.min(done.length, MOST_TESTS);
  };
  /** Keeps what a test found for the self-test and the acceptance report. */
  const keep = (name: TestName, outcome: string) => {
    if (!NOT_TRIED.has(outcome)) kept.note(name, outcome === 'read' || outcome === 'printed');
  };
  const now = () => formatTime(Date.now());
  return {
    async card() {
      const result = await testCard(appliance.attached, systemClock);
      remember({ at: now(), test: 'card', result });
      keep('card', result.outcome);
      return result;
    },
    async print() {
      const window = appliance.provisioned()?.document.window.number ?? '';
      const time = now().slice(0, 16).replace('T', ' ');
      const result = await testPrint(appliance.attached, testSheet({ window, time }));
      remember({ at: now(), test: 'print', result });
      keep('print', result.outcome);
      return result;
    },
    sound: (result) => remember({ at: now(), test: 'sound', result }),
    traffic: () => appliance.peripherals.traffic(),
    async paperForm() {
      const printed = await appliance.attached.printPaperForm();
      remember({ at: now(), test: 'form', result: printed.outcome });
      return printed;
    },
    scannedCode: () => ({ code: appliance.attached.enrolmentScan.handOut() }),
    report: () => peripheralReport(appliance, version, { tests: [...done], kept: kept.results() }),
  };
}

async function peripheralReport(
  appliance: Appliance,
  version: string,
  tried: Pick<PeripheralReport, 'tests' | 'kept'>,
): Promise<PeripheralReport> {
  const { peripherals } = appliance;
  return {
    madeAt: formatTime(Date.now()),
    version,
    deviceId: appliance.provisioned()?.deviceId ?? null,
    ports: (await portList()).ports,
    peripherals: peripherals.status(),
    events: eventsOf(appliance),
    ...tried,
    trial: peripherals.bench.trial(),
    lesson: peripherals.learning(),
    listening: peripherals.bench.listening(),
    traffic: peripherals.traffic().map(({ at, ...line }) => ({ ...line, at: formatTime(at) })),
  };
}
