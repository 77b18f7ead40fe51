import { useEffect, useState } from 'preact/hooks';
import type { Clock } from '../../../device/clock.ts';
import { t } from '../shared/locale.ts';

/** Whole seconds left until `endsAtMs`, never below 0: 1.2 s left is shown as 2, so that 0 means over. */
export function secondsLeft(endsAtMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((endsAtMs - nowMs) / 1000));
}

/** Seconds left, anew at every whole second, until they are 0. */
export function useSecondsLeft(endsAtMs: number, clock: Clock): number {
  const [left, setLeft] = useState(() => secondsLeft(endsAtMs, clock.monotonicMs()));
  useEffect(() => {
    let timer = clock.setTimer(0, tick);
    function tick(): void {
      const restMs = endsAtMs - clock.monotonicMs();
      setLeft(secondsLeft(restMs, 0));
      if (restMs > 0) timer = clock.setTimer(restMs % 1000 || 1000, tick);
    }
    return () => timer.cancel();
  }, [endsAtMs, clock]);
  return left;
}

/** So early is whoever sees no seconds told that they end, in s: WCAG 2.2.1 asks for 20. */
const LAST_SECONDS = 20;

/**
 * In 老年模式, which shows no countdown: that the time ends, shortly before it does. It stands where the question, a
 * heading or a hint stood, so that nothing moves; any touch gives the whole time again (no-hurry.ts), and what stood there.
 */
export function LastSeconds({ endsAtMs, clock }: { endsAtMs: number; clock: Clock }) {
  const left = useSecondsLeft(endsAtMs, clock);
  if (left > LAST_SECONDS) return null;
  return (
    <p class="not-kept last-seconds" role="timer">
      {t('inviting.lastSeconds', { n: left })}
    </p>
  );
}

/** The time left as text and as a line. It only shows: ending a screen is the appliance's decision. */
export function TimeLeft({ endsAtMs, totalMs, clock }: { endsAtMs: number; totalMs: number; clock: Clock }) {
  const left = useSecondsLeft(endsAtMs, clock);
  const share = Math.min(1, (left * 1000) / Math.max(1, totalMs));
  return (
    <p class="time-left" role="timer">
      <span>{t('common.secondsLeft', { n: left })}</span>
      <span class="time-line" aria-hidden="true">
        <span class="time-rest" style={{ transform: `scaleX(${share})` }} />
      </span>
    </p>
  );
}
