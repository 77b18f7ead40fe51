import { BASE_PACK, chooseLanguage, language, type offeredPacks, t } from '../shared/locale.ts';
import { scriptFontReady } from '../shared/script-font.ts';
import { hasComfort } from './comfort.ts';

const MENU = 'languages';

/** A globe, on 24 × 24: known without a word of any language. */
const GLOBE =
  'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18ZM3 12h18M12 3c2.5 2.4 4 5.5 4 9s-1.5 6.6-4 9c-2.5-2.4-4-5.5-4-9s1.5-6.6 4-9Z';

/**
 * Each language by its own name, one touch away. Large letters leave no room for five names where the bar is one row: there
 * one switch opens them as a menu, in which they are as large as all else (language-menu.css).
 */
export function LanguageSwitches({ packs }: { packs: ReturnType<typeof offeredPacks> }) {
  const isMenu = hasComfort('elder');
  return (
    <>
      {isMenu && (
        <button type="button" class="switch language-opener" popovertarget={MENU} aria-label={t('common.language')}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d={GLOBE} />
          </svg>
        </button>
      )}
      <div class="languages" id={MENU} popover={isMenu ? 'auto' : undefined}>
        {packs.map((pack) => (
          <button
            key={pack.language}
            type="button"
            class="switch"
            lang={pack.language}
            data-lines={pack.lines}
            aria-label={pack.name}
            aria-pressed={pack.language === language.value}
            popovertarget={isMenu ? MENU : undefined}
            popovertargetaction="hide"
            onClick={() => void chooseLanguage(pack.language, scriptFontReady)}
          >
            <span class={pack.language === BASE_PACK.language ? undefined : 'language-name'}>{pack.name}</span>
          </button>
        ))}
      </div>
    </>
  );
}
