import { render } from 'preact';
import { systemClock } from '../../../device/clock.ts';
import { createStaffFeed } from './feed.ts';
import { createStaffModel } from './staff-model.ts';
import { StaffPage } from './staff-page.tsx';

const feed = createStaffFeed(() => new EventSource('/staff/events'), systemClock);
const root = document.querySelector('#app');
if (root !== null) render(<StaffPage model={createStaffModel(feed)} />, root);
