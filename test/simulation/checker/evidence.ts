import type { LedgerRecord } from '../../../device/ledger/record.ts';
import type { SimulatedCentre } from '../centre.ts';
import type { Held } from '../centre-store.ts';
import type { SimulatedDevice } from '../device.ts';
import type { Complaint, Cut, DeviceHistory } from '../history.ts';

export interface Case {
  device: SimulatedDevice;
  history: DeviceHistory;
  centre: SimulatedCentre;
  startMs: number;
  endMs: number;
}

/** A case, and what the disks and the centre hold in the end. A ledger may have had several histories (`Cut`). */
export interface Evidence extends Case {
  /** The device's own history as it holds it now. */
  records: LedgerRecord[];
  /** That, and what it held on disks that were replaced. */
  everRecorded: LedgerRecord[];
  /** What the centre holds of this device, by id. */
  held: Map<string, Held>;
}

export function evidenceOf(run: Case): Evidence {
  const { history, centre, device } = run;
  const held = centre.store.all().filter(({ deviceId }) => deviceId === device.deviceId);
  const records = [...device.disk.image.rows.values()].map(({ record }) => record);
  const everRecorded = [...records, ...history.cuts.flatMap((cut) => cut.records)];
  return { ...run, records, everRecorded, held: new Map(held.map((one) => [one.record.id, one])) };
}

/** What the centre holds of a history that the device no longer knows, in order. */
export function knownOf({ records }: Cut, { held }: Evidence): LedgerRecord[] {
  return records.filter(({ id }) => held.has(id));
}

export const complaint = (promise: string, detail: string): Complaint => ({ promise, detail });

export type RatingRecord = Extract<LedgerRecord, { kind: 'rating' }>;
export const isRating = (record: LedgerRecord): record is RatingRecord => record.kind === 'rating';
