import { and, assign, initialTransition, setup, transition } from 'xstate';
import {
  type Change,
  changeDraft,
  EMPTY_CONTEXT,
  extendRating,
  finishRating,
  finishWithoutRating,
  grade,
  guide,
  invite,
  inviteInTurn,
  keepDraft,
  leaveWithoutInvitation,
  nameRater,
  openVisit,
  pause,
  queueVisit,
  replaceVisit,
  restart,
  resume,
  skipWaiting,
  speak,
  takeNextWaiting,
} from './changes.ts';
import { type FactToKeep, MAX_WAITING, TIMES, type VisitContext, type VisitEvent } from './model.ts';

/**
 * The statechart of one window: idle → serving → inviting → (reasons →) thanks or ended → idle, and paused. Pure: time
 * and chance come with each event, and facts to keep go out as `keep` actions that the caller makes durable before it
 * takes the new state. Every visit that ends leaves exactly one of a rating or a `not_rated` (design §2.4).
 */

type EventOf<T extends VisitEvent['type']> = Extract<VisitEvent, { type: T }>;
type Args = { context: VisitContext; event: VisitEvent };

/** One change as a pair of actions: the facts are taken from the context as it was before the change. */
function apply(change: (context: VisitContext, event: VisitEvent) => Change) {
  return [
    { type: 'keep' as const, params: ({ context, event }: Args) => ({ facts: change(context, event).facts }) },
    assign<VisitContext, VisitEvent, undefined, VisitEvent, never>(
      ({ context, event }) => change(context, event).context,
    ),
  ];
}

/** The same for a change that needs the fields of one kind of event. */
function on<T extends VisitEvent['type']>(_type: T, change: (context: VisitContext, event: EventOf<T>) => Change) {
  return apply((context, event) => change(context, event as EventOf<T>));
}

const due = ({ context, event }: Args) => context.deadlineAt !== null && event.meta.monotonicMs >= context.deadlineAt;
const sinceGrade = ({ context, event }: Args) => event.meta.monotonicMs - (context.lastGradeAt ?? 0);

const arrive = on('OPEN', (context, event) => openVisit(context, event.visit, event.meta));
const queue = on('OPEN', (context, event) => queueVisit(context, event.visit, event.meta));
const wantPause = assign<VisitContext, VisitEvent, undefined, VisitEvent, never>(({ event }) =>
  event.type === 'PAUSE' ? { pauseWanted: { reason: event.reason, limitMs: event.limitMs } } : {},
);
const unwantPause = assign<VisitContext, VisitEvent, undefined, VisitEvent, never>({ pauseWanted: null });
const begin = apply((context, event) => invite(context, event.meta));
const rebase = apply((context, event) => restart(context, event.meta));

/** While a citizen is rating, the next case waits and a pause waits: only the citizen's side closes the screen. */
const whileCitizenIsBusy = {
  OPEN: { guard: 'roomToWait', actions: queue },
  PAUSE: { actions: wantPause },
  RESUME: { guard: 'pauseWanted', actions: unwantPause },
} as const;

const keyGrade = on('KEY', (context, event) =>
  grade(context, { level: event.level, channel: 'keypad', language: 'zh-CN' }, event.meta),
);
/** By ear: the same key again after a bounce's time, and not a slip of the finger minutes later. */
const speakKey = on('KEY', (context, event) => speak(context, event.level, event.meta));
const isGuided = ({ context }: Args) => context.guide != null;
const isConfirmed = ({ context, event }: Args) =>
  'level' in event &&
  context.guide?.spoken === event.level &&
  event.meta.monotonicMs - context.guide.spokenAt >= TIMES.bounceMs;
const guideOn = {
  guard: 'sameVisit',
  actions: on('GUIDE', (context, event) => guide(context, event.on, event.meta)),
} as const;
const elsewhere = apply((context, event) => finishWithoutRating(context, 'rated_elsewhere', event.meta));

export const visitMachine = setup({
  types: {} as { context: VisitContext; events: VisitEvent },
  actions: {
    /** Never run by us: `decide` reads its parameters. */
    keep: (_args, _params: { facts: FactToKeep[] }) => {},
  },
  guards: {
    due,
    sameVisit: ({ context, event }) => 'visitId' in event && event.visitId === context.current?.visitId,
    roomToWait: ({ context }) => context.waiting.length < MAX_WAITING,
    waits: ({ context, event }) =>
      'visitId' in event && context.waiting.some((visit) => visit.visitId === event.visitId),
    anyWaiting: ({ context }) => context.waiting.length > 0,
    pauseWanted: ({ context }) => context.pauseWanted !== null,
    inviteAtOnce: ({ context }) => context.current?.inviteAtOnce === true,
    /** A finger or a worn key touches twice (expectations 6.1 no. 3). */
    noBounce: (args) => sinceGrade(args) >= TIMES.bounceMs,
    otherLevel: ({ context, event }) => 'level' in event && event.level !== context.rating?.level,
    keyMayChange: ({ context, event }) =>
      context.firstGradeAt !== null && event.meta.monotonicMs - context.firstGradeAt < TIMES.keyChangeMs,
    draftRested: ({ context, event }) =>
      context.draft !== null && event.meta.monotonicMs - context.draft.changedAt >= TIMES.draftRestMs,
    holdOver: ({ context, event }) => context.staffHold !== null && event.meta.monotonicMs >= context.staffHold.until,
    pauseOver: ({ context, event }) => context.pause !== null && event.meta.monotonicMs >= context.pause.resumesAt,
  },
}).createMachine({
  id: 'visit',
  context: EMPTY_CONTEXT,
  initial: 'idle',
  on: {
    CLOCK: {
      guard: 'holdOver',
      actions: assign<VisitContext, VisitEvent, undefined, VisitEvent, never>({ staffHold: null }),
    },
    // A case behind the one at the window may be done before its turn comes.
    INVITE: { guard: 'waits', actions: on('INVITE', (context, event) => inviteInTurn(context, event.visitId)) },
    SKIP: {
      guard: 'waits',
      actions: on('SKIP', (context, event) => skipWaiting(context, event.visitId, event.reason, event.meta)),
    },
  },
  states: {
    idle: {
      on: {
        OPEN: { target: 'serving', actions: arrive },
        PAUSE: { target: 'paused', actions: on('PAUSE', (context, event) => pause(context, event, event.meta)) },
        RESTART: { actions: rebase },
      },
    },
    paused: {
      on: {
        // Opening a case means that somebody is serving again.
        OPEN: { target: 'serving', actions: [...apply((context) => resume(context, 'case')), ...arrive] },
        RESUME: { target: 'idle', actions: apply((context) => resume(context, 'staff')) },
        CLOCK: { guard: 'pauseOver', target: 'idle', actions: apply((context) => resume(context, 'limit')) },
        RESTART: { actions: rebase },
      },
    },
    serving: {
      always: [
        { guard: 'inviteAtOnce', target: 'inviting', actions: begin },
        // The clerk opened another case behind this one without inviting: this one was skipped.
        {
          guard: 'anyWaiting',
          target: 'next',
          actions: apply((context, event) => leaveWithoutInvitation(context, 'skipped', 'next_case', event.meta)),
        },
      ],
      on: {
        OPEN: {
          target: 'serving',
          actions: on('OPEN', (context, event) => replaceVisit(context, event.visit, event.meta)),
        },
        INVITE: { guard: 'sameVisit', target: 'inviting', actions: begin },
        SKIP: {
          guard: 'sameVisit',
          target: 'next',
          actions: on('SKIP', (context, event) => leaveWithoutInvitation(context, 'skipped', event.reason, event.meta)),
        },
        PAUSE: {
          target: 'paused',
          actions: [
            ...on('PAUSE', (context, event) => leaveWithoutInvitation(context, 'paused', event.reason, event.meta)),
            ...on('PAUSE', (context, event) => pause(context, event, event.meta)),
          ],
        },
        RATED_ELSEWHERE: { guard: 'sameVisit', target: 'thanks', actions: elsewhere },
        RESTART: { actions: rebase },
      },
    },
    inviting: {
      on: {
        ...whileCitizenIsBusy,
        RATE: {
          guard: 'sameVisit',
          target: 'reasons',
          actions: on('RATE', (context, { level, language, meta }) =>
            grade(context, { level, language, channel: 'touch' }, meta),
          ),
        },
        KEY: [
          { guard: ({ context }) => context.guide == null, target: 'reasons', actions: keyGrade },
          { guard: isConfirmed, target: 'reasons', actions: keyGrade },
          { actions: speakKey },
        ],
        GUIDE: guideOn,
        EXTEND: { guard: 'sameVisit', actions: apply((context, event) => extendRating(context, event.meta)) },
        DECLINE: {
          guard: 'sameVisit',
          target: 'ended',
          actions: apply((context, event) => finishWithoutRating(context, 'declined', event.meta)),
        },
        RATED_ELSEWHERE: { guard: 'sameVisit', target: 'thanks', actions: elsewhere },
        CLOCK: {
          guard: 'due',
          target: 'ended',
          actions: apply((context, event) => finishWithoutRating(context, 'timeout', event.meta)),
        },
        RESTART: { actions: rebase },
      },
    },
    reasons: {
      on: {
        ...whileCitizenIsBusy,
        KEY: [
          { guard: and([isGuided, isConfirmed, 'otherLevel']), actions: keyGrade },
          { guard: isGuided, actions: speakKey },
          { guard: and(['keyMayChange', 'noBounce', 'otherLevel']), actions: keyGrade },
        ],
        GUIDE: guideOn,
        REVISE: [
          {
            guard: and(['sameVisit', 'otherLevel', 'noBounce']),
            actions: [
              ...on('REVISE', (context, event) => changeDraft(context, event, event.meta)),
              ...on('REVISE', (context, { level, language, meta }) =>
                grade(context, { level, language, channel: 'touch' }, meta),
              ),
            ],
          },
          {
            guard: and([
              'sameVisit',
              ({ context, event }) => 'level' in event && event.level === context.rating?.level,
            ]),
            actions: on('REVISE', (context, event) => changeDraft(context, event, event.meta)),
          },
        ],
        RATER: { guard: 'sameVisit', actions: apply((context, event) => nameRater(context, event.meta)) },
        SUBMIT: {
          guard: 'sameVisit',
          target: 'thanks',
          actions: apply((context, event) => finishRating(context, event.meta)),
        },
        CLOCK: [
          { guard: 'due', target: 'thanks', actions: apply((context, event) => finishRating(context, event.meta)) },
          { guard: 'draftRested', actions: apply((context, event) => keepDraft(context, event.meta)) },
        ],
        RESTART: { actions: rebase },
      },
    },
    thanks: {
      on: {
        ...whileCitizenIsBusy,
        CLOCK: { guard: 'due', target: 'next' },
        RESTART: { target: 'next', actions: rebase },
      },
    },
    /** The neutral end, as long as thanks, so that the staff side cannot tell a rating from "declined" by time. */
    ended: {
      on: {
        ...whileCitizenIsBusy,
        CLOCK: { guard: 'due', target: 'next' },
        RESTART: { target: 'next', actions: rebase },
      },
    },
    next: {
      always: [
        { guard: 'anyWaiting', target: 'serving', actions: apply(takeNextWaiting) },
        {
          guard: 'pauseWanted',
          target: 'paused',
          actions: apply((context, event) =>
            context.pauseWanted === null
              ? { context, facts: [] }
              : pause({ ...takeNextWaiting(context).context }, context.pauseWanted, event.meta),
          ),
        },
        { target: 'idle', actions: apply(takeNextWaiting) },
      ],
    },
  },
});

export type VisitStateName = 'idle' | 'paused' | 'serving' | 'inviting' | 'reasons' | 'thanks' | 'ended';

/** The window between two events; plain data, so that it can be kept with the records. */
export interface VisitState {
  name: VisitStateName;
  context: VisitContext;
}

export const INITIAL_STATE: VisitState = {
  name: initialTransition(visitMachine)[0].value as VisitStateName,
  context: EMPTY_CONTEXT,
};

export interface Decision {
  next: VisitState;
  /** To be durable before `next` is shown; empty where nothing happened. */
  facts: FactToKeep[];
  /** False where the event had no place in the present state. */
  taken: boolean;
}

/** Decides one event. Pure: the same state and event give the same decision. */
export function decide(state: VisitState, event: VisitEvent): Decision {
  const before = visitMachine.resolveState({ value: state.name, context: state.context });
  const [after, actions] = transition(visitMachine, before, event);
  const facts = actions.flatMap(({ type, params }) => (type === 'keep' ? params.facts : []));
  const next = { name: after.value as VisitStateName, context: after.context };
  return { next, facts, taken: next.name !== state.name || next.context !== state.context || facts.length > 0 };
}

/** Monotonic ms at which something may happen by itself; null while the window only waits for people. */
export function nextWakeAt({ context }: VisitState): number | null {
  const moments = [
    context.deadlineAt,
    context.draft === null ? null : context.draft.changedAt + TIMES.draftRestMs,
    context.pause?.resumesAt ?? null,
    context.staffHold?.until ?? null,
  ].filter((moment) => moment !== null);
  return moments.length === 0 ? null : Math.min(...moments);
}
