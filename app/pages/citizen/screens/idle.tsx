import { useEffect } from 'preact/hooks';
import type { CitizenView } from '../../../../device/visit/views.ts';
import { language, t } from '../../shared/locale.ts';
import { svgUrl } from '../../shared/svg-url.ts';
import type { CitizenModel } from '../model.ts';
import { Phrased, Pieces } from '../phrased.tsx';
import { IdlePanel } from './idle-panel.tsx';
import { StaffCard } from './staff-card.tsx';

export type IdleView = Extract<CitizenView, { screen: 'idle' }>;

/** Says each call once, where the hall wants it; loaded with the first call, since most windows have none. */
function useSpokenCall(called: IdleView['called'] | null, window: string): void {
  const times = called?.times ?? null;
  const ticket = called?.ticket ?? '';
  useEffect(() => {
    if (times === null) return;
    void import('../../shared/voice-player.ts').then(({ sayCall }) => sayCall(language.value, { ticket, window }));
  }, [times]);
}

/** The static code names no case: it says itself that it is the second choice. */
function WindowCode({ svg }: { svg: string }) {
  return (
    <figure class="window-code">
      <img src={svgUrl(svg)} alt={t('idle.codeAlt')} draggable={false} />
      <figcaption>
        <strong>{t('idle.code')}</strong>
        <span>{t('idle.codeHint')}</span>
      </figcaption>
    </figure>
  );
}

/** The window between two visits: where one is, who serves, what is done here, what the hall has to say. */
export function IdleScreen({ view, model }: { view: IdleView; model: CitizenModel }) {
  const { content, place, staff, window } = view;
  const called = view.called ?? null;
  useSpokenCall(called, window.number);
  return (
    <div class="idle">
      <section class="window-panel">
        <p class="called" role="status">
          {called !== null && t('idle.called', { ticket: called.ticket })}
        </p>
        <div class="window-head">
          <div class="window-name">
            <p class="window-number">{window.number}</p>
            <h1 tabIndex={-1}>
              <Pieces pieces={place.name} />
            </h1>
            <p class="lead">
              <Pieces pieces={place.department} />
            </p>
          </div>
          {content.windowCode !== null && <WindowCode svg={content.windowCode} />}
        </div>
        {staff !== null && <StaffCard staff={staff} marks={content.marks} />}
      </section>
      <IdlePanel view={view} clock={model.clock} />
      <p class="foot">
        <strong>
          <Phrased text={t('idle.welcome')} />
        </strong>{' '}
        <span>
          <Phrased text={t('idle.privacy')} />
        </span>
      </p>
    </div>
  );
}
