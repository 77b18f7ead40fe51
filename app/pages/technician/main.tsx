import { render } from 'preact';
import { pageClock } from '../shared/page-clock.ts';
import { request } from '../shared/post.ts';
import { createTechnicianModel } from './technician-model.ts';
import { TechnicianPage } from './technician-page.tsx';

const root = document.querySelector('#app');
const leave = () => location.assign('/');
if (root !== null) render(<TechnicianPage model={createTechnicianModel(request, pageClock, leave)} />, root);
