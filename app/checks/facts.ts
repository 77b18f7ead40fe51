import type { CanaryView } from '../../device/canary.ts';
import type { FrameState } from '../../device/day/window-frames.ts';
import type { KeptIn } from '../../device/identity/keeping/device-keys.ts';
import type { RecordFault } from '../../device/ledger/nightly-check.ts';
import type { Panel, Viewport } from '../../device/panel-scale.ts';
import type { PeripheralStatus } from '../../device/peripherals/hub.ts';
import type { Calendar } from '../../device/policy/calendar.ts';
import type { DiskState } from '../../device/storage/disk-watch.ts';
import type { TestResults } from '../../device/test-log.ts';
import type { LinkReport } from '../../sync/device-port.ts';
import type { DeliveryState } from '../server/technician/delivery.ts';
import type { CentreProbe } from './centre-probe.ts';

/** A certificate and when it ends, ms since 1970. */
export interface CertificateFact {
  /** SHA-256, hex with colons. */
  fingerprint: string;
  validUntil: number;
}

/** Something is there and cannot be used. */
export interface Unusable {
  /** Of the typed error; empty where it was none of ours. */
  code: string;
  fault: string;
  /** What to do; may be empty. */
  hint: string;
}

/** The device's key and where it lies. */
export interface KeyFact {
  fingerprint: string;
  alg: string;
  keptIn: KeptIn;
  /** Why it is in a plain file though the machine has a TPM; else null. */
  inFile: string | null;
  /** Electron's window looked for a key store of the system and did not use it. */
  lacksKeyring?: boolean;
}

/**
 * What is known of a device at one moment, by whoever looked: the running device sees all of it, `doctor` on a data
 * folder a part. A part that nobody looked at is left out and gives no line; a part that is not there is null.
 */
export interface Facts {
  /** ms since 1970, the best reading of true time. */
  nowMs: number;
  versions?: { software: string; node: string; sqlite: string; system: string };
  /** The device's key; null before the first start. */
  identity?: KeyFact | Unusable | null;
  /** The configuration in force; null on a bare device. `fault`: there is one and it cannot be used. */
  configuration?: { deviceId: string; window: string; version: number; policy: string | null } | Unusable | null;
  /** The days off that the device goes by, once it is configured; `coveredYears` it knows in full. */
  calendar?: Pick<Calendar, 'version' | 'coveredYears'>;
  /** What the agent says of its line; null where none runs. */
  line?: Pick<LinkReport, 'state' | 'since' | 'detail'> | null;
  /** The last walk to the centre; null before the first. */
  centre?: CentreProbe | null;
  delivery?: DeliveryState;
  /** Records under a receipt, and when the last one came, RFC 3339. */
  receipts?: { delivered: number; lastAt: string | null };
  /** Refused records by the centre's reason. */
  refusals?: Readonly<Record<string, number>>;
  canary?: CanaryView;
  /** `found`: codes of what the daily comparison found within a week. */
  manifest?: { confirmedAt: number | null; found: readonly string[] };
  database?: { bytes: number; records: number };
  /** The check of file and chain; `at` in ms since 1970, null: not yet in this run of a large file. */
  integrity?: {
    at: number | null;
    problem: string | null;
    /** The record that `problem` names. */
    fault?: RecordFault | null;
    checked?: 'full' | 'numbers';
  } | null;
  /** Null before the disk was looked at. */
  disk?: DiskState | null;
  /** `writtenAt`: when the last record was written by the file's own date, ms since 1970. */
  clock?: {
    wallMs: number;
    quality: 'synced' | 'holdover' | 'unset' | null;
    offsetMs: number | null;
    boundMs: number | null;
    writtenAt: number | null;
  };
  peripherals?: readonly PeripheralStatus[];
  /** What is to be seen in the window, and what was brought back by itself; `at` in ms since 1970. */
  window?: { frames: FrameState; recovered: number; last: { reason: string; at: number } | null };
  /** The panel under the window and the viewport that its page has there now; `dpi` as configured, null: not. */
  screen?: { panel: Panel; viewport: Viewport; dpi: number | null };
  /** `faults`: of the hall's packs that are left out. */
  voice?: { volumePercent: number; packs: number; faults: readonly string[] };
  /** What a technician tried out, and when. */
  tests?: TestResults;
  /** What the hall's network is shown; null in trial mode, which has none. */
  lanCertificate?: (CertificateFact & { source: 'device' | 'hall'; fault: string | null }) | null;
  /** Authorities that a technician added. */
  authorities?: readonly CertificateFact[] | Unusable;
  /** Of the policy, and whatever has no line of its own. */
  warnings?: readonly { code: string; text: string }[];
}
