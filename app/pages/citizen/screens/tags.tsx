import { useRef, useState } from 'preact/hooks';
import type { TagChoice } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';
import type { ReasonsDraft, ReasonsView } from '../draft.ts';
import { Worded } from '../worded.tsx';
import { type Turning, turn, useTurning } from './turning.ts';

interface CheckProps {
  text: string;
  kind?: 'withhold';
  checked: boolean;
  onToggle: () => void;
}

function Check({ text, kind, checked, onToggle }: CheckProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: the whole target is the box, as large as its text
    <button type="button" class="tag" data-kind={kind} role="checkbox" aria-checked={checked} onClick={onToggle}>
      <span class="tag-box" aria-hidden="true" />
      <Worded text={text} />
    </button>
  );
}

interface GroupProps {
  name: string;
  choices: readonly TagChoice[];
  draft: ReasonsDraft;
  isOpen: boolean;
  onOpen: () => void;
}

/** The first level of two: its tags open under it, and it says how many of them are ticked. */
function Group({ name, choices, draft, isOpen, onOpen }: GroupProps) {
  const ticked = choices.filter(({ code }) => draft.tags.value.includes(code)).length;
  return (
    <>
      <button type="button" class="tag tag-group" aria-expanded={isOpen} onClick={onOpen}>
        <Worded text={name} />
        {ticked > 0 && <span class="quiet">{t('reasons.ticked', { n: ticked })}</span>}
      </button>
      {isOpen && choices.map((choice) => <Tag key={choice.code} choice={choice} draft={draft} />)}
    </>
  );
}

function Tag({ choice, draft }: { choice: TagChoice; draft: ReasonsDraft }) {
  const { code, text } = choice;
  return <Check text={text} checked={draft.tags.value.includes(code)} onToggle={() => draft.toggle(code)} />;
}

/** Groups and single tags as the catalogue has them, a group where its first tag stands. Pure. */
function entriesOf(choices: readonly TagChoice[]): { name: string | null; members: TagChoice[] }[] {
  const entries: { name: string | null; members: TagChoice[] }[] = [];
  for (const choice of choices) {
    const name = choice.group ?? null;
    const known = name === null ? undefined : entries.find((entry) => entry.name === name);
    if (known === undefined) entries.push({ name, members: [choice] });
    else known.members.push(choice);
  }
  return entries;
}

/** Which of how many reasons are seen, as on the idle screen; a touch turns to the others. */
function TurnButton({ turning, onTurn }: { turning: Turning; onTurn: () => void }) {
  const { way, from, to, count } = turning;
  return (
    <button type="button" class="turn" data-way={way} onClick={onTurn}>
      <bdi dir="ltr">
        {from}–{to} / {count}
      </bdi>
    </button>
  );
}

/** The catalogue's tags of the grade, any number of them, in its order; grouped where it has two levels. */
export function Tags({ view, draft }: { view: ReasonsView; draft: ReasonsDraft }) {
  const [open, setOpen] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const turning = useTurning(list);
  const mayWithhold = view.reasonAsked === 'required';
  return (
    // biome-ignore lint/a11y/useSemanticElements: the group is a grid, which a fieldset's box is not
    <div class="tags" role="group" aria-labelledby="tags-title">
      <h2 id="tags-title">{t(view.reasonAsked === null ? 'reasons.tags' : `reasons.${view.reasonAsked}`)}</h2>
      <div class="tag-list" ref={list}>
        {entriesOf(view.choices).map(({ name, members }) =>
          name === null ? (
            members.map((choice) => <Tag key={choice.code} choice={choice} draft={draft} />)
          ) : (
            <Group
              key={name}
              name={name}
              choices={members}
              draft={draft}
              isOpen={open === name}
              onOpen={() => setOpen(open === name ? null : name)}
            />
          ),
        )}
      </div>
      {(mayWithhold || turning !== null) && (
        <div class="tags-foot">
          {mayWithhold && (
            <Check
              text={t('reasons.withhold')}
              kind="withhold"
              checked={draft.withheld.value}
              onToggle={() => draft.withhold()}
            />
          )}
          {turning !== null && <TurnButton turning={turning} onTurn={() => turn(list.current, turning.way)} />}
        </div>
      )}
    </div>
  );
}
