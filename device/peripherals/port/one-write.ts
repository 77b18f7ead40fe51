import type { Clock } from '../../clock.ts';
import { answerLimit } from './answer-limit.ts';
import type { PortError } from './port-error.ts';

/** Makes the error of one port. */
export type WriteFault = (
  code: 'write_busy' | 'write_timeout' | 'write_failed',
  text: string,
  cause?: Error,
) => PortError;

/**
 * One write at a time with a limit of its own, for lines whose system takes bytes and does not say when it will: the
 * waiting ends, the line stays, and until the system is done with it no other write begins.
 */
export class OneWrite {
  readonly #clock: Clock;
  readonly #fault: WriteFault;
  #isBusy = false;

  constructor(clock: Clock, fault: WriteFault) {
    this.#clock = clock;
    this.#fault = fault;
  }

  /**
   * @param timeoutMs 1 … 2^31−1; afterwards it rejects and the bytes may still go out later
   * @param begin gives the bytes to the system; calls back when that has taken or refused them
   * @throws PortError write_busy, write_timeout, write_failed
   */
  run(timeoutMs: number, begin: (done: (error?: Error | null) => void) => void): Promise<void> {
    if (this.#isBusy) return Promise.reject(this.#fault('write_busy', 'an earlier write is not done'));
    this.#isBusy = true;
    return new Promise((resolve, reject) => {
      const timer = answerLimit(this.#clock, timeoutMs, () => {
        reject(this.#fault('write_timeout', `took nothing for ${timeoutMs} ms`));
      });
      begin((error) => {
        this.#isBusy = false;
        timer.cancel();
        if (error) reject(this.#fault('write_failed', error.message, error));
        else resolve();
      });
    });
  }
}
