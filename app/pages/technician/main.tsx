import { render } from 'preact';
import { tellFrames } from '../shared/frame-beat.ts';
import { guardPage } from '../shared/kiosk-guard.ts';
import { pageClock } from '../shared/page-clock.ts';
import { request } from '../shared/post.ts';
import { say } from '../shared/voice-player.ts';
import { createTechnicianModel } from './technician-model.ts';
import { TechnicianPage } from './technician-page.tsx';
import { listenForScans } from './wedge-listener.ts';

// The door of this page is in reach of whoever finds the corner.
guardPage(document);
const root = document.querySelector('#app');
const leave = () => location.assign('/');
const model = createTechnicianModel(request, pageClock, leave, () =>
  say('zh-CN', 'call', { ticket: 'A012', window: '7' }),
);
listenForScans(document, pageClock, { isWanted: () => model.status.value !== null, onScan: model.scanned });
if (root !== null) {
  render(<TechnicianPage model={model} />, root);
  tellFrames('technician', root, pageClock);
}
