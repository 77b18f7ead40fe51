import { computed, signal } from '@preact/signals';
import type { Clock, Timer } from '../../../device/clock.ts';
import type { Level } from '../../../device/ledger/record.ts';
import type { CitizenCommand, CitizenScreen, CitizenView } from '../../../device/visit/views.ts';
import { language } from '../shared/locale.ts';
import { hasComfort, resetPerson } from './comfort.ts';
import { createDraft, type ReasonsDraft } from './draft.ts';
import { guideOf } from './guide/utterance.ts';
import { type CitizenLink, connectCitizen, type Socket } from './link.ts';
import { needsMoreTime } from './no-hurry.ts';

/** The server's screens, and two of the page's own. */
export type PageScreen = CitizenScreen | 'starting' | 'lost';

/** A control that was touched and waits for the appliance. */
export type Pressed = `level-${Level}` | 'guide' | 'extend' | 'decline' | 'submit';

/** Which visit a view belongs to; null outside a visit. The page keeps nothing across two different answers. */
export const visitOf = (view: CitizenView | null): string | null =>
  view !== null && 'visitId' in view ? view.visitId : null;

/** The screen to show. A page that lost the appliance says so rather than take touches that nobody keeps. */
export function screenOf(view: CitizenView | null, lost: boolean): PageScreen {
  if (lost) return 'lost';
  return view?.screen ?? 'starting';
}

/**
 * Whether the person before `next` is the one before `before`, as far as a page can know: a choice of language or of
 * a mode may last from the counter's work to the thanks, and never into the next visit.
 */
export function isSamePerson(before: CitizenView | null, next: CitizenView): boolean {
  if (before === null) return false;
  if (visitOf(next) !== null) return visitOf(before) === visitOf(next) || before.screen === 'serving';
  if (next.screen === 'thanks' || next.screen === 'ended') {
    return visitOf(before) !== null || before.screen === next.screen;
  }
  return next.screen === before.screen && (next.screen === 'serving' || isResting(next));
}

/** Nobody is served; whoever waits before such a screen may read it in a language of their own. */
const isResting = ({ screen }: CitizenView): boolean => screen === 'idle' || screen === 'paused';

/** A resting screen that was set up and left: the next person finds it as it was. */
const IDLE_REST_MS = 60_000;

/** The point in monotonic time at which what `view` counts down ends; null for screens without a countdown. */
export function countdownEnd(view: CitizenView, nowMs: number): number | null {
  if (view.screen === 'paused') return view.resumesInMs === null ? null : nowMs + view.resumesInMs;
  return 'countdown' in view ? nowMs + view.countdown.remainingMs : null;
}

export type CitizenModel = ReturnType<typeof createCitizenModel>;

/**
 * What the page knows: the newest view, whether the appliance answers, which control is pressed. Touches become
 * commands, one at a time; the screen changes only by a view from the server, when the grade is durable.
 * @param first the view that came with the page
 */
export function createCitizenModel(open: () => Socket, clock: Clock, first: CitizenView | null = null) {
  const view = signal<CitizenView | null>(null);
  const endsAtMs = signal<number | null>(null);
  const lost = signal(false);
  const pressed = signal<Pressed | null>(null);
  const notKept = signal(false);
  const draft = signal<ReasonsDraft | null>(null);
  const screen = computed(() => screenOf(view.value, lost.value));
  /** Somebody touched the resting screen a moment ago. */
  const awake = signal(false);
  const night = computed(() => {
    const now = view.value;
    return now?.screen === 'idle' && !lost.value && !awake.value ? now.content.night : null;
  });
  let idleRest: Timer | null = null;
  let asking = false;
  const link: CitizenLink = connectCitizen(open, clock, { onView: take, onLost: lose });
  const send = (command: CitizenCommand) => link.send(command);

  function take(next: CitizenView): void {
    const before = view.value;
    if (visitOf(next) !== visitOf(before) || next.screen !== before?.screen) {
      pressed.value = null;
      notKept.value = false;
    }
    if (!isSamePerson(before, next)) resetPerson();
    if (!isResting(next) || next.screen !== before?.screen) {
      idleRest?.cancel();
      awake.value = false;
    }
    takeDraft(next);
    lost.value = false;
    endsAtMs.value = countdownEnd(next, clock.monotonicMs());
    view.value = next;
  }

  function takeDraft(next: CitizenView): void {
    const old = draft.value;
    if (next.screen === 'reasons' && old?.visitId === next.visitId) {
      old.accept(next);
      if (lost.value) void old.flush();
      return;
    }
    old?.dispose();
    draft.value = next.screen === 'reasons' ? createDraft(next, clock, () => language.value, reviseQuietly) : null;
  }

  function lose(): void {
    pressed.value = null;
    lost.value = true;
  }

  async function reviseQuietly(command: CitizenCommand) {
    const ack = await send(command);
    if (visitOf(view.value) === command.visitId) notKept.value = !ack.kept;
    return ack;
  }

  /** In 老年模式, and at the keys, whoever still touches the screen is given the time anew, beside whatever the touch does. */
  async function stay(): Promise<void> {
    const now = view.value;
    if (asking || lost.value || !needsMoreTime(now, endsAtMs.value, clock.monotonicMs())) return;
    asking = true;
    if (now?.screen === 'inviting') await send({ type: 'extend', visitId: now.visitId });
    if (now?.screen === 'reasons') await draft.value?.repeat();
    asking = false;
  }

  function touched(): void {
    if (view.value !== null && isResting(view.value)) {
      idleRest?.cancel();
      awake.value = true;
      idleRest = clock.setTimer(IDLE_REST_MS, () => {
        resetPerson();
        awake.value = false;
      });
    }
    if (hasComfort('elder') || draft.value?.isWriting === true) void stay();
  }

  /** Runs one touch at a time: further touches until the answer change nothing (a bounce, a second finger). */
  async function press(control: Pressed, run: (visitId: string) => Promise<boolean>): Promise<void> {
    const visitId = visitOf(view.value);
    if (visitId === null || lost.value || pressed.value !== null) return;
    const touchedOn = screen.value;
    pressed.value = control;
    notKept.value = false;
    const kept = await run(visitId);
    if (visitOf(view.value) !== visitId || screen.value !== touchedOn) return;
    pressed.value = null;
    notKept.value = !kept;
  }

  /** Where the policy insists, 提交 asks once more before it closes; the time of the screen closes it in any case. */
  function lacksReason(): boolean {
    const now = view.value;
    const lacks = now?.screen === 'reasons' && draft.value?.lacksReason(now) === true;
    if (lacks && draft.value !== null) draft.value.reminded.value = true;
    return lacks;
  }

  const rate = (level: Level) =>
    press(`level-${level}`, (visitId) => keeps({ type: 'rate', visitId, level, language: language.value }));
  /** By ear the appliance knows whether a key is to be spoken or to count. */
  const spell = (level: Level) => press(`level-${level}`, (visitId) => keeps({ type: 'key', visitId, level }));
  const keeps = async (command: CitizenCommand) => (await send(command)).kept;
  // What the appliance has said meanwhile is newer.
  if (first !== null && view.value === null) take(first);

  return {
    view,
    screen,
    endsAtMs,
    pressed,
    notKept,
    draft,
    /** The window is closed for the day and nobody is at the screen. */
    night,
    clock,
    rate,
    /** A key of a grade counts as a press while the question stands, and never later. */
    key(level: Level): Promise<void> {
      if (guideOf(view.value) !== null) return spell(level);
      return screen.value === 'inviting' ? rate(level) : Promise.resolve();
    },
    /** Guidance by ear on or off, for this visit. */
    guide: () => press('guide', (visitId) => keeps({ type: 'guide', visitId, on: guideOf(view.value) === null })),
    /** Any touch or key, whatever it means. */
    touched,
    change: (level: Level) => press(`level-${level}`, async () => (await draft.value?.choose(level)) ?? false),
    extend: () => press('extend', (visitId) => keeps({ type: 'extend', visitId })),
    decline: () => press('decline', (visitId) => keeps({ type: 'decline', visitId })),
    /** What was entered is kept first, so that closing the screen cannot overtake it. */
    submit: () =>
      press('submit', async (visitId) => {
        if (lacksReason()) return true;
        if (!((await draft.value?.flush()) ?? true)) return false;
        return keeps({ type: 'submit', visitId });
      }),
    close: () => link.close(),
  };
}
