import { type Clock, systemClock } from '../../device/clock.ts';

/** The machine's clock, waits made shorter: for agents that talk to real sockets. @param factor e.g. 100: 10 ms for 1 s */
export function fastClock(factor: number): Clock {
  return {
    wallMs: () => systemClock.wallMs(),
    monotonicMs: () => systemClock.monotonicMs() * factor,
    setTimer: (delayMs, run) => systemClock.setTimer(delayMs / factor, run),
  };
}
