/** Everything at the window is Asia/Shanghai, whatever the browser's own zone is. */
const CLOCK = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const DATE = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

const DAY = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

/** `11/22 09:05` of an RFC 3339 time. */
export const dayText = (time: string): string => DAY.format(new Date(time));

/** `09:05` of an RFC 3339 time. */
export const clockText = (time: string): string => CLOCK.format(new Date(time));

/** `2026/11/22 09:05:07` of an RFC 3339 time. */
export const dateText = (time: string): string => DATE.format(new Date(time));
