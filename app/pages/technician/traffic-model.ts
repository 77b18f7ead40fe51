import { signal } from '@preact/signals';
import type { Clock, Timer } from '../../../device/clock.ts';
import type { TrafficLine } from '../../../device/peripherals/port-tap.ts';
import type { request } from '../shared/post.ts';

const LOOK_MS = 1000;

export type TrafficModel = ReturnType<typeof createTraffic>;

/** What goes over the ports, asked for only while somebody looks. */
export function createTraffic(ask: typeof request, clock: Clock) {
  /** Null while nobody looks. */
  const lines = signal<TrafficLine[] | null>(null);
  let timer: Timer | null = null;

  async function look(): Promise<void> {
    const answer = await ask('GET', '/technician/traffic');
    if (lines.value === null) return;
    if (answer.ok) lines.value = (answer.body as { lines?: TrafficLine[] }).lines ?? [];
    timer = clock.setTimer(LOOK_MS, () => void look());
  }

  function toggle(): void {
    timer?.cancel();
    lines.value = lines.value === null ? [] : null;
    if (lines.value !== null) void look();
  }

  return { lines, toggle };
}
