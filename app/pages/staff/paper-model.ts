import { signal } from '@preact/signals';
import type { PaperAnswer, PaperFormsAnswer } from '../../server/staff/paper-routes.ts';
import { type Answer, request } from '../shared/post.ts';
import type { TypedEntry } from './paper-entry.ts';
import { type StaffWord, w, wordOf } from './words.ts';

export type PaperRole = 'paper_entry' | 'paper_review';

/** What one of the paper's people does. It holds numbers of forms; what was typed lives in the fields alone. */
export type PaperModel = ReturnType<typeof createPaperModel>;

const PATHS = { paper_entry: '/paper/entries', paper_review: '/paper/reviews' } as const;
const SAID = { kept: 'paper.kept', agreed: 'paper.agreed', differs: 'paper.differs' } satisfies Record<
  PaperAnswer['outcome'],
  StaffWord
>;

function faultText({ code, detail }: Extract<Answer, { ok: false }>): string {
  return wordOf('paper', code) ?? w('paper.failed', { detail: detail ?? code });
}

export function createPaperModel(role: PaperRole) {
  const forms = signal<string[]>([]);
  const said = signal<string | null>(null);
  const fault = signal<string | null>(null);
  const busy = signal(false);

  async function refresh(): Promise<void> {
    const asked = await request('GET', '/paper/forms');
    if (asked.ok) forms.value = (asked.body as PaperFormsAnswer).forms;
  }

  /** What was said of the last form is not of the one that is typed now. */
  function hush(): void {
    fault.value = null;
    said.value = null;
  }

  /** @returns whether it was taken: the fields are to be emptied then */
  async function enter(entry: TypedEntry): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    hush();
    const done = await request('POST', PATHS[role], entry);
    if (done.ok) {
      const { form, outcome } = done.body as PaperAnswer;
      said.value = w(SAID[outcome], { form });
    } else {
      fault.value = faultText(done);
    }
    await refresh();
    busy.value = false;
    return done.ok;
  }

  return { role, forms, said, fault, busy, refresh, hush, enter };
}
