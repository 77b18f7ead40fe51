import { useLayoutEffect } from 'preact/hooks';
import { dateText } from '../shared/time-text.ts';
import type { DoorModel } from './door-model.ts';
import { w } from './words.ts';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** Eight places, filled from the left; a screen reader hears how many. */
function Places({ code }: { code: string }) {
  return (
    <p class="door-code" role="img" aria-label={`${w('door.code')} ${code.length}/8`}>
      {Array.from({ length: 8 }, (_, place) => `place-${place}`).map((key, place) => (
        <span key={key} aria-hidden="true">
          {code[place] ?? ''}
        </span>
      ))}
    </p>
  );
}

/** The locked maintenance page. A box at the counter has no keyboard, so the digits are on the screen too. */
export function CodeEntry({ door, onOpened }: { door: DoorModel; onOpened: () => void }) {
  const session = door.session.value;
  const open = async () => {
    if (door.isComplete() && (await door.open())) onOpened();
  };
  // Before the first picture: the first digit after it counts.
  useLayoutEffect(() => {
    const onKey = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
      if (ctrlKey || altKey || metaKey) return;
      if (/^\d$/.test(key)) door.type(key);
      else if (key === 'Backspace') door.erase();
      else if (key === 'Enter' && !(document.activeElement instanceof HTMLButtonElement)) void open();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [door]);
  return (
    <section class="card door" aria-labelledby="door-title">
      <h2 id="door-title">{w('door.title')}</h2>
      <p class="quiet">{w('door.text')}</p>
      {session !== null && (
        <dl class="door-facts">
          <dt>{w('door.device')}</dt>
          <dd>{session.deviceId}</dd>
          <dt>{w('door.time')}</dt>
          <dd>{dateText(session.deviceTime)}</dd>
        </dl>
      )}
      <Places code={door.code.value} />
      <p class="progress" role="status">
        {door.message.value}
      </p>
      <div class="door-keys">
        {DIGITS.map((digit) => (
          <button key={digit} type="button" class="button" onClick={() => door.type(digit)}>
            {digit}
          </button>
        ))}
        <button type="button" class="button" onClick={() => door.erase()}>
          {w('door.erase')}
        </button>
        <button type="button" class="button button--main" disabled={!door.isComplete()} onClick={() => void open()}>
          {w('door.open')}
        </button>
      </div>
      <button type="button" class="button door-back" onClick={() => door.leave()}>
        {w('door.back')}
      </button>
    </section>
  );
}
