import { useCallback, useState } from 'preact/hooks';
import type { CitizenView } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';
import { hasComfort } from '../comfort.ts';
import { LastSeconds, TimeLeft } from '../countdown.tsx';
import { GradeButtons } from '../grade-buttons.tsx';
import type { CitizenModel } from '../model.ts';
import { NotKept } from '../not-kept.tsx';
import { ButtonWords, Phrased } from '../phrased.tsx';
import { UnifiedPage } from '../unified/unified-page.tsx';
import { Worded } from '../worded.tsx';
import { Again } from './again.tsx';
import { LargeCode, OpenCode, PhoneCard } from './phone.tsx';

type InvitingView = Extract<CitizenView, { screen: 'inviting' }>;

/** Guidance by ear names the keys; a card that was read is told where the hint is. */
function hintOf({ guide, card = null }: InvitingView) {
  if (guide !== null) return 'inviting.hintGuided';
  return card === 'read' ? 'inviting.cardRead' : 'inviting.hint';
}

/** The official page while it answers, where the configuration asks for it; our own screen else. */
export function InvitingScreen({ view, model }: { view: InvitingView; model: CitizenModel }) {
  const [isLeft, setLeft] = useState(false);
  const leave = useCallback(() => setLeft(true), []);
  const { unifiedPage, visitId } = view;
  if (unifiedPage !== null && !isLeft) return <UnifiedPage url={unifiedPage} {...{ visitId, model }} onLeave={leave} />;
  return <OwnScreen view={view} model={model} />;
}

/** Our own screen: the question, or the code for the phone over all of it. */
function OwnScreen({ view, model }: { view: InvitingView; model: CitizenModel }) {
  const [isLarge, setLarge] = useState(false);
  const { qrSvg, itemName, countdown } = view;
  if (isLarge && qrSvg !== null) {
    return <LargeCode {...{ qrSvg, itemName, model }} totalMs={countdown.totalMs} onBack={() => setLarge(false)} />;
  }
  return <Question view={view} model={model} onEnlarge={() => setLarge(true)} />;
}

interface QuestionProps {
  view: InvitingView;
  model: CitizenModel;
  onEnlarge: () => void;
}

/** The question: five equal faces, the case's QR beside them, time that can be extended, a quiet way out. */
function Question({ view, model, onEnlarge }: QuestionProps) {
  const pressed = model.pressed.value;
  const endsAtMs = model.endsAtMs.value;
  const isCalm = hasComfort('elder');
  return (
    <div class="inviting" data-phone={view.qrSvg === null ? 'no' : 'yes'}>
      <div class="question">
        <h1 tabIndex={-1} id="question">
          {t('inviting.title')}
        </h1>
        <NotKept shown={model.notKept.value} />
        {endsAtMs !== null && isCalm && !model.notKept.value && <LastSeconds endsAtMs={endsAtMs} clock={model.clock} />}
        <div class="about">
          <p class="item-name" dir="auto">
            <Again earlier={view.earlier} />
            {/* Small and calm screens have no room for a hint, and nobody lays down a card unasked. */}
            <Worded
              text={view.card === 'wanted' ? t('serving.card') : t('inviting.item', { item: view.itemName })}
              mayGrow
            />
          </p>
          <p class="quiet hint" role="status">
            <Phrased text={t(hintOf(view))} />
          </p>
        </div>
      </div>
      <GradeButtons
        layout={view.layout}
        pressed={pressed}
        chosen={null}
        spoken={view.guide?.spoken ?? null}
        labelledBy="question"
        onChoose={(level) => void model.rate(level)}
      />
      {view.qrSvg !== null && <PhoneCard qrSvg={view.qrSvg} onEnlarge={onEnlarge} />}
      {view.qrSvg !== null && isCalm && <OpenCode onEnlarge={onEnlarge} />}
      <div class="actions">
        {endsAtMs !== null && !isCalm && (
          <TimeLeft endsAtMs={endsAtMs} totalMs={view.countdown.totalMs} clock={model.clock} />
        )}
        <button
          type="button"
          class="button"
          data-pressed={pressed === 'extend' ? '' : undefined}
          onClick={() => void model.extend()}
        >
          <ButtonWords text={t('inviting.extend')} />
        </button>
        <button
          type="button"
          class="button button--quiet"
          data-pressed={pressed === 'decline' ? '' : undefined}
          onClick={() => void model.decline()}
        >
          {t('inviting.decline')}
        </button>
      </div>
    </div>
  );
}
