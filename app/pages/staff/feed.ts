import { signal } from '@preact/signals';
import type { Clock } from '../../../device/clock.ts';
import type { StaffView } from '../../../device/visit/views.ts';
import { createReconnector } from '../shared/reconnect.ts';

/** As much of a browser's EventSource as the feed needs. */
export interface EventStream {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  close(): void;
}

/** A view of the server, or null for anything else. */
export function parseStaffView(data: unknown): StaffView | null {
  if (typeof data !== 'string') return null;
  try {
    const view = JSON.parse(data) as Partial<StaffView> | null;
    return view?.window?.state === undefined || view.today === undefined ? null : (view as StaffView);
  } catch {
    return null;
  }
}

export type StaffFeed = ReturnType<typeof createStaffFeed>;

/**
 * The newest staff view, and whether the appliance answers. A browser's own reconnection gives up on an error answer,
 * so every broken stream is closed and opened anew here. Nothing is asked before `start`.
 */
export function createStaffFeed(open: () => EventStream, clock: Clock, onLost: () => void = () => undefined) {
  const view = signal<StaffView | null>(null);
  const lost = signal(false);
  const reconnector = createReconnector(clock, connect);
  let stream: EventStream | null = null;
  let isWanted = false;

  function connect(): void {
    if (!isWanted || stream !== null) return;
    const mine = open();
    stream = mine;
    mine.addEventListener('message', ({ data }) => {
      const next = parseStaffView(data);
      if (next === null || stream !== mine) return;
      view.value = next;
      lost.value = false;
      reconnector.succeeded();
    });
    mine.addEventListener('error', () => {
      mine.close();
      if (stream !== mine) return;
      stream = null;
      lost.value = true;
      reconnector.failed();
      onLost();
    });
  }

  return {
    view,
    lost,
    start(): void {
      isWanted = true;
      connect();
    },
    /** Nothing of what was shown stays for whoever comes next. */
    stop(): void {
      isWanted = false;
      stream?.close();
      stream = null;
      view.value = null;
      lost.value = false;
    },
  };
}
