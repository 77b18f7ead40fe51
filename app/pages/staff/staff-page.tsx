import type { StaffView } from '../../../device/visit/views.ts';
import { codeLabel, t } from '../shared/locale.ts';
import { clockText } from '../shared/time-text.ts';
import { TrialMark } from '../shared/trial-mark.tsx';
import { PausePanel, SkipPanel } from './panels.tsx';
import type { StaffModel } from './staff-model.ts';

function Header({ view, lost }: { view: StaffView | null; lost: boolean }) {
  const state = lost || view === null ? 'lost' : view.window.state;
  return (
    <header class="staff-bar">
      <p class="staff-window">
        {view === null ? t('staff.title') : `${t('common.window')} ${view.window.number}`}
        {view !== null && <span>{view.window.name}</span>}
      </p>
      {view?.trial === true && <TrialMark />}
      {view !== null && <p class={`state state--${state}`}>{t(`staff.state.${state}`)}</p>}
    </header>
  );
}

/** What the clerk should do now, in the words of the rule (内蒙古 Art 5: invite, and never interfere). */
function promptOf(view: StaffView | null, lost: boolean): string {
  if (view === null) return t(lost ? 'staff.lost' : 'staff.connecting');
  if (lost) return t('staff.lost');
  if (view.window.state === 'paused') return t('staff.state.paused');
  if (view.window.state === 'inviting') return t('staff.inviting');
  return view.visit === null ? t('staff.idle') : t('staff.prompt');
}

function Case({ visit, waiting }: { visit: NonNullable<StaffView['visit']>; waiting: number }) {
  return (
    <section class="case" aria-label={t('staff.case')}>
      <p class="case-item">{visit.itemName}</p>
      <p class="case-no">
        {t('staff.caseNo')} {visit.caseNo}
        {visit.serviceNo > 1 && <span>{t('staff.serviceNo', { n: visit.serviceNo })}</span>}
      </p>
      {waiting > 0 && <p class="case-no">{t('staff.waiting', { n: waiting })}</p>}
    </section>
  );
}

function Pause({ paused }: { paused: NonNullable<StaffView['paused']> }) {
  return (
    <section class="case">
      <p class="case-item">{t('staff.pausedFor', { reason: codeLabel('pause', paused.reason) ?? paused.reason })}</p>
      {paused.resumesAt !== null && (
        <p class="case-no">{t('staff.resumesAt', { time: clockText(paused.resumesAt) })}</p>
      )}
    </section>
  );
}

function Buttons({ model, view, off }: { model: StaffModel; view: StaffView; off: boolean }) {
  const { visit } = view;
  const { state } = view.window;
  if (state === 'paused') {
    return (
      <div class="buttons">
        <button type="button" class="button button--main wide" disabled={off} onClick={() => void model.resume()}>
          {t('staff.resume')}
        </button>
      </div>
    );
  }
  const open = state === 'serving' && visit !== null ? visit : null;
  return (
    <div class="buttons">
      <button
        type="button"
        class="button button--main wide"
        disabled={off || open === null}
        onClick={() => open !== null && void model.invite(open.visitId)}
      >
        {t('staff.invite')}
      </button>
      <button type="button" class="button" disabled={off || open === null} onClick={() => model.show('skip')}>
        {t('staff.skip')}
      </button>
      <button type="button" class="button" disabled={off} onClick={() => model.show('pause')}>
        {t('staff.pause')}
      </button>
    </div>
  );
}

function Today({ today }: { today: StaffView['today'] }) {
  return (
    <section class="today" aria-labelledby="today-title">
      <h2 id="today-title">{t('staff.today')}</h2>
      <dl>
        {(['opened', 'invited', 'closed'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`staff.${name}`)}</dt>
            <dd>{today[name]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Panel({ model, view, off }: { model: StaffModel; view: StaffView; off: boolean }) {
  const panel = model.panel.value;
  if (panel === 'skip' && view.visit !== null) {
    return <SkipPanel key={view.visit.visitId} model={model} visitId={view.visit.visitId} off={off} />;
  }
  if (panel === 'pause') return <PausePanel model={model} off={off} />;
  return (
    <>
      {view.visit !== null && <Case visit={view.visit} waiting={view.waiting} />}
      {view.paused !== null && <Pause paused={view.paused} />}
      <Buttons model={model} view={view} off={off} />
    </>
  );
}

/** The clerk's page: state of the window, what to do, three acts, counts of today. */
export function StaffPage({ model }: { model: StaffModel }) {
  const view = model.view.value;
  const lost = model.lost.value;
  const off = lost || model.busy.value;
  return (
    <div class="staff-page">
      <Header view={view} lost={lost} />
      <main>
        <h1 class="visually-hidden">{t('staff.title')}</h1>
        <p class="prompt" role="status">
          {promptOf(view, lost)}
        </p>
        {view !== null && <Panel model={model} view={view} off={off} />}
        <p class="fault" role="alert">
          {model.fault.value}
        </p>
        {view !== null && view.notice !== null && <p class="notice">{t(`staff.notice.${view.notice}`)}</p>}
      </main>
      {view !== null && <Today today={view.today} />}
    </div>
  );
}
