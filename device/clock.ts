/** A timer that was set; `cancel` may be called any number of times. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as every rule and edge receives it. Wall time is evidence (it may jump); monotonic time is for waiting
 * (it never does). Tests hand in a clock that they move themselves.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, as the operating system believes. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start, never going back within one boot. */
  monotonicMs(): number;
  /** Calls `run` once after at least `delayMs` (0 … 2^31−1) of monotonic time. */
  setTimer(delayMs: number, run: () => void): Timer;
}

/** The clock of the machine. Monotonic time runs from its boot, so that processes and restarts share it. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  setTimer(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
