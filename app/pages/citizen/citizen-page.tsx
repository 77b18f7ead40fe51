import { useLayoutEffect } from 'preact/hooks';
import type { CitizenView } from '../../../device/visit/views.ts';
import type { CitizenModel, PageScreen } from './model.ts';
import { visitOf } from './model.ts';
import { IdleScreen } from './screens/idle.tsx';
import { InvitingScreen } from './screens/inviting.tsx';
import { MessageScreen } from './screens/message.tsx';
import { NightScreen } from './screens/night.tsx';
import { OutOfServiceScreen } from './screens/out-of-service.tsx';
import { PausedScreen } from './screens/paused.tsx';
import { ReasonsScreen } from './screens/reasons.tsx';
import { ServingScreen } from './screens/serving.tsx';
import { TopBar } from './top-bar.tsx';

function Screen({ model, view, screen }: { model: CitizenModel; view: CitizenView | null; screen: PageScreen }) {
  if (screen === 'lost') return <MessageScreen title="lost.title" text="lost.text" more="lost.kept" />;
  if (view === null) return <MessageScreen title="starting.title" text="starting.text" />;
  switch (view.screen) {
    case 'idle':
      return <IdleScreen view={view} model={model} />;
    case 'serving':
      return <ServingScreen view={view} />;
    case 'inviting':
      return <InvitingScreen view={view} model={model} />;
    case 'reasons':
      return <ReasonsScreen view={view} model={model} />;
    case 'thanks':
      return <MessageScreen title="thanks.title" text="thanks.text" emblem receiptCode={view.receiptCode} />;
    case 'ended':
      return <MessageScreen title="ended.title" text="ended.text" />;
    case 'paused':
      return <PausedScreen view={view} model={model} />;
    case 'out_of_service':
      return <OutOfServiceScreen view={view} />;
  }
}

/**
 * The whole citizen's page. The key makes every screen of every visit a new component: no text, scroll position,
 * focus or half-made choice of one visit can be there in the next.
 */
export function CitizenPage({ model }: { model: CitizenModel }) {
  const view = model.view.value;
  const screen = model.screen.value;
  const night = model.night.value;
  const key = `${screen} ${visitOf(view) ?? ''} ${night === null ? '' : 'night'}`;
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    window.getSelection()?.removeAllRanges();
    document.querySelector('h1')?.focus({ preventScroll: true });
  }, [key]);
  if (night !== null && view?.screen === 'idle') {
    return (
      <main class="page" data-screen="idle" data-night="">
        <NightScreen view={view} opensAt={night.opensAt} />
      </main>
    );
  }
  return (
    <div class="page" data-screen={screen}>
      <TopBar view={view} screen={screen} model={model} />
      <main key={key} class="screen">
        <Screen model={model} view={view} screen={screen} />
      </main>
    </div>
  );
}
