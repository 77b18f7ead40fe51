import './writing.css';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { language, t } from '../../shared/locale.ts';
import { hasComfort } from '../comfort.ts';
import { LastSeconds, TimeLeft } from '../countdown.tsx';
import type { ReasonsDraft, ReasonsView } from '../draft.ts';
import type { CitizenModel } from '../model.ts';
import { Candidates } from './candidates.tsx';
import { pinyinDictionary } from './dictionary.ts';
import { EndKeys, Keyboard } from './keyboard.tsx';
import { LAYOUTS, type LayoutId, layoutsFor } from './layouts.ts';
import { type Candidate, candidatesFor, MAX_LETTERS, type PinyinDictionary } from './pinyin.ts';
import { deleteBack, insertText } from './text-field.ts';

interface WritingPanelProps {
  view: ReasonsView;
  draft: ReasonsDraft;
  model: CitizenModel;
  onDone: () => void;
}

/** Latin letters that nobody has turned into words yet, and what they may mean. */
function useComposition(write: (text: string) => void) {
  const [letters, setLetters] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [dictionary, setDictionary] = useState<PinyinDictionary | null>(null);
  useEffect(() => {
    let isShown = true;
    // Without it the letters themselves can still be written.
    pinyinDictionary().then(
      (read) => isShown && setDictionary(read),
      () => undefined,
    );
    return () => {
      isShown = false;
    };
  }, []);
  const found = dictionary === null ? [] : candidatesFor(dictionary, letters);
  const take = (next: string) => {
    setLetters(next);
    setOpen(false);
  };
  const choose = ({ text, used }: Candidate) => {
    write(text);
    take(letters.slice(used));
  };
  return {
    letters,
    found,
    isOpen,
    open: () => setOpen(!isOpen),
    choose,
    add: (letter: string) => take((letters + letter).slice(0, MAX_LETTERS)),
    back: () => take(letters.slice(0, -1)),
    /** The best candidate for all of it, else the letters as they are. */
    finish() {
      const [best] = found;
      if (letters !== '') write(best?.used === letters.length ? best.text : letters);
      take('');
    },
  };
}

/** The comment with keys under it, in place of the reasons while somebody writes. Its state ends with the visit. */
export function WritingPanel({ view, draft, model, onDone }: WritingPanelProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const layouts = layoutsFor(language.value);
  const [layout, setLayout] = useState<LayoutId>(layouts[0] ?? 'pinyin');
  const edit = (change: (field: HTMLTextAreaElement) => void) => {
    if (field.current === null) return;
    change(field.current);
    draft.write(field.current.value);
  };
  const write = (text: string) => edit((at) => insertText(at, text, view.commentMaxChars));
  const composing = useComposition(write);
  const { pinyin } = LAYOUTS[layout];
  const endsAtMs = model.endsAtMs.value;
  const isCalm = hasComfort('elder');
  useLayoutEffect(() => {
    const at = field.current;
    at?.focus();
    at?.setSelectionRange(at.value.length, at.value.length);
    draft.isWriting = true;
    return () => {
      draft.isWriting = false;
    };
  }, [draft]);

  function press(text: string): void {
    if (pinyin && /^[a-z]$/.test(text)) {
      composing.add(text);
      return;
    }
    const space = text === ' ' && composing.letters !== '';
    composing.finish();
    if (!space) write(text);
  }
  const deletePressed = () => (composing.letters === '' ? edit(deleteBack) : composing.back());
  const finish = (then: () => void) => {
    composing.finish();
    then();
  };
  return (
    <div class="writing">
      <div class="writing-head">
        <h1 id="comment-title" tabIndex={-1}>
          {t('reasons.comment')}
        </h1>
        {endsAtMs !== null && isCalm && <LastSeconds endsAtMs={endsAtMs} clock={model.clock} />}
        <p class="quiet count" dir="auto">
          {t('reasons.commentCount', { n: draft.comment.value.length, max: view.commentMaxChars })}
        </p>
        {endsAtMs !== null && !isCalm && (
          <TimeLeft endsAtMs={endsAtMs} totalMs={view.countdown.totalMs} clock={model.clock} />
        )}
      </div>
      <textarea
        ref={field}
        id="comment"
        dir="auto"
        aria-labelledby="comment-title"
        maxLength={view.commentMaxChars}
        inputMode="none"
        autocomplete="off"
        autocorrect="off"
        autocapitalize="off"
        spellcheck={false}
        value={draft.comment.value}
        onInput={(event) => draft.write(event.currentTarget.value)}
      />
      {/* Keys must not take the caret away from the text. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps the focus where it is */}
      <div class="keyboard" onMouseDown={(event) => event.preventDefault()}>
        {pinyin && <Candidates {...composing} onOpen={composing.open} onChoose={composing.choose} />}
        {composing.isOpen ? (
          <EndKeys onDelete={deletePressed} onDone={() => finish(onDone)} />
        ) : (
          <Keyboard
            layouts={layouts}
            layout={layout}
            onLayout={(to) => finish(() => setLayout(to))}
            onText={press}
            onDelete={deletePressed}
            onDone={() => finish(onDone)}
          />
        )}
      </div>
    </div>
  );
}
