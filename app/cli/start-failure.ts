import type { Supervisor } from '../supervisor/supervisor.ts';

/**
 * Ends in a row before the start counts as failed. By the supervisor's list of delays that is some seconds: long enough
 * for the processes of a parent that was killed to give folder and ports free (they take five seconds at most).
 */
const TRIES = 4;

/**
 * Rejects when a process ends again and again while the others still start: a port is taken, say, or the data are in
 * use. Its own words are on standard error by then.
 */
export function startFailure(supervisor: Supervisor): Promise<never> {
  const ends = new Map<string, number>();
  return new Promise((_resolve, reject) => {
    supervisor.on('exit', (name, exit, restartInMs) => {
      if (restartInMs === null) return;
      const count = (ends.get(name) ?? 0) + 1;
      ends.set(name, count);
      if (count >= TRIES) reject(new Error(`${name} could not start: it ended with ${exit.signal ?? exit.code}`));
    });
  });
}
