import { useEffect } from 'preact/hooks';
import type { CitizenView } from '../../../../device/visit/views.ts';
import { language, t } from '../../shared/locale.ts';
import { StaffCard } from './staff-card.tsx';

type IdleView = Extract<CitizenView, { screen: 'idle' }>;

/** Says each call once, where the hall wants it; loaded with the first call, since most windows have none. */
function useSpokenCall(called: IdleView['called'] | null, window: string): void {
  const times = called?.times ?? null;
  const ticket = called?.ticket ?? '';
  useEffect(() => {
    if (times === null) return;
    void import('../../shared/voice-player.ts').then(({ sayCall }) => sayCall(language.value, { ticket, window }));
  }, [times]);
}

/** The window between two visits: where one is, who serves, what is done here. */
export function IdleScreen({ view }: { view: IdleView }) {
  const called = view.called ?? null;
  useSpokenCall(called, view.window.number);
  return (
    <div class="idle">
      <section class="window-panel">
        <p class="called" role="status">
          {called !== null && t('idle.called', { ticket: called.ticket })}
        </p>
        <p class="window-number">{view.window.number}</p>
        <h1 tabIndex={-1}>{view.window.name}</h1>
        <p class="lead">{view.window.department}</p>
        {view.staff !== null && <StaffCard staff={view.staff} />}
      </section>
      <section class="items" aria-labelledby="items-title">
        <h2 id="items-title">
          {t('idle.items')} <span class="quiet">{t('idle.itemCount', { n: view.items.length })}</span>
        </h2>
        <ul>
          {view.items.map((item) => (
            <li key={item.code}>
              <span>{item.name}</span>
            </li>
          ))}
        </ul>
      </section>
      <p class="foot">
        <strong>{t('idle.welcome')}</strong>
        <span>{t('idle.privacy')}</span>
      </p>
    </div>
  );
}
