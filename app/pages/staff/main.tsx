import { render } from 'preact';
import { pageClock } from '../shared/page-clock.ts';
import { createStaffFeed } from './feed.ts';
import { createStaffModel } from './staff-model.ts';
import { StaffPage } from './staff-page.tsx';

const feed = createStaffFeed(() => new EventSource('/staff/events'), pageClock);
const root = document.querySelector('#app');
if (root !== null) render(<StaffPage model={createStaffModel(feed)} />, root);
