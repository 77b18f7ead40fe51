import { effect } from '@preact/signals';
import { render } from 'preact';
import type { CitizenView } from '../../../device/visit/views.ts';
import { tellFrames } from '../shared/frame-beat.ts';
import { currentPack, language } from '../shared/locale.ts';
import { pageClock } from '../shared/page-clock.ts';
import { ensureChineseFont } from '../shared/system-font.ts';
import { CitizenPage } from './citizen-page.tsx';
import { COMFORTS, hasComfort } from './comfort.ts';
import { listenForDigitKeys } from './digit-keys.ts';
import { type FirstSocketHolder, takeFirstSocket } from './first-socket.ts';
import { takeFirstView } from './first-view.ts';
import { guideOf, utteranceFor } from './guide/utterance.ts';
import { createCitizenModel, type PageScreen, visitOf } from './model.ts';
import { phraseFor } from './phrase.ts';
import { shiftPixels } from './pixel-shift.ts';
import { listenForTechnician } from './technician-entry.ts';
import { guardTouches } from './touch-guard.ts';
import { mustReload } from './unified/frame-owner.ts';

const connect = takeFirstSocket(window as FirstSocketHolder, () => new WebSocket('/citizen/socket'));
const model = createCitizenModel(connect, pageClock, takeFirstView(document));
const forgetLastTouch = guardTouches(document);

listenForDigitKeys(document, {
  clock: pageClock,
  // By ear a grade can be changed on the next screen too, by a key that is spoken first.
  isInviting: () => model.screen.value === 'inviting' || guideOf(model.view.value) !== null,
  press: (level) => void model.key(level),
});
for (const touch of ['pointerdown', 'keydown'] as const) document.addEventListener(touch, model.touched);

effect(() => {
  const { documentElement } = document;
  const pack = currentPack.value;
  documentElement.lang = pack.language;
  documentElement.dir = pack.direction;
  documentElement.setAttribute('data-lines', pack.lines);
  for (const comfort of COMFORTS) documentElement.toggleAttribute(`data-${comfort}`, hasComfort(comfort));
});

// Before anything of the new view is drawn; and a page that was loaded under an older configuration may not show the frame
// of the new one.
effect(() => {
  if (mustReload(model.view.value)) location.reload();
});

let before: CitizenView | null = null;
effect(() => {
  const view = model.view.value;
  if (view === null) return;
  const utterance = utteranceFor(before, view);
  const phrase = phraseFor(before, view);
  const isOver = guideOf(before) !== null && guideOf(view) === null;
  before = view;
  if (utterance !== null)
    void import('./guide/player.ts').then(
      ({ say }) => say(utterance),
      () => undefined,
    );
  else if (isOver)
    void import('./guide/player.ts').then(
      ({ hush }) => hush(),
      () => undefined,
    );
  if (phrase !== null)
    void import('../shared/voice-player.ts').then(
      ({ sayPrompt }) => sayPrompt(language.peek(), phrase),
      () => undefined,
    );
});

const RESTING: readonly PageScreen[] = ['idle', 'paused', 'out_of_service'];
const placePixels = shiftPixels(document.documentElement, pageClock, () => RESTING.includes(model.screen.value));
effect(placePixels);

let shown: string | null = null;
effect(() => {
  const visitId = visitOf(model.view.value);
  if (visitId !== shown) forgetLastTouch();
  shown = visitId;
});

const isRating = () => model.screen.value === 'inviting' || model.screen.value === 'reasons';
listenForTechnician(
  document,
  () => !isRating(),
  () => location.assign('/technician'),
);

const root = document.querySelector('#app');
if (root !== null) {
  render(<CitizenPage model={model} />, root);
  tellFrames('citizen', root, pageClock);
}
// When there is nothing else to do: looking a font up would hold up the first picture, which shows what the system has.
requestIdleCallback(() => void ensureChineseFont(() => import('../shared/fonts.css')), { timeout: 1_000 });
