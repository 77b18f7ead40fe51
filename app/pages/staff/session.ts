import { computed, signal } from '@preact/signals';
import type { SessionAnswer } from '../../server/staff/session-routes.ts';
import { type Answer, request } from '../shared/post.ts';
import { w, wordOf } from './words.ts';

/** Who is signed in at this browser, as far as the appliance said. */
export type SessionModel = ReturnType<typeof createSession>;

/** Why nobody was signed in, in words for the person who tried. */
export function faultText(answer: Extract<Answer, { ok: false }>): string {
  const { code, detail, retryAfterS } = answer;
  if (code === 'sign_in_locked') return w('signIn.sign_in_locked', { n: Math.ceil((retryAfterS ?? 60) / 60) });
  return wordOf('signIn', code) ?? w('signIn.failed', { detail: detail ?? code });
}

/** What the person at this browser does here; null: first somebody signs in. */
export type Task = 'window' | 'paper_entry' | 'paper_review' | null;

/** Pure. In trial mode nobody need sign in to serve at the window; for paper somebody always must. */
export function taskOf(answer: SessionAnswer | null, isAsking: boolean): Task {
  if (answer === null) return null;
  if (answer.person !== null) return answer.person.role;
  return answer.needed || isAsking ? null : 'window';
}

export function createSession() {
  const answer = signal<SessionAnswer | null>(null);
  const fault = signal<string | null>(null);
  const busy = signal(false);
  /** Somebody wants to sign in though nobody need. */
  const isAsking = signal(false);
  const person = computed(() => answer.value?.person ?? null);
  const task = computed(() => taskOf(answer.value, isAsking.value));
  const mayAsk = computed(() => {
    const known = answer.value;
    return known !== null && !known.needed && known.possible && known.person === null;
  });

  async function refresh(): Promise<void> {
    const asked = await request('GET', '/session');
    if (asked.ok) answer.value = asked.body as SessionAnswer;
  }

  async function act(method: 'POST' | 'DELETE', body?: unknown): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    fault.value = null;
    const done = await request(method, '/session', body);
    if (!done.ok) fault.value = faultText(done);
    await refresh();
    if (done.ok) isAsking.value = false;
    busy.value = false;
  }

  return {
    answer,
    person,
    task,
    mayAsk,
    fault,
    busy,
    refresh,
    ask(on: boolean): void {
      isAsking.value = on;
      fault.value = null;
    },
    signIn: (number: string, pin: string) => act('POST', { number, pin }),
    signOut: () => act('DELETE'),
  };
}
