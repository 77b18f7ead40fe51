import { isSoundOn } from './chime.ts';
import type { SessionModel } from './session.ts';
import { KEYS } from './shortcuts.ts';
import { w } from './words.ts';

const SMALL_WINDOW = 'popup,width=360,height=280';

export function SignedIn({ session }: { session: SessionModel }) {
  const person = session.person.value;
  return person === null ? null : <p>{w('tools.signedIn', { name: person.name, number: person.number })}</p>;
}

export function SignOut({ session }: { session: SessionModel }) {
  if (session.person.value === null) return null;
  return (
    <button type="button" class="tool" onClick={() => void session.signOut()}>
      {w('tools.signOut')}
    </button>
  );
}

/** What a clerk needs rarely, at the foot of the page. */
export function Tools({ session }: { session: SessionModel }) {
  return (
    <footer class="tools">
      <SignedIn session={session} />
      <button
        type="button"
        class="tool"
        aria-keyshortcuts={KEYS.sound}
        aria-pressed={isSoundOn.value}
        onClick={() => {
          isSoundOn.value = !isSoundOn.value;
        }}
      >
        {w(isSoundOn.value ? 'tools.soundOn' : 'tools.soundOff')} <kbd>{KEYS.sound}</kbd>
      </button>
      <button type="button" class="tool small-window" onClick={() => window.open('/', 'pingjiaqi', SMALL_WINDOW)}>
        {w('tools.small')}
      </button>
      {session.mayAsk.value && (
        <button type="button" class="tool" onClick={() => session.ask(true)}>
          {w('tools.signIn')}
        </button>
      )}
      <SignOut session={session} />
    </footer>
  );
}
