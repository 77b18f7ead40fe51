import { SHANGHAI_OFFSET_MS } from '../../device/time.ts';

/** Hours of the day (Shanghai) in which no hall is open: a restart of some seconds meets nobody. */
export const NIGHT_HOURS = { from: 1, to: 5 } as const;

export type NotNow = 'opening_hours' | 'visit_open' | 'no_answer';

/**
 * Whether an update may be put in service at this moment: at night, and with no visit open.
 * @param nowMs ms since 1970
 * @param busy whether a visit is open; null where the device does not say, which is no permission
 * @returns null: it may; else why not
 */
export function whyNotNow(nowMs: number, busy: boolean | null): NotNow | null {
  const hour = new Date(nowMs + SHANGHAI_OFFSET_MS).getUTCHours();
  if (hour < NIGHT_HOURS.from || hour >= NIGHT_HOURS.to) return 'opening_hours';
  if (busy === null) return 'no_answer';
  return busy ? 'visit_open' : null;
}
