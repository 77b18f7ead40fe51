import type { Clock } from '../../device/clock.ts';
import type { VerifySm2 } from '../protocol/jws.ts';
import type { Receipt } from '../protocol/messages.ts';
import type { FaultMenu } from './faults.ts';
import type { CentreKeyPair } from './keys.ts';
import type { CodeStore } from './storage/codes.ts';
import type { Db } from './storage/database.ts';
import type { DeviceStore } from './storage/devices.ts';
import type { PhoneRatingStore } from './storage/phone-ratings.ts';
import type { RecordStore } from './storage/records.ts';
import type { VisitWatch } from './visit-watch.ts';

/** What every route of the centre is handed. */
export interface CentreContext {
  clock: Clock;
  db: Db;
  keys: CentreKeyPair;
  codes: CodeStore;
  devices: DeviceStore;
  records: RecordStore;
  phoneRatings: PhoneRatingStore;
  faults: FaultMenu;
  watch: VisitWatch;
  /** Undefined in a centre that speaks no 国密. */
  verifySm2: VerifySm2 | undefined;
  /** The payload of §3 for one device. */
  configuration(deviceId: string): object;
  writeReceipt(payload: Receipt | null): Promise<string | null>;
}
