import { computed, signal } from '@preact/signals';
import type { SessionAnswer } from '../../server/staff/session-routes.ts';
import { type Answer, request } from '../shared/post.ts';
import { type StaffWord, w, wordOf } from './words.ts';

/** Who is signed in at this browser, as far as the appliance said. */
export type SessionModel = ReturnType<typeof createSession>;

/** Why nobody was signed in, in words for the person who tried. */
export function faultText(answer: Extract<Answer, { ok: false }>): string {
  const { code, detail, retryAfterS } = answer;
  if (code === 'sign_in_locked') return w('signIn.sign_in_locked', { n: Math.ceil((retryAfterS ?? 60) / 60) });
  return wordOf('signIn', code) ?? w('signIn.failed', { detail: detail ?? code });
}

export function createSession(mayWorkHere: (role: string) => boolean, otherRole: StaffWord) {
  const answer = signal<SessionAnswer | null>(null);
  const fault = signal<string | null>(null);
  const busy = signal(false);
  const person = computed(() => answer.value?.person ?? null);
  const mayWork = computed(() => {
    if (answer.value === null) return false;
    return person.value === null ? !answer.value.needed : mayWorkHere(person.value.role) || !answer.value.needed;
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
    if (done.ok && method === 'POST' && !mayWork.value) fault.value = w(otherRole);
    busy.value = false;
  }

  return {
    answer,
    person,
    mayWork,
    fault,
    busy,
    refresh,
    signIn: (number: string, pin: string) => act('POST', { number, pin }),
    signOut: () => act('DELETE'),
  };
}
