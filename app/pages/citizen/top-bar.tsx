import type { CitizenView } from '../../../device/visit/views.ts';
import { BASE_PACK, currentPack, t } from '../shared/locale.ts';
import { TrialMark } from '../shared/trial-mark.tsx';
import { ComfortBar } from './comfort-bar.tsx';
import type { CitizenModel, PageScreen } from './model.ts';

const COMFORT_SCREENS: readonly PageScreen[] = ['idle', 'paused', 'serving', 'inviting', 'reasons'];

/** So many signs of a hall's name have one line in letters of 30 dp, on 7 inches too (elder.css). */
const LARGE_LINE_SIGNS = 20;

interface TopBarProps {
  view: CitizenView | null;
  screen: PageScreen;
  model: CitizenModel;
}

/** Hall and window on every screen, with the trial mark, and the switches where somebody may want them. */
export function TopBar({ view, screen, model }: TopBarProps) {
  const pack = currentPack.value;
  const hall = view?.window.hall ?? '';
  const unapproved = pack.language !== BASE_PACK.language && pack.approvedBy === null;
  return (
    <header class="top-bar">
      <p class="hall" dir="auto" data-long={hall.length > LARGE_LINE_SIGNS ? '' : undefined}>
        {hall}
      </p>
      <span class="marks">
        {view?.trial === true && <TrialMark />}
        {unapproved && <span class="mark">{t('common.unapproved')}</span>}
      </span>
      <span class="top-space" />
      {view !== null && COMFORT_SCREENS.includes(screen) && <ComfortBar view={view} model={model} />}
      {view !== null && view.window.number !== '' && (
        <p class="window-tag">
          <span>{t('common.window')}</span> <strong>{view.window.number}</strong>
        </p>
      )}
    </header>
  );
}
