import { effect } from '@preact/signals';
import { render } from 'preact';
import { language } from '../shared/locale.ts';
import { pageClock } from '../shared/page-clock.ts';
import { CitizenPage } from './citizen-page.tsx';
import { createCitizenModel, visitOf } from './model.ts';
import { guardTouches } from './touch-guard.ts';

const url = new URL('/citizen/socket', location.href);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
const model = createCitizenModel(() => new WebSocket(url), pageClock);
const forgetLastTouch = guardTouches(document);

effect(() => {
  document.documentElement.lang = language.value;
});

let shown: string | null = null;
effect(() => {
  const visitId = visitOf(model.view.value);
  if (visitId !== shown) forgetLastTouch();
  shown = visitId;
});

const root = document.querySelector('#app');
if (root !== null) render(<CitizenPage model={model} />, root);
