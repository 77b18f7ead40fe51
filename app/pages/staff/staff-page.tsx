import type { StaffView } from '../../../device/visit/views.ts';
import { codeLabel, t } from '../shared/locale.ts';
import { clockText } from '../shared/time-text.ts';
import { TrialMark } from '../shared/trial-mark.tsx';
import { PausePanel, SkipPanel } from './panels.tsx';
import { PaperPage } from './paper-page.tsx';
import type { SessionModel } from './session.ts';
import { KEYS } from './shortcuts.ts';
import { SignInForm } from './sign-in-form.tsx';
import type { StaffModel } from './staff-model.ts';
import { Tools } from './tools.tsx';
import { w } from './words.ts';

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
function promptOf(view: StaffView | null, lost: boolean, isPanelOpen: boolean): string {
  if (view === null) return t(lost ? 'staff.lost' : 'staff.connecting');
  if (lost) return t('staff.lost');
  // A panel says itself what is done in it: to invite is not asked of whoever has a reason not to, or leaves the window.
  if (isPanelOpen) return '';
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
        <button
          type="button"
          class="button button--main wide"
          disabled={off}
          aria-keyshortcuts={KEYS.pause}
          onClick={() => void model.resume()}
        >
          {t('staff.resume')} <kbd>{KEYS.pause}</kbd>
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
        aria-keyshortcuts={KEYS.invite}
        onClick={() => open !== null && void model.invite(open.visitId)}
      >
        {t('staff.invite')} <kbd>{KEYS.invite}</kbd>
      </button>
      <button
        type="button"
        class="button"
        disabled={off || open === null}
        aria-keyshortcuts={KEYS.skip}
        onClick={() => model.show('skip')}
      >
        {t('staff.skip')} <kbd>{KEYS.skip}</kbd>
      </button>
      <button
        type="button"
        class="button"
        disabled={off}
        aria-keyshortcuts={KEYS.pause}
        onClick={() => model.show('pause')}
      >
        {t('staff.pause')} <kbd>{KEYS.pause}</kbd>
      </button>
    </div>
  );
}

function Today({ today, isOwn }: { today: StaffView['today']; isOwn: boolean }) {
  return (
    <section class="today" aria-labelledby="today-title">
      <h2 id="today-title">{isOwn ? w('tools.today') : t('staff.today')}</h2>
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
      <div class="case-room">
        {view.visit !== null && <Case visit={view.visit} waiting={view.waiting} />}
        {view.paused !== null && <Pause paused={view.paused} />}
      </div>
      <Buttons model={model} view={view} off={off} />
    </>
  );
}

function SignInPage({ session }: { session: SessionModel }) {
  return (
    <div class="staff-page">
      <header class="staff-bar">
        <p class="staff-window">{t('staff.title')}</p>
      </header>
      <main>
        <h1 class="visually-hidden">{t('staff.title')}</h1>
        <SignInForm session={session} />
      </main>
    </div>
  );
}

/** One page for the people of the roster: each sees the task of theirs, and nobody two. */
export function StaffPage({ model, session }: { model: StaffModel; session: SessionModel }) {
  const task = session.task.value;
  if (task === 'paper_entry' || task === 'paper_review') return <PaperPage key={task} role={task} session={session} />;
  if (task === null && session.answer.value !== null) return <SignInPage session={session} />;
  return <WindowPage model={model} session={session} />;
}

/** The clerk's page: state of the window, what to do, three acts, counts of today. */
function WindowPage({ model, session }: { model: StaffModel; session: SessionModel }) {
  const view = model.view.value;
  const lost = model.lost.value;
  const off = lost || model.busy.value;
  return (
    <div class="staff-page">
      <Header view={view} lost={lost} />
      <main>
        <h1 class="visually-hidden">{t('staff.title')}</h1>
        <p class="prompt" role="status">
          {promptOf(view, lost, model.panel.value !== 'main')}
        </p>
        {view !== null && <Panel model={model} view={view} off={off} />}
        <p class="fault" role="alert">
          {model.fault.value}
        </p>
        {view !== null && view.notice !== null && <p class="notice">{t(`staff.notice.${view.notice}`)}</p>}
      </main>
      {view !== null && <Today today={view.today} isOwn={view.staff !== null} />}
      <Tools session={session} />
    </div>
  );
}
