/** China has one zone, UTC+8, without daylight saving (design §6), so plain arithmetic is exact. */
export const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

/**
 * A moment as the protocol writes it: RFC 3339, milliseconds, offset +08:00 (reference-protocol, head).
 * @param ms milliseconds since 1970, any year from 0 to 9999
 */
export function formatTime(ms: number): string {
  return `${new Date(ms + SHANGHAI_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

/** Milliseconds since 1970 of an RFC 3339 time with offset. NaN where the text is none; schemas check first. */
export function parseTime(text: string): number {
  return Date.parse(text);
}

/** The calendar day in Asia/Shanghai of a moment, as `2026-02-14`. */
export function shanghaiDay(ms: number): string {
  return new Date(ms + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
}

/** The moment at which a Shanghai calendar day begins (00:00). @param day `2026-02-14` */
export function startOfShanghaiDay(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) - SHANGHAI_OFFSET_MS;
}
