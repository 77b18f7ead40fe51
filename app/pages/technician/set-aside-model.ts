import { signal } from '@preact/signals';
import type { SetAsideRecord } from '../../server/technician/set-aside.ts';
import type { request } from '../shared/post.ts';
import { answerText } from './answer-text.ts';
import { w } from './words.ts';

export type SetAsideModel = ReturnType<typeof createSetAside>;

/** What the centre would not take. Looked at only while there is something. */
export function createSetAside(ask: typeof request) {
  const records = signal<SetAsideRecord[]>([]);
  const message = signal<string | null>(null);

  /** @param refused how many the status counts */
  async function follow(refused: number): Promise<void> {
    if (refused === 0) {
      records.value = [];
      return;
    }
    const answer = await ask('GET', '/technician/set-aside');
    if (answer.ok) records.value = (answer.body as { records?: SetAsideRecord[] }).records ?? [];
  }

  /** @param ids null: all of them */
  async function sendAgain(ids: string[] | null): Promise<void> {
    const answer = await ask('POST', '/technician/set-aside/resubmit', ids === null ? { all: true } : { ids });
    if (answer.ok) {
      const { resubmitted } = answer.body as { resubmitted: number };
      message.value = w('aside.sent', { n: resubmitted });
    } else {
      message.value = w('selftest.failed', { message: answerText(answer) });
    }
    await follow(1);
  }

  return { records, message, follow, sendAgain };
}
