import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Level } from '../../../device/ledger/record.ts';
import { levelLabel } from '../shared/locale.ts';
import { createPaperModel, type PaperModel, type PaperRole, type TypedEntry } from './paper-model.ts';
import type { SessionModel } from './session.ts';
import { SignedIn, SignOut } from './tools.tsx';
import { w } from './words.ts';

/** As they stand on the form, from left to right. */
const BEST_FIRST: readonly Level[] = [5, 4, 3, 2, 1];

function entryOf(form: HTMLFormElement): TypedEntry {
  const fields = new FormData(form);
  const text = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const caseNo = text('caseNo');
  return {
    form: text('form'),
    paperDate: text('paperDate'),
    level: Number(text('level')),
    comment: text('comment'),
    caseNo: caseNo === '' ? null : caseNo,
    serviceNo: Number(text('serviceNo')),
  };
}

/** The digit of a grade chooses it, so that the whole form can be typed; the stars on the form are the same digits. */
function chooseByDigit(event: KeyboardEvent): void {
  const group = event.currentTarget as HTMLElement;
  const radio = group.querySelector<HTMLInputElement>(`input[value="${CSS.escape(event.key)}"]`);
  if (radio === null) return;
  radio.checked = true;
  radio.focus();
  event.preventDefault();
}

function Grades() {
  return (
    <fieldset class="choices choices--grades" onKeyDown={chooseByDigit}>
      <legend>{w('paper.level')}</legend>
      {BEST_FIRST.map((level) => (
        <label key={level} class="choice">
          <input type="radio" name="level" value={level} required />
          <span>{levelLabel(level)}</span> <kbd>{level}</kbd>
        </label>
      ))}
    </fieldset>
  );
}

function Fields() {
  return (
    <>
      <label class="field">
        <span>{w('paper.form')}</span>
        <input class="sign-in-field" name="form" required maxLength={64} autocomplete="off" spellcheck={false} />
      </label>
      <label class="field">
        <span>{w('paper.date')}</span>
        <input class="sign-in-field" name="paperDate" type="date" required autocomplete="off" />
      </label>
      <Grades />
      <label class="field field--wide">
        <span>{w('paper.comment')}</span>
        <textarea class="sign-in-field" name="comment" rows={3} maxLength={500} autocomplete="off" />
      </label>
      <label class="field">
        <span>{w('paper.caseNo')}</span>
        <input class="sign-in-field" name="caseNo" maxLength={64} autocomplete="off" spellcheck={false} />
      </label>
      <label class="field">
        <span>{w('paper.serviceNo')}</span>
        <input class="sign-in-field" name="serviceNo" type="number" min={1} max={9999} defaultValue="1" required />
      </label>
    </>
  );
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
  const focus = (name: string) => form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
  useEffect(() => {
    void model.refresh();
    focus('form');
  }, [model]);
  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = form.current;
    if (fields === null || !(await model.enter(entryOf(fields)))) return;
    fields.reset();
    focus('form');
  };
  const choose = (number: string) => {
    const field = form.current?.querySelector<HTMLInputElement>('[name="form"]');
    if (field) field.value = number;
    focus('paperDate');
  };
  return (
    <div class="staff-page staff-page--paper">
      <header class="staff-bar">
        <h1 class="staff-window">{w(role === 'paper_entry' ? 'paper.titleFirst' : 'paper.titleSecond')}</h1>
      </header>
      <main>
        <p class="paper-hint">{w('paper.hint')}</p>
        {/* Where the eye is next: the first field has the focus again. */}
        <p class="said" role="status">
          {model.said.value}
        </p>
        <form ref={form} class="paper" onSubmit={(event) => void submit(event)}>
          <Fields />
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
    </div>
  );
}
