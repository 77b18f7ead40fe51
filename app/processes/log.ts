import pino, { type Logger } from 'pino';

/** Fields that could tell a person or a grade; they never reach a log, whoever passes them (design §2.6, §2.7). */
const REDACTED = ['level', 'comment', 'tags', 'rater', 'caseNo', 'name', 'code', 'authorization'].flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
]);

/**
 * A process's log: JSON lines on standard error, since standard output is for lines that programs read.
 * `code` of an error is kept: it is ours; an enrolment code is not.
 */
export function createLog(process: string, level: string): Logger {
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED.filter((path) => !path.endsWith('code')), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
