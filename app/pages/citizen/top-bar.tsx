import type { CitizenView } from '../../../device/visit/views.ts';
import { BASE_PACK, currentPack, language, offeredPacks, PACKS, t } from '../shared/locale.ts';
import { TrialMark } from '../shared/trial-mark.tsx';
import type { PageScreen } from './model.ts';

const LANGUAGE_SCREENS: readonly PageScreen[] = ['serving', 'inviting', 'reasons'];

function LanguageSwitch({ trial }: { trial: boolean }) {
  const packs = offeredPacks(PACKS, trial);
  if (packs.length < 2) return null;
  return (
    <fieldset class="languages">
      <legend class="visually-hidden">{t('common.language')}</legend>
      {packs.map((pack) => (
        <button
          key={pack.language}
          type="button"
          class="language"
          lang={pack.language}
          aria-pressed={pack.language === language.value}
          onClick={() => {
            language.value = pack.language;
          }}
        >
          {pack.name}
        </button>
      ))}
    </fieldset>
  );
}

/** Hall and window on every screen, with the trial mark, and the languages while somebody is being served. */
export function TopBar({ view, screen }: { view: CitizenView | null; screen: PageScreen }) {
  const pack = currentPack.value;
  const unapproved = pack.language !== BASE_PACK.language && pack.approvedBy === null;
  return (
    <header class="top-bar">
      <p class="hall">{view?.window.hall ?? ''}</p>
      {view?.trial === true && <TrialMark />}
      {unapproved && <span class="mark">{t('common.unapproved')}</span>}
      <span class="top-space" />
      {view !== null && LANGUAGE_SCREENS.includes(screen) && <LanguageSwitch trial={view.trial} />}
      {view !== null && view.window.number !== '' && (
        <p class="window-tag">
          {t('common.window')} <strong>{view.window.number}</strong>
        </p>
      )}
    </header>
  );
}
