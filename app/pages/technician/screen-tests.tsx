import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SelfTestModel } from './self-test-model.ts';
import { w } from './words.ts';

const COLUMNS = 8;
const ROWS = 5;
/** The middle of the grid holds the way out, so that the edges of the screen belong to the test. */
const PANEL = new Set([18, 19, 20, 21]);
const CELLS = Array.from({ length: COLUMNS * ROWS }, (_none, index) => index).filter((index) => !PANEL.has(index));
const COLOURS = ['red', 'green', 'blue', 'white', 'black', 'grey'] as const;

type Ended = (passed: boolean | null) => void;

/** Above everything, and nothing below can be touched; Escape gives up without a result. */
function FullScreen({
  label,
  onEnded,
  children,
}: {
  label: string;
  onEnded: Ended;
  children: preact.ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="screen-test" aria-label={label} onCancel={() => onEnded(null)}>
      {children}
    </dialog>
  );
}

/** Each part of the screen must answer a finger once. */
function TouchGrid({ onEnded }: { onEnded: Ended }) {
  const [touched, setTouched] = useState<ReadonlySet<number>>(new Set());
  const touch = (cell: number) => {
    const next = new Set([...touched, cell]);
    setTouched(next);
    if (next.size === CELLS.length) onEnded(true);
  };
  return (
    <FullScreen label={w('screen.touch')} onEnded={onEnded}>
      <div class="touch-grid">
        {CELLS.map((cell) => (
          <button
            key={cell}
            type="button"
            class={`touch-cell touch-cell--${cell}`}
            aria-pressed={touched.has(cell)}
            aria-label={w('screen.cell', { n: cell + 1 })}
            onPointerDown={() => touch(cell)}
            onClick={() => touch(cell)}
          />
        ))}
        <div class="touch-panel">
          <p>{w('screen.touch.text', { left: CELLS.length - touched.size })}</p>
          <button type="button" class="button" onClick={() => onEnded(false)}>
            {w('screen.touch.dead')}
          </button>
          <button type="button" class="button button--quiet" onClick={() => onEnded(null)}>
            {w('screen.cancel')}
          </button>
        </div>
      </div>
    </FullScreen>
  );
}

/** Whole screens of one colour, then the question that only an eye can answer. */
function Colours({ onEnded }: { onEnded: Ended }) {
  const [step, setStep] = useState(0);
  const colour = COLOURS[step];
  return (
    <FullScreen label={w('screen.colours')} onEnded={onEnded}>
      {colour === undefined ? (
        <div class="colour-question">
          <p>{w('screen.colours.question')}</p>
          <button type="button" class="button button--main" onClick={() => onEnded(true)}>
            {w('screen.colours.good')}
          </button>
          <button type="button" class="button" onClick={() => onEnded(false)}>
            {w('screen.colours.bad')}
          </button>
        </div>
      ) : (
        <button type="button" class={`colour colour--${colour}`} onClick={() => setStep(step + 1)}>
          <span>{w('screen.next', { n: step + 1, of: COLOURS.length })}</span>
        </button>
      )}
    </FullScreen>
  );
}

/** What a person alone can judge: screen and loudspeaker. */
export function ScreenTests({ model }: { model: SelfTestModel }) {
  const [open, setOpen] = useState<'touch' | 'colours' | null>(null);
  const ended = (test: 'touch' | 'colours') => (passed: boolean | null) => {
    setOpen(null);
    if (passed !== null) void model.note(test, passed);
  };
  return (
    <section class="card" aria-labelledby="screen-title">
      <h2 id="screen-title">{w('screen.title')}</h2>
      <div class="tools">
        <button type="button" class="button" onClick={() => setOpen('touch')}>
          {w('screen.touch')}
        </button>
        <button type="button" class="button" onClick={() => setOpen('colours')}>
          {w('screen.colours')}
        </button>
      </div>
      <p class="quiet">{w('screen.sound.text')}</p>
      <div class="tools">
        <button type="button" class="button" onClick={() => void model.note('sound', true)}>
          {w('screen.sound.heard')}
        </button>
        <button type="button" class="button" onClick={() => void model.note('sound', false)}>
          {w('screen.sound.silent')}
        </button>
      </div>
      {open === 'touch' && <TouchGrid onEnded={ended('touch')} />}
      {open === 'colours' && <Colours onEnded={ended('colours')} />}
    </section>
  );
}
