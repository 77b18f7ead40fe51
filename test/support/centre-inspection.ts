import type { z } from 'zod';
import { type LedgerRecord, recordSchema } from '../../device/ledger/record.ts';
import { inspectRatingsSchema, inspectRecordsSchema } from '../../sync/protocol/messages.ts';

export type StandingRating = z.infer<typeof inspectRatingsSchema>[number];
export type HeldRecord = z.infer<typeof inspectRecordsSchema>[number] & { record: LedgerRecord };

/** The inspection side of a reference centre (reference-protocol §8). */
export interface CentreInspection {
  ratings(): Promise<StandingRating[]>;
  /** Ratings that do not stand: earlier revisions, and what came second. */
  superseded(): Promise<StandingRating[]>;
  records(): Promise<HeldRecord[]>;
  /** @param order a fault of the menu */
  fault(order: { mode: string; levels?: number[]; forS?: number }): Promise<void>;
  phone(order: { token: string; level: number; tags?: string[]; comment?: string }): Promise<Response>;
}

export function inspect(centreUrl: string): CentreInspection {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(centreUrl + path);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  const post = (path: string, body: object) =>
    fetch(centreUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    ratings: async () => inspectRatingsSchema.parse(await get('/inspect/ratings')),
    superseded: async () => inspectRatingsSchema.parse(await get('/inspect/superseded')),
    async records() {
      const held = inspectRecordsSchema.parse(await get('/inspect/records'));
      return held.map((one) => ({ ...one, record: recordSchema.parse(one.record) }));
    },
    async fault(order) {
      const response = await post('/inspect/faults', order);
      if (!response.ok) throw new Error(await response.text());
    },
    phone: (order) => post('/inspect/phone', order),
  };
}
