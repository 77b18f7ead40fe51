import { formatTime } from '../../device/time.ts';

/** `2026-11-22 09:05` in Shanghai, the same in every language. @param ms since 1970 */
export const minuteText = (ms: number): string => formatTime(ms).slice(0, 16).replace('T', ' ');

/** `2026-11-22` in Shanghai. @param ms since 1970 */
export const dayText = (ms: number): string => formatTime(ms).slice(0, 10);
