import { pino } from 'pino';
import type { Report } from './security.ts';

/** One JSON line per event on standard error, where the service manager collects it. */
export function logReports(): Report {
  const log = pino({ base: { part: 'shell' }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  return (event, detail) => log.info(detail, event);
}
