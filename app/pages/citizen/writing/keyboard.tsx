import { useState } from 'preact/hooks';
import { t } from '../../shared/locale.ts';
import { KEY_CAPS, KEY_HINTS, LAYOUTS, type LayoutId } from './layouts.ts';

interface KeyboardProps {
  layouts: readonly LayoutId[];
  layout: LayoutId;
  onLayout: (layout: LayoutId) => void;
  onText: (text: string) => void;
  onDelete: () => void;
  onDone: () => void;
}

interface KeyProps {
  label: string;
  name?: string;
  /** In the corner, for the eye alone. */
  hint?: string | undefined;
  kind?: 'special' | 'wide' | 'done' | 'mark' | 'cap' | undefined;
  lang?: string;
  pressed?: boolean;
  onPress: () => void;
}

function Key({ label, name, hint, kind, lang, pressed, onPress }: KeyProps) {
  return (
    <button
      type="button"
      class={kind === undefined ? 'key' : `key key--${kind}`}
      lang={lang}
      aria-label={name}
      aria-pressed={pressed}
      onClick={onPress}
    >
      {hint !== undefined && (
        <span class="key-hint" aria-hidden="true">
          {hint}
        </span>
      )}
      {label}
    </button>
  );
}

type EndKeysProps = Pick<KeyboardProps, 'onDelete' | 'onDone'>;

/** What a person needs also while candidates stand in place of the other keys. */
export function EndKeys({ onDelete, onDone }: EndKeysProps) {
  return (
    <div class="key-row end-keys" dir="ltr">
      <Key label="⌫" name={t('keyboard.delete')} kind="special" onPress={onDelete} />
      <Key label={t('keyboard.done')} kind="done" onPress={onDone} />
    </div>
  );
}

/** Keys for a finger. It has no state but the layout's second level: what is written lives with the visit's draft. */
export function Keyboard({ layouts, layout, onLayout, onText, onDelete, onDone }: KeyboardProps) {
  const [isShifted, setShifted] = useState(false);
  const { rows, shifted, marks, lang } = LAYOUTS[layout];
  const shown = isShifted && shifted !== null ? shifted : rows;
  // From the digits (which are none of `layouts`) back to the first.
  const other = layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? 'latin';
  const go = (to: LayoutId) => {
    setShifted(false);
    onLayout(to);
  };
  const keys = (row: string) =>
    Array.from(row, (char) => (
      <Key
        key={char}
        label={KEY_CAPS[char] ?? char}
        kind={char in KEY_CAPS ? 'cap' : undefined}
        hint={KEY_HINTS[char]}
        lang={lang}
        onPress={() => onText(char)}
      />
    ));
  return (
    <div class="keys" dir="ltr">
      <div class="key-row">{keys(shown[0] ?? '')}</div>
      <div class="key-row">{keys(shown[1] ?? '')}</div>
      <div class="key-row">
        {shifted !== null && (
          <Key
            label="⇧"
            name={t('keyboard.shift')}
            kind="special"
            pressed={isShifted}
            onPress={() => setShifted(!isShifted)}
          />
        )}
        {keys(shown[2] ?? '')}
        <Key label="⌫" name={t('keyboard.delete')} kind="special" onPress={onDelete} />
      </div>
      <div class="key-row">
        <Key label={LAYOUTS.digits.name} kind="special" pressed={layout === 'digits'} onPress={() => go('digits')} />
        <Key label={LAYOUTS[other].name} lang={LAYOUTS[other].lang} kind="special" onPress={() => go(other)} />
        <Key label={marks[0]} lang={lang} kind="mark" onPress={() => onText(marks[0])} />
        <Key label={t('keyboard.space')} kind="wide" onPress={() => onText(' ')} />
        <Key label={marks[1]} lang={lang} kind="mark" onPress={() => onText(marks[1])} />
        <Key label={t('keyboard.done')} kind="done" onPress={onDone} />
      </div>
    </div>
  );
}
