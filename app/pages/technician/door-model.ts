import { signal } from '@preact/signals';
import type { Clock } from '../../../device/clock.ts';
import type { TechnicianSession } from '../../server/technician/status.ts';
import type { Answer, request } from '../shared/post.ts';
import { w, wordOf } from './words.ts';

const CODE_LENGTH = 8;
/** A passer-by who got here by chance is taken back to the rating screen. */
const GO_BACK_AFTER_MS = 60_000;

export type DoorModel = ReturnType<typeof createDoor>;

/** The locked page: a code of eight digits, typed or touched. */
export function createDoor(ask: typeof request, clock: Clock, leave: () => void) {
  const session = signal<TechnicianSession | null>(null);
  const isLocked = signal(false);
  const code = signal('');
  const message = signal<string | null>(null);
  const isBusy = signal(false);
  let goBack = clock.setTimer(0, () => undefined);

  /** Each touch gives another minute. */
  function stay(): void {
    goBack.cancel();
    goBack = clock.setTimer(GO_BACK_AFTER_MS, () => {
      if (isLocked.value) leave();
    });
  }

  async function look(): Promise<void> {
    const answer = await ask('GET', '/technician/session');
    if (answer.ok) session.value = answer.body as TechnicianSession;
  }

  async function open(): Promise<boolean> {
    isBusy.value = true;
    message.value = w('door.opening');
    const answer = await ask('POST', '/technician/session', { code: code.value });
    isBusy.value = false;
    code.value = '';
    message.value = answer.ok ? null : refusalText(answer);
    if (answer.ok) isLocked.value = false;
    return answer.ok;
  }

  return {
    session,
    isLocked,
    code,
    message,
    isBusy,
    look,
    open,
    leave,
    /** The server said that a code is needed. */
    close() {
      if (isLocked.value) return;
      isLocked.value = true;
      stay();
      void look();
    },
    type(digits: string) {
      stay();
      if (isBusy.value) return;
      message.value = null;
      code.value = `${code.value}${digits.replace(/\D/g, '')}`.slice(0, CODE_LENGTH);
    },
    erase() {
      stay();
      code.value = code.value.slice(0, -1);
    },
    isComplete: () => code.value.length === CODE_LENGTH && !isBusy.value,
    async lock() {
      await ask('POST', '/technician/lock', {});
      leave();
    },
  };
}

function refusalText(answer: Extract<Answer, { ok: false }>): string {
  return wordOf(`door.${answer.code}`) ?? w('door.failed');
}
