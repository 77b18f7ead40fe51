import { signal } from '@preact/signals';
import type { Clock, Timer } from '../../../device/clock.ts';
import type { TrafficLine } from '../../../device/peripherals/port-tap.ts';
import type { ListeningView } from '../../../device/peripherals/trial/listening.ts';
import type { Traffic } from '../../server/technician/peripherals.ts';
import type { Answer, request } from '../shared/post.ts';
import { answerText } from './answer-text.ts';
import { hintText } from './check-words.ts';
import { w } from './words.ts';

const LOOK_MS = 1000;

export type TrafficModel = ReturnType<typeof createTraffic>;

/** How it stands with a port that is only listened to. */
export function listeningText({ path, baudRate, state, end, hint }: ListeningView): string {
  const key = state === 'over' ? (`traffic.listen.${end ?? 'stopped'}` as const) : (`traffic.listen.${state}` as const);
  return w(key, { path, baud: baudRate, hint: hintText(hint ?? '') });
}

/** What goes over the ports, asked for only while somebody looks; so a port that is listened to closes with the page. */
export function createTraffic(ask: typeof request, clock: Clock) {
  /** Null while nobody looks. */
  const lines = signal<TrafficLine[] | null>(null);
  const listening = signal<ListeningView | null>(null);
  const message = signal<string | null>(null);
  let timer: Timer | null = null;

  async function look(): Promise<void> {
    timer?.cancel();
    const answer = await ask('GET', '/technician/traffic');
    if (lines.value === null) return;
    if (answer.ok) {
      const traffic = answer.body as Partial<Traffic>;
      lines.value = traffic.lines ?? [];
      listening.value = traffic.listening ?? null;
    }
    timer = clock.setTimer(LOOK_MS, () => void look());
  }

  const isListening = () => listening.value !== null && listening.value.state !== 'over';

  function toggle(): void {
    timer?.cancel();
    lines.value = lines.value === null ? [] : null;
    if (lines.value !== null) void look();
    else if (isListening()) void stop();
  }

  function take(answer: Answer): void {
    message.value = answer.ok ? null : w('trial.refused', { message: answerText(answer) });
    if (answer.ok) listening.value = (answer.body as Partial<Traffic>).listening ?? null;
  }

  async function listen(path: string, baudRate: number): Promise<void> {
    take(await ask('POST', '/technician/listening', { path, baudRate }));
    lines.value ??= [];
    void look();
  }

  const stop = async () => take(await ask('POST', '/technician/listening/stop', {}));

  return { lines, listening, message, isListening, toggle, listen, stop };
}
