import { t } from '../../shared/locale.ts';
import { dayText } from '../../shared/time-text.ts';
import { TrialMark } from '../../shared/trial-mark.tsx';
import type { IdleView } from './idle.tsx';

interface NightProps {
  view: IdleView;
  opensAt: string | null;
}

/**
 * Outside the opening hours: dark, so that the panel lasts and nobody takes the window for open. A touch anywhere, a
 * key or a visit brings the day's screen back.
 */
export function NightScreen({ view, opensAt }: NightProps) {
  return (
    <div class="night">
      {view.trial && <TrialMark />}
      <p class="window-number">{view.window.number}</p>
      <h1 tabIndex={-1}>{t('night.title')}</h1>
      {opensAt !== null && <p class="lead">{t('night.opens', { time: dayText(opensAt) })}</p>}
      <p class="quiet">{t('night.wake')}</p>
    </div>
  );
}
