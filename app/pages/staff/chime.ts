import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { StaffView } from '../../../device/visit/views.ts';

/**
 * One and the same tone whenever the clerk has something to do: a case came, or the window is free again. It is made from
 * the staff view, which cannot tell one end of a visit from another, so the tone cannot either (design §2.6).
 */
export const isSoundOn = signal(true);

const LENGTH_S = 0.18;

function play(context: AudioContext): void {
  const start = context.currentTime;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.12, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + LENGTH_S);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + LENGTH_S);
}

/** What has to be done now, as far as the ear is concerned: a change of it is a tone. */
export function callOf(view: StaffView | null): string | null {
  if (view === null) return null;
  const { state } = view.window;
  if (state === 'serving') return `case ${view.visit?.visitId}`;
  return state === 'idle' ? 'free' : null;
}

/** Listens to the view for as long as the page lives. @param sound plays one tone */
export function chimeOn(view: ReadonlySignal<StaffView | null>, sound: () => void): () => void {
  let last: string | null = null;
  let isFirst = true;
  return effect(() => {
    const call = callOf(view.value);
    const isNew = call !== null && call !== last;
    if (call !== null) last = call;
    if (isNew && !isFirst && isSoundOn.peek()) sound();
    if (view.value !== null) isFirst = false;
  });
}

/** A browser lets a page sound only after somebody touched it; until then the tone is left out. */
export function createTone(): () => void {
  let context: AudioContext | null = null;
  return () => {
    if (navigator.userActivation?.hasBeenActive !== true) return;
    context ??= new AudioContext();
    play(context);
  };
}
