import { BASE_PACK, chooseLanguage, language, offeredPacks, t } from '../shared/locale.ts';
import { OFFERED_PACKS } from '../shared/packs.ts';
import { COMFORTS, type Comfort, hasComfort, toggleComfort } from './comfort.ts';

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

/** Languages and ways to have the screen, one touch each; all of it goes back for the next person. */
export function ComfortBar({ trial }: { trial: boolean }) {
  const packs = offeredPacks(OFFERED_PACKS, trial);
  return (
    <fieldset class="comfort">
      <legend class="visually-hidden">{t('comfort.title')}</legend>
      {packs.length > 1 &&
        packs.map((pack) => (
          <button
            key={pack.language}
            type="button"
            class="switch"
            lang={pack.language}
            data-lines={pack.lines}
            aria-label={pack.name}
            aria-pressed={pack.language === language.value}
            onClick={() => void chooseLanguage(pack.language)}
          >
            <span class={pack.language === BASE_PACK.language ? undefined : 'language-name'}>{pack.name}</span>
          </button>
        ))}
      <span class="comfort-space" />
      {COMFORTS.map((comfort) => (
        <ComfortSwitch key={comfort} comfort={comfort} />
      ))}
    </fieldset>
  );
}
