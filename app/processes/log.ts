import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { createStream } from 'rotating-file-stream';

/** Fields that could tell a person or a grade; they never reach a log, whoever passes them (design §2.6, §2.7). */
const REDACTED = ['level', 'comment', 'tags', 'rater', 'caseNo', 'staffName', 'authorization', 'cookie'].flatMap(
  (field) => [field, `*.${field}`, `*.*.${field}`],
);

/** A process keeps one file of this size and so many older ones: 10 MB at most, however long it runs. */
const FILE_SIZE = '2M';
const OLDER_FILES = 4;

/** The folder of the log files inside a data folder. */
export const logFolder = (dataDir: string): string => join(dataDir, 'logs');

export interface LogFiles {
  folder: string;
  /** Of one file, like `2M`; a test takes a small one. */
  size?: `${number}${'K' | 'M'}`;
}

function rotatingFile(process: string, { folder, size = FILE_SIZE }: LogFiles, onFault: (error: Error) => void) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = createStream(`${process}.log`, { path: folder, size, rotate: OLDER_FILES, mode: 0o600 });
  // A full disk must not end the device: standard error goes on, and the page warns of the disk.
  file.on('error', onFault);
  file.on('warning', onFault);
  return file;
}

/**
 * A process's log: JSON lines on standard error, since standard output is for lines that programs read, and where told
 * in files that rotate by size with a hard cap.
 * @param files none for a process without a data folder
 */
export function createLog(process: string, level: string, files: LogFiles | null = null): Logger {
  const options = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED, censor: '[redacted]' },
  };
  const standardError = pino.destination({ dest: 2, sync: true });
  if (files === null || level === 'silent') return pino(options, standardError);
  let isFailing = false;
  const file = rotatingFile(process, files, (error) => {
    if (!isFailing)
      standardError.write(`${JSON.stringify({ process, msg: 'the log file fails', fault: error.message })}\n`);
    isFailing = true;
  });
  const streams = [standardError, file].map((stream) => ({ level: level as pino.Level, stream }));
  return pino(options, pino.multistream(streams));
}
