/**
 * Everything at the window is Asia/Shanghai, whatever the browser's own zone is: UTC+8 since 1991, no daylight saving.
 * Reckoned here, since making a formatter of `Intl` costs the first screen more than all of its own script.
 */
const SHANGHAI_MS = 8 * 60 * 60 * 1000;

/** `2026`, `11`, `22`, `09:05:07` of an RFC 3339 time. */
function parts(time: string): [year: string, month: string, day: string, clock: string] {
  const iso = new Date(Date.parse(time) + SHANGHAI_MS).toISOString();
  const [date = '', clock = ''] = iso.split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return [year, month, day, clock.slice(0, 8)];
}

/** `11/22 09:05` of an RFC 3339 time. */
export function dayText(time: string): string {
  const [, month, day, clock] = parts(time);
  return `${month}/${day} ${clock.slice(0, 5)}`;
}

/** `09:05` of an RFC 3339 time. */
export const clockText = (time: string): string => parts(time)[3].slice(0, 5);

/** `2026-11-22 09:05:07` of an RFC 3339 time. */
export function dateText(time: string): string {
  const [year, month, day, clock] = parts(time);
  return `${year}-${month}-${day} ${clock}`;
}
