import pino, { type Logger } from 'pino';

/** Fields that could tell a person or a grade; they never reach a log, whoever passes them (design §2.6, §2.7). */
const REDACTED = ['level', 'comment', 'tags', 'rater', 'caseNo', 'staffName', 'authorization'].flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
]);

/**
 * A process's log: JSON lines on standard error, since standard output is for lines that programs read.
 */
export function createLog(process: string, level: string): Logger {
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
