import type { CitizenView } from '../../../device/visit/views.ts';
import { offeredPacks, t } from '../shared/locale.ts';
import { OFFERED_PACKS } from '../shared/packs.ts';
import { COMFORTS, type Comfort, hasComfort, toggleComfort } from './comfort.ts';
import { guideOf } from './guide/utterance.ts';
import { LanguageSwitches } from './language-switches.tsx';
import { type CitizenModel, visitOf } from './model.ts';

/** Drawn on 24 × 24: a half disc, an arrow to the lower edge. Large text is shown by letters. */
const ICONS: Readonly<Record<Exclude<Comfort, 'elder'>, string>> = {
  contrast: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18ZM12 5.5v13a6.5 6.5 0 0 1 0-13Z',
  low: 'M12 3v12M6.5 10 12 15.5 17.5 10M4 21h16',
};

function ComfortSwitch({ comfort }: { comfort: Comfort }) {
  return (
    <button
      type="button"
      class="switch"
      data-comfort={comfort}
      aria-label={t(`comfort.${comfort}`)}
      aria-pressed={hasComfort(comfort)}
      onClick={() => toggleComfort(comfort)}
    >
      {comfort === 'elder' ? (
        <span aria-hidden="true">Aa</span>
      ) : (
        <svg class={`icon icon--${comfort}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path d={ICONS[comfort]} />
        </svg>
      )}
    </button>
  );
}

/** Languages and ways to have the screen; all of it goes back for the next person, and an open menu with the screen. */
export function ComfortBar({ view, model }: { view: CitizenView; model: CitizenModel }) {
  const { trial } = view;
  const packs = offeredPacks(OFFERED_PACKS, trial);
  return (
    <fieldset class="comfort">
      <legend class="visually-hidden">{t('comfort.title')}</legend>
      {packs.length > 1 && <LanguageSwitches key={`${view.screen} ${visitOf(view) ?? ''}`} packs={packs} />}
      <span class="comfort-space" />
      {view.mayGuide && 'guide' in view && (
        <button
          type="button"
          class="switch"
          data-guide=""
          aria-label={t('comfort.guide')}
          aria-pressed={guideOf(view) !== null}
          onClick={() => void model.guide()}
        >
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M4 15v-2a8 8 0 0 1 16 0v2M4 15a2 2 0 0 1 4 0v3a2 2 0 0 1-4 0ZM20 15a2 2 0 0 0-4 0v3a2 2 0 0 0 4 0Z" />
          </svg>
        </button>
      )}
      {COMFORTS.map((comfort) => (
        <ComfortSwitch key={comfort} comfort={comfort} />
      ))}
    </fieldset>
  );
}
