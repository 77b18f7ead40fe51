import type { KeptIn } from '../../../device/identity/keeping/device-keys.ts';
import type { PeripheralEvent, PeripheralStatus } from '../../../device/peripherals/hub.ts';
import type { Finding } from '../../checks/finding.ts';
import type { DeliveryState } from './delivery.ts';

/** What the technician's page shows, polled from `GET /technician/status` on the loopback listener. */
export interface TechnicianStatus {
  trial: boolean;
  version: string;
  /** Every line of the self-test, by the rules of app/checks, at this moment. */
  checks: Finding[];
  /** RFC 3339, this machine's clock. */
  checkedAt: string;
  provisioned: boolean;
  /** A visit is open: nothing that restarts the device may happen now. */
  busy: boolean;
  device: { deviceId: string; keyFingerprint: string; centre: string } | null;
  window: { hall: string; number: string; name: string } | null;
  policy: { id: string; version: string } | null;
  ledger: { seq: number; head: string; pending: number; deferred: number; refused: number; delivered: number };
  delivery: DeliveryState;
  nextDueAt: string | null;
  link: {
    state: 'starting' | 'online' | 'offline' | 'not_the_centre' | 'refused';
    since: string;
    detail: string | null;
  } | null;
  lastReceiptAt: string | null;
  /** What is plugged in, or should be. */
  peripherals: PeripheralStatus[];
  /** What these told since the start, newest first. */
  peripheralEvents: (Omit<PeripheralEvent, 'at'> & { at: string })[];
  /** Newest first; each says what happened and what to do. */
  warnings: { code: string; text: string }[];
}

/** `POST /technician/enrolment` with this body; answers 200 with an `EnrolmentAnswer`. */
export interface EnrolmentRequest {
  baseUrl: string;
  code: string;
}
export type EnrolmentAnswer =
  | { outcome: 'enrolled'; deviceId: string }
  | { outcome: 'waiting'; retryAfterS: number }
  | { outcome: 'refused' | 'unreachable'; code: string; message: string };

/** `GET /technician/session`: the door of the maintenance page. */
export interface TechnicianSession {
  /** What the asker may do; null: a code is needed. */
  role: 'look' | 'change' | null;
  /** Until the page locks itself; null where no code opened it. */
  remainingMs: number | null;
  /** Read out to whoever issues the code; null on a bare device. */
  deviceId: string | null;
  /** RFC 3339, as the device believes: a code is bound to its hour. */
  deviceTime: string;
}

/** `GET /technician/identity`: what a person compares with the centre's display. */
export interface DeviceIdentity {
  /** Thumbprint of the public key (RFC 7638). */
  fingerprint: string;
  alg: 'ed25519' | 'sm2-sm3';
  /** A file of mode 0600 in the data folder, the TPM, or the key store of the operating system. */
  keptIn: KeptIn;
  /** The fingerprint as a QR code, SVG. */
  qrSvg: string;
}
