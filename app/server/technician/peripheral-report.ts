import type { CardTest } from '../../../device/attached/technician-tests.ts';
import type { PeripheralStatus } from '../../../device/peripherals/hub.ts';
import type { LearningReport } from '../../../device/peripherals/keypad/learning/keypad-school.ts';
import type { TrafficLine } from '../../../device/peripherals/port-tap.ts';
import type { DocumentOutcome } from '../../../device/peripherals/printer/printer-family.ts';
import type { ListeningView } from '../../../device/peripherals/trial/listening.ts';
import type { TrialReport } from '../../../device/peripherals/trial/port-bench.ts';
import type { TestResults } from '../../../device/test-log.ts';
import type { PortRow } from './ports.ts';
import type { TechnicianStatus } from './status.ts';

/** A test that a technician made, with what came of it. */
export type DoneTest = { at: string } & (
  | { test: 'card'; result: CardTest }
  | { test: 'print' | 'form'; result: DocumentOutcome }
  | { test: 'sound'; result: 'said' | 'silent' | 'failed' }
);

/** One file with all that is known of the peripherals: counts and states, nothing of a person and no grade. */
export interface PeripheralReport {
  /** RFC 3339, as the device believes. */
  madeAt: string;
  version: string;
  /** Null on a bare device. */
  deviceId: string | null;
  ports: PortRow[];
  peripherals: PeripheralStatus[];
  events: TechnicianStatus['peripheralEvents'];
  /** Newest first. */
  tests: DoneTest[];
  /** The last result of each test, also of one that was made before the start. */
  kept: TestResults;
  trial: TrialReport | null;
  lesson: LearningReport | null;
  listening: ListeningView | null;
  traffic: (Omit<TrafficLine, 'at'> & { at: string })[];
}
