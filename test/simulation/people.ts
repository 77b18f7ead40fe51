import type { Level } from '../../device/ledger/record.ts';
import { isWorkingDay } from '../../device/policy/calendar.ts';
import { DAY_MS, shanghaiDay, startOfShanghaiDay } from '../../device/time.ts';
import type { VisitState } from '../../device/visit/machine.ts';
import type { Window } from '../../device/window.ts';
import type { Random } from '../support/random.ts';
import type { SimulatedCentre } from './centre.ts';
import { RULES, type SimulatedDevice } from './device.ts';
import type { DeviceHistory, Gesture, Story } from './history.ts';
import type { World } from './world.ts';

/** Clerks and citizens: what they will try is drawn beforehand, so that nothing that happens changes what comes after. */

const HOUR_MS = 3_600_000;
export const OPENS_AT_MS = 8.5 * HOUR_MS;
const FIRST_VISIT_MS = 9 * HOUR_MS;
const LAST_VISIT_MS = 16.9 * HOUR_MS;
export const CLOSES_AT_MS = 17.5 * HOUR_MS;
/** How often anybody tries again what the device did not take, and after how long. */
const TRIES = 5;
const TRY_AGAIN_MS = 4_000;
/** How long a citizen waits for the screen to ask. */
const PATIENCE_MS = 5 * 60_000;

interface Revision {
  afterMs: number;
  level: Level;
  tags: string[];
  comment: string;
}

interface Plan {
  atMs: number;
  caseNo: string;
  invites: 'at_once' | 'later' | 'never' | 'pauses';
  inviteAfterMs: number;
  does: 'touches' | 'presses' | 'phones' | 'declines' | 'leaves';
  afterMs: number;
  level: Level;
  /** A finger or a worn key that touches twice. */
  bounces: boolean;
  revisions: Revision[];
  submits: boolean;
}

export interface PeopleParts {
  world: World;
  device: SimulatedDevice;
  centre: SimulatedCentre;
  history: DeviceHistory;
  random: Random;
  /** What a citizen's intended grade becomes: a permutation, for twins that must look alike to the staff. */
  regrade: (level: Level) => Level;
  hasPhones: boolean;
  visitsPerDay: number;
}

/** Working days of the run, as the moment of their midnight since its start. */
export function workingDays(world: World, days: number): number[] {
  return Array.from({ length: days }, (_none, index) => world.startMs + index * DAY_MS)
    .filter((ms) => isWorkingDay(shanghaiDay(ms), RULES.calendar))
    .map((ms) => startOfShanghaiDay(shanghaiDay(ms)) - world.startMs);
}

/** Puts every visit of the run on the agenda. @param days working days, each by its midnight */
export function sendPeople(parts: PeopleParts, days: readonly number[]): void {
  days.forEach((midnightMs, day) => {
    const count = parts.random.below(parts.visitsPerDay * 2 + 1);
    for (let number = 0; number < count; number++) {
      const plan = drawPlan(parts, midnightMs, `D${day}-${number}`);
      parts.world.at(plan.atMs, () => new Visit(parts, plan).begin());
    }
  });
}

function drawPlan({ random, regrade, hasPhones }: PeopleParts, midnightMs: number, caseNo: string): Plan {
  const level = (): Level => regrade(random.pick([5, 5, 5, 4, 3, 2, 1] as const));
  const does = random.pick([
    'touches',
    'touches',
    'touches',
    'presses',
    'presses',
    'phones',
    'declines',
    'leaves',
  ] as const);
  const plan: Plan = {
    atMs: midnightMs + FIRST_VISIT_MS + random.below(LAST_VISIT_MS - FIRST_VISIT_MS),
    caseNo,
    invites: random.pick(['at_once', 'at_once', 'later', 'later', 'later', 'later', 'never', 'pauses'] as const),
    inviteAfterMs: 2_000 + random.below(240_000),
    does: does === 'phones' && !hasPhones ? 'touches' : does,
    afterMs: 1_000 + random.below(50_000),
    level: level(),
    bounces: random.chance(0.15),
    revisions: [],
    submits: random.chance(0.6),
  };
  const count = random.pick([0, 0, 1, 1, 2, 3] as const);
  for (let number = 0; number < count; number++) plan.revisions.push(drawRevision(random, plan.level, level));
  return plan;
}

function drawRevision(random: Random, first: Level, another: () => Level): Revision {
  const other = another();
  const level = random.chance(0.4) ? other : first;
  const codes = RULES.catalogue.tags.filter((tag) => tag.level === level).map((tag) => tag.code);
  const comment = random.pick(['', '很好', '等了很久 "太慢"\n', '🙂 谢谢'] as const);
  const picks = [random.next(), random.next()];
  const tags = picks.flatMap((share) => codes[Math.floor(share * codes.length * 2)] ?? []);
  return { afterMs: 600 + random.below(9_000), level, tags: [...new Set(tags)].sort(), comment };
}

/** One case at the window, from the clerk's first key to the citizen's last. */
class Visit {
  readonly #parts: PeopleParts;
  readonly #plan: Plan;
  #visitId: string | null = null;

  constructor(parts: PeopleParts, plan: Plan) {
    this.#parts = parts;
    this.#plan = plan;
  }

  begin(): void {
    this.#try((window) => this.#open(window), TRIES);
    const { world } = this.#parts;
    const { invites, inviteAfterMs } = this.#plan;
    if (invites === 'later') world.after(inviteAfterMs, () => this.#try((window) => this.#invite(window), TRIES));
    if (invites === 'never') world.after(inviteAfterMs, () => this.#try((window) => this.#skip(window), 1));
    if (invites === 'pauses') world.after(inviteAfterMs, () => this.#try((window) => window.pause('开会', 600_000), 1));
    if (invites === 'pauses') world.after(inviteAfterMs + 300_000, () => this.#try((window) => window.resume(), 1));
    this.#waitForScreen();
  }

  /** Nobody is told why a device did not take something; people just try again. */
  #try(act: (window: Window) => void, tries: number): void {
    const { window } = this.#parts.device;
    try {
      if (window !== null) {
        act(window);
        return;
      }
    } catch (error) {
      if ((error as { code?: string }).code === 'case_known') return;
    }
    if (tries > 1) this.#parts.world.after(TRY_AGAIN_MS, () => this.#try(act, tries - 1));
  }

  #open(window: Window): void {
    const { device, history, world } = this.#parts;
    const item = { itemCode: 'I-1', itemName: '居民身份证换领', window: 'A-07', staffId: 'S-1', serviceNo: 1 };
    const { caseNo, invites } = this.#plan;
    const inviteAtOnce = invites === 'at_once';
    const servedAt = device.machine.wallMs();
    const visitId = window.open({ ...item, caseNo, servedAt, trigger: 'business', inviteAtOnce });
    this.#visitId = visitId;
    history.story(visitId, world.nowMs).isAcknowledged = true;
  }

  #invite(window: Window): void {
    if (this.#visitId !== null) window.invite(this.#visitId);
  }

  #skip(window: Window): void {
    if (this.#visitId !== null) window.skip(this.#visitId, 'left');
  }

  #waitForScreen(): void {
    const { device, world } = this.#parts;
    const { caseNo, afterMs } = this.#plan;
    const isOurs = ({ name, context }: VisitState): boolean =>
      name === 'inviting' && context.current?.caseNo === caseNo;
    device.awaitScreen(isOurs, PATIENCE_MS, (isThere) => {
      if (isThere) world.after(afterMs, () => this.#act(TRIES));
    });
  }

  /** The visit on the screen, when it is this one and the screen is the one expected. */
  #mine(...names: string[]): Story | null {
    const { device, history, world } = this.#parts;
    const state = device.window?.state;
    const current = state?.context.current;
    if (state === undefined || !names.includes(state.name) || current?.caseNo !== this.#plan.caseNo) return null;
    return history.story(current.visitId, world.nowMs);
  }

  #act(tries: number): void {
    const story = this.#mine('inviting');
    if (story === null) return;
    const { level, does } = this.#plan;
    const { visitId } = story;
    const { device } = this.#parts;
    if (does === 'leaves') return;
    if (does === 'phones') {
      this.#phone(story);
      return;
    }
    const isDeclining = does === 'declines';
    const decline = () => device.citizen({ type: 'decline', visitId });
    const isDone = isDeclining ? this.#quietly(decline) : this.#grade(story, level);
    if (isDone && !isDeclining) this.#afterGrade(story);
    if (!isDone && tries > 1) this.#parts.world.after(TRY_AGAIN_MS, () => this.#act(tries - 1));
  }

  #grade(story: Story, level: Level): boolean {
    const { device } = this.#parts;
    const { visitId } = story;
    if (this.#plan.does === 'presses') return this.#gesture(story, level, 'keypad', () => device.key(level));
    const rate = () => device.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
    return this.#gesture(story, level, 'touch', rate);
  }

  #afterGrade(story: Story): void {
    const { bounces, revisions, submits, level } = this.#plan;
    const { world } = this.#parts;
    if (bounces) world.after(120, () => this.#bounce(story, level));
    let atMs = 0;
    for (const revision of revisions) {
      atMs += revision.afterMs;
      world.after(atMs, () => this.#revise(revision));
    }
    if (submits) world.after(atMs + 3_500, () => this.#submit());
  }

  #bounce(story: Story, level: Level): void {
    if (this.#mine('reasons') === null) return;
    const other = level === 1 ? 2 : ((level - 1) as Level);
    const { device } = this.#parts;
    const words = { visitId: story.visitId, level: other, tags: [], comment: '', language: 'zh-CN' };
    if (this.#plan.does === 'presses') this.#quietly(() => device.key(other));
    else this.#quietly(() => device.citizen({ type: 'revise', ...words }));
  }

  #revise({ level, tags, comment }: Revision): void {
    const story = this.#mine('reasons');
    if (story === null) return;
    const { device } = this.#parts;
    const words = { visitId: story.visitId, level, tags, comment, language: 'zh-CN' };
    this.#gesture(story, level, 'touch', () => device.citizen({ type: 'revise', ...words }));
  }

  #submit(): void {
    const story = this.#mine('reasons');
    if (story !== null) this.#quietly(() => this.#parts.device.citizen({ type: 'submit', visitId: story.visitId }));
  }

  #phone(story: Story): void {
    const { centre, device } = this.#parts;
    const { level, caseNo } = this.#plan;
    const visit = { visitId: story.visitId, caseNo, serviceNo: 1 };
    if (centre.ratePhone(device.deviceId, visit, level)) story.phoneLevel = level;
  }

  /** @returns whether the window took it */
  #gesture(story: Story, level: Level, channel: Gesture['channel'], act: () => boolean): boolean {
    const gesture: Gesture = { level, channel, atMs: this.#parts.world.nowMs, taken: null };
    story.gestures.push(gesture);
    return this.#quietly(() => {
      gesture.taken = act();
      return gesture.taken;
    });
  }

  #quietly(act: () => boolean): boolean {
    try {
      return act();
    } catch {
      // The citizen sees that nothing happened, and why is not the citizen's business.
      return false;
    }
  }
}
