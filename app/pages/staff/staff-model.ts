import { computed, effect, signal } from '@preact/signals';
import type { StaffView } from '../../../device/visit/views.ts';
import { t } from '../shared/locale.ts';
import { type Answer, request } from '../shared/post.ts';
import type { StaffFeed } from './feed.ts';

/** The fixed reasons and limits; their wording is in the locale under `skip.` and `pause.`. */
export const SKIP_REASONS = ['citizen_left', 'consultation_only', 'device_fault', 'already_rated_case'] as const;
export const PAUSE_REASONS = ['break', 'meeting', 'handover', 'fault'] as const;
export const PAUSE_LIMITS_MINUTES = [5, 10, 15, 30, 60] as const;

export type SkipReason = (typeof SKIP_REASONS)[number];
export type PauseReason = (typeof PAUSE_REASONS)[number];
export type Panel = 'main' | 'skip' | 'pause';

/** What the staff's page does; everything it knows comes from `feed`, which has no field for a grade. */
export type StaffModel = ReturnType<typeof createStaffModel>;

/** The panel to show: one that was opened for a case closes with it. */
export function panelOf(wanted: Panel, view: StaffView | null): Panel {
  if (wanted === 'skip') return view?.window.state === 'serving' && view.visit !== null ? 'skip' : 'main';
  if (wanted === 'pause') return view !== null && view.window.state !== 'paused' ? 'pause' : 'main';
  return 'main';
}

export function createStaffModel(feed: StaffFeed) {
  const wanted = signal<Panel>('main');
  const panel = computed(() => panelOf(wanted.value, feed.view.value));
  const busy = signal(false);
  const fault = signal<string | null>(null);

  // A reason begun or a refusal read for one case is not the next one's, and nothing is for whoever signs in next.
  const shown = computed(() => (feed.view.value === null ? 'nothing' : (feed.view.value.visit?.visitId ?? 'no case')));
  effect(() => {
    const isOver = shown.value === 'nothing';
    fault.value = null;
    if (isOver || wanted.peek() === 'skip') wanted.value = 'main';
  });

  function take(answer: Answer): void {
    if (answer.ok) {
      wanted.value = 'main';
      return;
    }
    fault.value = answer.code === 'unreachable' ? t('staff.unreachable') : failed(answer.detail ?? answer.code);
  }

  async function act(path: string, body: unknown): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    fault.value = null;
    take(await request('POST', path, body));
    busy.value = false;
  }

  const failed = (detail: string) => t('staff.failed', { detail });
  return {
    view: feed.view,
    lost: feed.lost,
    panel,
    busy,
    fault,
    show(next: Panel): void {
      wanted.value = next;
      fault.value = null;
    },
    invite: (visitId: string) => act('/staff/invitation', { visitId }),
    skip: (visitId: string, reason: SkipReason) => act('/staff/skip', { visitId, reason }),
    pause: (reason: PauseReason, limitMinutes: number) => act('/staff/pause', { reason, limitMinutes }),
    resume: () => act('/staff/resume', {}),
  };
}
