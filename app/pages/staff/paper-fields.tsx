import type { ComponentChildren } from 'preact';
import { levelLabel } from '../shared/locale.ts';
import { BEST_FIRST, type EntryFault } from './paper-entry.ts';
import { type StaffWord, w } from './words.ts';

/** What is wrong with a field, beside it and in its description; null: nothing. */
type Wrong = EntryFault | null;

const FAULT_ID = 'paper-field-fault';

function FieldFault({ wrong, field }: { wrong: Wrong; field: EntryFault['field'] }) {
  if (wrong?.field !== field) return null;
  return (
    <p class="fault" id={FAULT_ID} role="alert">
      {w(wrong.word)}
    </p>
  );
}

/** Of a field that is wrong: what a screen reader says of it. */
const described = (wrong: Wrong, field: EntryFault['field']) =>
  wrong?.field === field ? { 'aria-describedby': FAULT_ID } : {};
const marked = (wrong: Wrong, field: EntryFault['field']) =>
  ({ 'aria-invalid': wrong?.field === field, ...described(wrong, field) }) as const;

/** A field under its label, and what is wrong with it under both. */
function Field(props: { name: string; word: StaffWord; wide?: boolean; children: ComponentChildren }) {
  return (
    <div class={props.wide === true ? 'field field--wide' : 'field'}>
      <label for={`paper-${props.name}`}>{w(props.word)}</label>
      {props.children}
    </div>
  );
}

const DATE_PARTS = [
  ['year', 4],
  ['month', 2],
  ['day', 2],
] as const;

/** On a number pad, which has no Tab, the point and the strokes lead on. */
function goOn(event: KeyboardEvent): void {
  if (!'./-'.includes(event.key)) return;
  event.preventDefault();
  const parts = [...(event.currentTarget as HTMLElement).querySelectorAll('input')];
  const at = parts.indexOf(event.target as HTMLInputElement);
  parts[at + 1]?.focus();
}

/** 年, 月, 日 in the order of the form: a browser's own field has them in the order of the browser's language. */
function DateField({ wrong }: { wrong: Wrong }) {
  return (
    <fieldset class="field" onKeyDown={goOn}>
      <legend>{w('paper.date')}</legend>
      <div class="date-parts">
        {DATE_PARTS.map(([name, digits]) => (
          <label key={name} class={`date-part date-part--${name}`}>
            <input
              class="sign-in-field"
              name={name}
              required
              inputMode="numeric"
              maxLength={digits}
              autocomplete="off"
              {...marked(wrong, 'year')}
            />
            <span>{w(`paper.${name}`)}</span>
          </label>
        ))}
      </div>
      <FieldFault wrong={wrong} field="year" />
    </fieldset>
  );
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

function Grades({ wrong }: { wrong: Wrong }) {
  return (
    <fieldset class="choices choices--grades" onKeyDown={chooseByDigit} {...described(wrong, 'level')}>
      <legend>{w('paper.level')}</legend>
      {BEST_FIRST.map((level) => (
        <label key={level} class="choice">
          <input type="radio" name="level" value={level} required />
          <span>{levelLabel(level)}</span> <kbd>{level}</kbd>
        </label>
      ))}
      <FieldFault wrong={wrong} field="level" />
    </fieldset>
  );
}

/** What stands on the form, from top to bottom. */
export function PaperFields({ wrong }: { wrong: Wrong }) {
  return (
    <>
      <Field name="form" word="paper.form">
        <input
          id="paper-form"
          class="sign-in-field"
          name="form"
          required
          maxLength={64}
          autocomplete="off"
          spellcheck={false}
          {...marked(wrong, 'form')}
        />
        <FieldFault wrong={wrong} field="form" />
      </Field>
      <DateField wrong={wrong} />
      <Grades wrong={wrong} />
      <Field name="comment" word="paper.comment" wide>
        <textarea id="paper-comment" class="sign-in-field" name="comment" rows={3} maxLength={500} autocomplete="off" />
      </Field>
      <Field name="caseNo" word="paper.caseNo">
        <input
          id="paper-caseNo"
          class="sign-in-field"
          name="caseNo"
          maxLength={64}
          autocomplete="off"
          spellcheck={false}
        />
      </Field>
      <Field name="serviceNo" word="paper.serviceNo">
        <input
          id="paper-serviceNo"
          class="sign-in-field"
          name="serviceNo"
          required
          inputMode="numeric"
          maxLength={4}
          defaultValue="1"
          autocomplete="off"
          {...marked(wrong, 'serviceNo')}
        />
        <FieldFault wrong={wrong} field="serviceNo" />
      </Field>
    </>
  );
}
