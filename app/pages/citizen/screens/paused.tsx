import type { Clock } from '../../../../device/clock.ts';
import type { CitizenView } from '../../../../device/visit/views.ts';
import { codeLabel, t } from '../../shared/locale.ts';
import { useSecondsLeft } from '../countdown.tsx';
import type { CitizenModel } from '../model.ts';

type PausedView = Extract<CitizenView, { screen: 'paused' }>;

/** In whole minutes, rounded up: a person waits, not a stopwatch. */
function Resumes({ endsAtMs, clock }: { endsAtMs: number; clock: Clock }) {
  const left = useSecondsLeft(endsAtMs, clock);
  return <p class="lead">{left < 60 ? t('paused.soon') : t('paused.resumes', { n: Math.ceil(left / 60) })}</p>;
}

/** 暂停服务, with its reason where the locale knows it. */
export function PausedScreen({ view, model }: { view: PausedView; model: CitizenModel }) {
  const reason = codeLabel('pause', view.reason);
  const endsAtMs = model.endsAtMs.value;
  return (
    <div class="message" role="status">
      <h1 tabIndex={-1}>{t('paused.title')}</h1>
      {reason !== null && <p class="lead">{reason}</p>}
      {endsAtMs !== null && <Resumes endsAtMs={endsAtMs} clock={model.clock} />}
      <p class="quiet">{t('paused.text')}</p>
    </div>
  );
}
