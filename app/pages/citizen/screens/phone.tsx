import { useLayoutEffect } from 'preact/hooks';
import { t } from '../../shared/locale.ts';
import { svgUrl } from '../../shared/svg-url.ts';
import { hasComfort } from '../comfort.ts';
import { LastSeconds, TimeLeft } from '../countdown.tsx';
import type { CitizenModel } from '../model.ts';
import { ButtonWords, Phrased } from '../phrased.tsx';
import { Worded } from '../worded.tsx';

/** In large letters: what a touch on the code does, as a button of its own. */
function Enlarge({ onEnlarge }: { onEnlarge: () => void }) {
  return (
    // Named also where there is room for the glass alone.
    <button type="button" class="enlarge" aria-label={t('inviting.touchEnlarges')} onClick={onEnlarge}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d="M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13ZM15.3 15.3l5.2 5.2M10.5 7.5v6M7.5 10.5h6" />
      </svg>
      <span>{t('inviting.touchEnlarges')}</span>
    </button>
  );
}

/** In large letters on 7 inches, where no code that a phone reads has room: it opens the large one. CSS shows one of the two. */
export function OpenCode({ onEnlarge }: { onEnlarge: () => void }) {
  return (
    <button type="button" class="button phone-open" onClick={onEnlarge}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d="M3.5 3.5h7v7h-7zM13.5 3.5h7v7h-7zM3.5 13.5h7v7h-7zM7 7h0M17 7h0M7 17h0M13.5 13.5h3v3M20.5 13.5v3M20.5 20.5h-3M13.5 20.5h0" />
      </svg>
      <span>{t('inviting.phone')}</span>
    </button>
  );
}

/** The code beside the grades; a touch makes it as large as the screen. */
export function PhoneCard({ qrSvg, onEnlarge }: { qrSvg: string; onEnlarge: () => void }) {
  return (
    <section class="phone" aria-labelledby="phone-title">
      <button type="button" class="phone-code" aria-label={t('inviting.enlarge')} onClick={onEnlarge}>
        <img src={svgUrl(qrSvg)} alt={t('inviting.qrAlt')} draggable={false} />
      </button>
      <div>
        <h2 id="phone-title">
          <Phrased text={t('inviting.phone')} />
        </h2>
        <p class="quiet">{t('inviting.phoneHint')}</p>
        {hasComfort('elder') && <Enlarge onEnlarge={onEnlarge} />}
      </div>
    </section>
  );
}

interface LargeCodeProps {
  qrSvg: string;
  itemName: string;
  totalMs: number;
  model: CitizenModel;
  onBack: () => void;
}

/** Modules of a millimetre, for weak eyes, old phones and an arm's length; the keys of the button box still count. */
export function LargeCode({ qrSvg, itemName, totalMs, model, onBack }: LargeCodeProps) {
  const endsAtMs = model.endsAtMs.value;
  const isCalm = hasComfort('elder');
  useLayoutEffect(() => document.querySelector('h1')?.focus({ preventScroll: true }), []);
  return (
    <div class="large-code">
      <img src={svgUrl(qrSvg)} alt={t('inviting.qrAlt')} draggable={false} />
      <div class="large-code-side">
        <h1 tabIndex={-1}>{t('inviting.phone')}</h1>
        <p class="item-name" dir="auto">
          <Worded text={t('inviting.item', { item: itemName })} mayGrow />
        </p>
        {/* Large letters count no seconds: they name the button that brings more of them. */}
        <div class="calm-line">
          <p class="quiet">{t(isCalm ? 'inviting.phoneCalm' : 'inviting.phoneOnce')}</p>
          {endsAtMs !== null && isCalm && <LastSeconds endsAtMs={endsAtMs} clock={model.clock} />}
        </div>
        {endsAtMs !== null && !isCalm && <TimeLeft endsAtMs={endsAtMs} totalMs={totalMs} clock={model.clock} />}
        <button
          type="button"
          class="button"
          data-pressed={model.pressed.value === 'extend' ? '' : undefined}
          onClick={() => void model.extend()}
        >
          <ButtonWords text={t('inviting.extend')} />
        </button>
        <button type="button" class="button button--main" onClick={onBack}>
          <ButtonWords text={t('inviting.back')} />
        </button>
      </div>
    </div>
  );
}
