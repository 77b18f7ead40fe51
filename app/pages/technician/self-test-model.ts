import { signal } from '@preact/signals';
import type { TestName } from '../../../device/test-log.ts';
import type { request } from '../shared/post.ts';
import { answerText } from './answer-text.ts';
import { w } from './words.ts';

/** What takes longer than a look. */
export type LongCheck = 'centre' | 'ledger';

export type SelfTestModel = ReturnType<typeof createSelfTest>;

/** @param refresh reads the status again: what came of it stands in its lines */
export function createSelfTest(ask: typeof request, refresh: () => Promise<void>) {
  const running = signal<LongCheck | null>(null);
  const message = signal<string | null>(null);

  async function run(check: LongCheck): Promise<void> {
    if (running.value !== null) return;
    running.value = check;
    message.value = w(`selftest.${check}.running`);
    const answer = await ask('POST', `/technician/${check}-check`, {});
    message.value = answer.ok ? w('selftest.done') : w('selftest.failed', { message: answerText(answer) });
    running.value = null;
    await refresh();
  }

  /** What a person saw or heard; it stays with its date. */
  async function note(test: TestName, passed: boolean): Promise<void> {
    const answer = await ask('POST', '/technician/tests/result', { test, passed });
    message.value = answer.ok ? w('selftest.noted') : w('selftest.failed', { message: answerText(answer) });
    await refresh();
  }

  return { running, message, run, note };
}
