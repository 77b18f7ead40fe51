import { signal } from '@preact/signals';
import type { Clock } from '../../../device/clock.ts';
import type { EvacuationView } from '../../server/technician/evacuation.ts';
import type { request } from '../shared/post.ts';
import { answerText } from './answer-text.ts';
import { w } from './words.ts';

const LOOK_EVERY_MS = 2000;
/** The status comes first: it is what the page is opened for. */
const FIRST_LOOK_MS = 500;

export type EvacuationModel = ReturnType<typeof createEvacuation>;

/** Carrying data out by a stick: what is plugged in, and how far it is. Null while the page may not know. */
export function createEvacuation(ask: typeof request, clock: Clock) {
  const view = signal<EvacuationView | null>(null);
  const refusal = signal<string | null>(null);

  async function look(): Promise<void> {
    const answer = await ask('GET', '/technician/evacuation');
    view.value = answer.ok ? (answer.body as EvacuationView) : null;
  }

  async function keepLooking(): Promise<void> {
    await look();
    clock.setTimer(LOOK_EVERY_MS, () => void keepLooking());
  }

  async function start(to: string): Promise<void> {
    const answer = await ask('POST', '/technician/evacuation', { to });
    refusal.value = answer.ok ? null : w('stick.failed', { message: answerText(answer) });
    await look();
  }

  clock.setTimer(FIRST_LOOK_MS, () => void keepLooking());
  return { view, refusal, start };
}

/** Where an export stands, in words; null before the first. */
export function exportText(view: EvacuationView): string | null {
  const { export: now } = view;
  switch (now.state) {
    case 'idle':
      return null;
    case 'running':
      return w('stick.running', { to: now.to, records: now.records, total: now.total });
    case 'done':
      return now.records === 0
        ? w('stick.nothing')
        : w('stick.done', { to: now.to, records: now.records, files: now.files });
    case 'failed':
      return w('stick.failed', { message: answerText({ code: now.code, detail: now.message }) });
  }
}
