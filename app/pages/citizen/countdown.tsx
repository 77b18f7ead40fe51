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
