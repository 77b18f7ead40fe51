import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../shared/locale.ts';
import { hasComfort } from '../comfort.ts';
import { LastSeconds, TimeLeft } from '../countdown.tsx';
import type { ReasonsDraft, ReasonsView } from '../draft.ts';
import { GradeButtons } from '../grade-buttons.tsx';
import type { CitizenModel } from '../model.ts';
import { NotKept } from '../not-kept.tsx';
import { Tags } from './tags.tsx';

interface CommentProps {
  draft: ReasonsDraft;
  maxChars: number;
  /** A finger on the text wants keys; a keyboard that is plugged in does not. */
  onTouch: () => void;
}

function Comment({ draft, maxChars, onTouch }: CommentProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  // Of a long text the end is seen, where it goes on; lines above it are the sign that it is longer.
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    const sizes = new ResizeObserver(() => element.scrollTo(0, element.scrollHeight));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return (
    <div class="comment">
      <label for="comment">{t('reasons.comment')}</label>
      <textarea
        ref={field}
        id="comment"
        maxLength={maxChars}
        autocomplete="off"
        autocorrect="off"
        autocapitalize="off"
        inputMode="none"
        spellcheck={false}
        onClick={onTouch}
        value={draft.comment.value}
        onInput={(event) => draft.write(event.currentTarget.value)}
      />
      <p class="quiet count" dir="auto">
        {t('reasons.commentCount', { n: draft.comment.value.length, max: maxChars })}
      </p>
    </div>
  );
}

type Writing = typeof import('../writing/panel.tsx');

/** The keys come when somebody first writes. Where they cannot be had, the text can still be typed and left. */
const loadWriting = (): Promise<Writing | null> => import('../writing/panel.tsx').catch(() => null);

/** After the grade is safe: it can still be changed, explained, or left as it is. */
export function ReasonsScreen({ view, model }: { view: ReasonsView; model: CitizenModel }) {
  const draft = model.draft.value;
  const pressed = model.pressed.value;
  const endsAtMs = model.endsAtMs.value;
  const isCalm = hasComfort('elder');
  const [Keys, bringKeys] = useState<Writing | null>(null);
  if (draft === null) return null;
  if (Keys !== null) return <Keys.WritingPanel {...{ view, draft, model }} onDone={() => bringKeys(null)} />;
  return (
    <div class="reasons">
      <h1 tabIndex={-1}>{t('reasons.title')}</h1>
      {endsAtMs !== null && isCalm && <LastSeconds endsAtMs={endsAtMs} clock={model.clock} />}
      <p class="chosen-title" id="chosen-title">
        <strong>{t('reasons.chosen')}</strong> <span class="quiet">{t('reasons.change')}</span>
      </p>
      <GradeButtons
        layout={view.layout}
        pressed={pressed}
        chosen={view.level}
        labelledBy="chosen-title"
        onChoose={(level) => level !== view.level && void model.change(level)}
      />
      <Tags key={view.level} view={view} draft={draft} />
      <Comment draft={draft} maxChars={view.commentMaxChars} onTouch={() => void loadWriting().then(bringKeys)} />
      <div class="actions">
        {endsAtMs !== null && !isCalm && (
          <TimeLeft endsAtMs={endsAtMs} totalMs={view.countdown.totalMs} clock={model.clock} />
        )}
        <NotKept shown={model.notKept.value} line={draft.reminded.value ? t('reasons.remind') : null} />
        <button
          type="button"
          class="button button--main"
          data-pressed={pressed === 'submit' ? '' : undefined}
          onClick={() => void model.submit()}
        >
          {t('reasons.submit')}
        </button>
      </div>
    </div>
  );
}
