import type { ComponentChildren } from 'preact';
import type { Level } from '../../../device/ledger/record.ts';
import { Face, Stars } from '../shared/face.tsx';
import { breakable, currentPack, levelLabel, wordsIn } from '../shared/locale.ts';
import type { Pressed } from './model.ts';

const BEST_FIRST: readonly Level[] = [5, 4, 3, 2, 1];

/** The grades as they stand from the left (or the top): by the device's layout, never by the script's direction. */
export function gradeOrder(layout: 'best-left' | 'best-right'): readonly Level[] {
  return layout === 'best-left' ? BEST_FIRST : BEST_FIRST.toReversed();
}

const Word = ({ children }: { children: ComponentChildren }) => <span class="word">{children}</span>;

/**
 * Where a language has long words, each breaks inside only if it is too long for the button alone, and says so by a
 * hyphen. A Mongolian suffix goes to the next column without one, Tibetan only between its words.
 */
function Label({ text }: { text: string }) {
  const pack = currentPack.value;
  if (pack.words !== undefined) {
    return wordsIn(text, pack).map((parts) => (
      <Word>{parts.length === 1 ? parts : parts.map((part) => <Word>{part}</Word>)}</Word>
    ));
  }
  if (pack.hyphenation === undefined) {
    return breakable(text, pack).flatMap((piece, index) => (index === 0 ? piece : [<wbr />, piece]));
  }
  return text.split(' ').flatMap((word, index) => {
    // In the text itself: one that the style brings breaks the word and is not drawn. The button's name is without it.
    const whole = <Word>{breakable(word, pack).join('\u00ad')}</Word>;
    return index === 0 ? whole : [' ', whole];
  });
}

interface GradeButtonsProps {
  layout: 'best-left' | 'best-right';
  pressed: Pressed | null;
  /** The grade that stands already; null before the first choice, when no button may look chosen. */
  chosen: Level | null;
  /** Said by ear and not yet confirmed. */
  spoken?: Level | null;
  /** id of the heading that asks. */
  labelledBy: string;
  onChoose: (level: Level) => void;
}

/** Five equal buttons, each with the legal label as its name. */
export function GradeButtons({ layout, pressed, chosen, spoken = null, labelledBy, onChoose }: GradeButtonsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's box ignores grid and flex in Chromium's layout
    <div class="grades" role="group" aria-labelledby={labelledBy} dir="ltr">
      {gradeOrder(layout).map((level) => (
        <button
          key={level}
          type="button"
          class="grade"
          data-level={level}
          data-pressed={pressed === `level-${level}` || spoken === level ? '' : undefined}
          aria-label={levelLabel(level)}
          aria-pressed={chosen === null ? undefined : chosen === level}
          onClick={() => onChoose(level)}
        >
          <Face level={level} />
          <span class="grade-text">
            <span class="grade-label" dir="auto">
              <Label text={levelLabel(level)} />
            </span>
            <Stars level={level} />
          </span>
        </button>
      ))}
    </div>
  );
}
