import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { MoreBelow } from '../shared/more-below.tsx';
import { type EntryFault, entryOf } from './paper-entry.ts';
import { PaperFields } from './paper-fields.tsx';
import { createPaperModel, type PaperModel, type PaperRole } from './paper-model.ts';
import type { SessionModel } from './session.ts';
import { SignedIn, SignOut } from './tools.tsx';
import { w } from './words.ts';

/** What stands in the fields, without the blanks around it. */
function readerOf(form: HTMLFormElement): (name: string) => string {
  const fields = new FormData(form);
  return (name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
}

/** A browser brings the field's caret into sight, and leaves its label or its lower edge behind the fold. */
function bringIntoSight({ target }: FocusEvent): void {
  (target as HTMLElement).closest('.field, .choice, button')?.scrollIntoView({ block: 'nearest' });
}

/** Forms that wait for this person; choosing one types its number. */
function Waiting({ model, onChoose }: { model: PaperModel; onChoose: (form: string) => void }) {
  const forms = model.forms.value;
  return (
    <section class="paper-waiting" aria-labelledby="paper-waiting">
      <h2 id="paper-waiting">{w(model.role === 'paper_entry' ? 'paper.again' : 'paper.waiting')}</h2>
      {forms.length === 0 ? (
        <p>{w('paper.none')}</p>
      ) : (
        <ul>
          {forms.map((form) => (
            <li key={form}>
              <button type="button" class="tool" onClick={() => onChoose(form)}>
                {form}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/**
 * First or second entry of paper forms. What is typed stands in the fields until it is taken, and nowhere else; nothing
 * that anybody entered before ever comes back.
 */
export function PaperPage({ role, session }: { role: PaperRole; session: SessionModel }) {
  const model = useMemo(() => createPaperModel(role), [role]);
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<EntryFault | null>(null);
  const focus = (name: string) => form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
  // The focus before the picture: whoever enters a pile of forms types on.
  useLayoutEffect(() => {
    void model.refresh();
    focus('form');
  }, [model]);
  useEffect(() => {
    // It is there only now, and the field may have had the focus before.
    form.current?.querySelector('.fault')?.scrollIntoView({ block: 'nearest' });
  }, [wrong]);
  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = form.current;
    if (fields === null) return;
    const entry = entryOf(readerOf(fields));
    const isWhole = !('word' in entry);
    setWrong(isWhole ? null : entry);
    model.hush();
    if (!isWhole) return focus(entry.field);
    if (!(await model.enter(entry))) return;
    fields.reset();
    focus('form');
  };
  const choose = (number: string) => {
    const field = form.current?.querySelector<HTMLInputElement>('[name="form"]');
    if (field) field.value = number;
    focus('year');
  };
  return (
    <div class="staff-page staff-page--paper" onFocusIn={bringIntoSight}>
      <header class="staff-bar">
        <h1 class="staff-window">{w(role === 'paper_entry' ? 'paper.titleFirst' : 'paper.titleSecond')}</h1>
      </header>
      <main>
        <p class="paper-hint">{w('paper.hint')}</p>
        {/* Where the eye is next: the first field has the focus again. */}
        <p class="said" role="status">
          {model.said.value}
        </p>
        {/* The words of a browser for a lacking field are in its own language. */}
        <form ref={form} class="paper" noValidate onSubmit={(event) => void submit(event)}>
          <PaperFields wrong={wrong} />
          <button type="submit" class="button button--main field--wide" disabled={model.busy.value}>
            {w(role === 'paper_entry' ? 'paper.submitFirst' : 'paper.submitSecond')}
          </button>
        </form>
        <p class="fault" role="alert">
          {model.fault.value}
        </p>
        <Waiting model={model} onChoose={choose} />
      </main>
      <footer class="tools">
        <SignedIn session={session} />
        <SignOut session={session} />
      </footer>
      <MoreBelow text={w('paper.more')} />
    </div>
  );
}
