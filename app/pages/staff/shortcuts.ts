import { isSoundOn } from './chime.ts';
import type { StaffModel } from './staff-model.ts';

/** Function keys that no browser of a clerk uses itself; letters would be typed into other fields (WCAG 2.1.4). */
export const KEYS = { invite: 'F2', skip: 'F4', pause: 'F8', sound: 'F9' } as const;

/** One key, one act, as the button of that moment would do. @returns whether the key was ours */
export function pressKey(key: string, model: StaffModel): boolean {
  const view = model.view.value;
  if (view === null || model.lost.value) return false;
  const { state } = view.window;
  const open = state === 'serving' ? view.visit : null;
  switch (key) {
    case KEYS.invite:
      if (open !== null) void model.invite(open.visitId);
      return true;
    case KEYS.skip:
      if (open !== null) model.show('skip');
      return true;
    case KEYS.pause:
      if (state === 'paused') void model.resume();
      else model.show('pause');
      return true;
    case KEYS.sound:
      isSoundOn.value = !isSoundOn.value;
      return true;
    default:
      return false;
  }
}
