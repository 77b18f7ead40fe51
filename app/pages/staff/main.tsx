import { effect } from '@preact/signals';
import { render } from 'preact';
import { pageClock } from '../shared/page-clock.ts';
import { chimeOn, createTone } from './chime.ts';
import { createStaffFeed } from './feed.ts';
import { createSession } from './session.ts';
import { pressKey } from './shortcuts.ts';
import { createStaffModel } from './staff-model.ts';
import { StaffPage } from './staff-page.tsx';

const session = createSession();
const feed = createStaffFeed(
  () => new EventSource('/staff/events'),
  pageClock,
  () => void session.refresh(),
);
const model = createStaffModel(feed);

// The stream is refused to whoever is not signed in, and ends with the session.
effect(() => (session.task.value === 'window' ? feed.start() : feed.stop()));
chimeOn(feed.view, createTone());
window.addEventListener('keydown', (event) => {
  if (pressKey(event.key, model)) event.preventDefault();
});
/** The page may be open before the device is. */
const ASK_AGAIN_MS = 3_000;
async function askWho(): Promise<void> {
  await session.refresh();
  if (session.answer.value === null) pageClock.setTimer(ASK_AGAIN_MS, () => void askWho());
}
void askWho();

const root = document.querySelector('#app');
if (root !== null) render(<StaffPage model={model} session={session} />, root);
