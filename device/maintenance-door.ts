import type { Clock } from './clock.ts';
import { keysOf } from './identity/identity-store.ts';
import { type AccessSession, TechnicianAccess } from './identity/technician-access.ts';
import { formatTime } from './time.ts';

/** The name of the code key of a device whose centre gave none: codes are then issued on the device itself. */
const LOCAL_CODE_KEY = 'technician-code';

/** The code key in force: the centre's, else the device's own. 32 bytes. @throws LedgerError `key_damaged` */
export function codeKeyOf(dataDir: string, given: string | undefined): Buffer {
  return given === undefined ? keysOf(dataDir).loadOrCreate(LOCAL_CODE_KEY) : Buffer.from(given, 'base64url');
}

export interface MaintenanceDoorOptions {
  dataDir: string;
  clock: Clock;
  /** The name that codes are bound to; null on a bare device. */
  deviceId: () => string | null;
  /** The code key that the centre gave, base64url. */
  codeKey: () => string | undefined;
  /** A fact that must leave a trace. */
  note: (type: string, detail: Record<string, string | number>) => void;
}

/** Who may use the maintenance page. */
export interface MaintenanceDoor {
  /** A bare device: no code can be issued for it yet. */
  isBare(): boolean;
  deviceId(): string | null;
  /** RFC 3339, as the device believes. */
  deviceTime(): string;
  /** @throws AccessError `code_wrong`, `code_used`, `access_locked` */
  enter(code: string): { token: string };
  /** For whoever has just enrolled the device: the tests that follow are theirs, for a quarter of an hour. */
  admit(): { token: string };
  session(token: string | null): AccessSession | null;
  lock(): void;
}

export function maintenanceDoor({ dataDir, clock, deviceId, codeKey, note }: MaintenanceDoorOptions): MaintenanceDoor {
  const access = new TechnicianAccess({ dataDir, clock, key: () => codeKeyOf(dataDir, codeKey()), deviceId, note });
  return {
    isBare: () => deviceId() === null,
    deviceId,
    deviceTime: () => formatTime(clock.wallMs()),
    enter: (code) => access.enter(code),
    admit: () => access.admit(),
    session: (token) => access.session(token),
    lock: () => access.lock(),
  };
}
