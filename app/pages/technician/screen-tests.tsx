import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SelfTestModel } from './self-test-model.ts';
import { panelRow, type TouchLayout, touchLayout } from './touch-grid.ts';
import { w } from './words.ts';

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

const layoutNow = (): TouchLayout => touchLayout(window.innerWidth, window.innerHeight);

/** Words and ways out, above patches that were touched already or wait until it has moved. */
function TouchPanel({
  layout,
  touched,
  onEnded,
}: {
  layout: TouchLayout;
  touched: ReadonlySet<number>;
  onEnded: Ended;
}) {
  const [from, to] = layout.panelColumns;
  const row = panelRow(layout, touched) + 1;
  return (
    <div class="touch-panel" style={{ gridArea: `${row} / ${from + 1} / ${row + 1} / ${to + 1}` }}>
      <p>{w('screen.touch.text', { left: layout.cells.length - touched.size })}</p>
      <button type="button" class="button" onClick={() => onEnded(false)}>
        {w('screen.touch.dead')}
      </button>
      <button type="button" class="button button--quiet" onClick={() => onEnded(null)}>
        {w('screen.cancel')}
      </button>
    </div>
  );
}

/** Each part of the screen must answer a finger once. */
function TouchGrid({ onEnded }: { onEnded: Ended }) {
  const [layout, setLayout] = useState(layoutNow);
  const [touched, setTouched] = useState<ReadonlySet<number>>(new Set());
  useLayoutEffect(() => {
    // A screen that was turned has other patches: the test begins again.
    const again = () => {
      setLayout(layoutNow());
      setTouched(new Set());
    };
    window.addEventListener('resize', again);
    return () => window.removeEventListener('resize', again);
  }, []);
  const touch = (cell: number) => {
    const next = new Set([...touched, cell]);
    setTouched(next);
    if (next.size === layout.cells.length) onEnded(true);
  };
  const tracks = (count: number) => `repeat(${count}, minmax(0, 1fr))`;
  return (
    <FullScreen label={w('screen.touch')} onEnded={onEnded}>
      <div class="touch-grid" style={{ gridTemplate: `${tracks(layout.rows)} / ${tracks(layout.columns)}` }}>
        {layout.cells.map((cell) => (
          <button
            key={cell}
            type="button"
            class="touch-cell"
            aria-pressed={touched.has(cell)}
            aria-label={w('screen.cell', { n: cell + 1 })}
            onPointerDown={() => touch(cell)}
            onClick={() => touch(cell)}
          />
        ))}
        <TouchPanel layout={layout} touched={touched} onEnded={onEnded} />
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
