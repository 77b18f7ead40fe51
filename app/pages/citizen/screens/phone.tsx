import { useLayoutEffect } from 'preact/hooks';
import { t } from '../../shared/locale.ts';
import { svgUrl } from '../../shared/svg-url.ts';
import { hasComfort } from '../comfort.ts';
import { TimeLeft } from '../countdown.tsx';
import type { CitizenModel } from '../model.ts';

/** The code beside the grades; a touch makes it as large as the screen. */
export function PhoneCard({ qrSvg, onEnlarge }: { qrSvg: string; onEnlarge: () => void }) {
  return (
    <section class="phone" aria-labelledby="phone-title">
      <button type="button" class="phone-code" aria-label={t('inviting.enlarge')} onClick={onEnlarge}>
        <img src={svgUrl(qrSvg)} alt={t('inviting.qrAlt')} draggable={false} />
      </button>
      <div>
        <h2 id="phone-title">{t('inviting.phone')}</h2>
        <p class="quiet">{t('inviting.phoneHint')}</p>
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
          {t('inviting.item', { item: itemName })}
        </p>
        {/* Large letters count no seconds: they name the button that brings more of them. */}
        <p class="quiet">{t(isCalm ? 'inviting.phoneCalm' : 'inviting.phoneOnce')}</p>
        {endsAtMs !== null && !isCalm && <TimeLeft endsAtMs={endsAtMs} totalMs={totalMs} clock={model.clock} />}
        <button
          type="button"
          class="button"
          data-pressed={model.pressed.value === 'extend' ? '' : undefined}
          onClick={() => void model.extend()}
        >
          {t('inviting.extend')}
        </button>
        <button type="button" class="button button--main" onClick={onBack}>
          {t('inviting.back')}
        </button>
      </div>
    </div>
  );
}
