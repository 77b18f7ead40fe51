import { appendFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LEVELS, type Level } from '../../device/ledger/record.ts';
import type { CitizenView } from '../../device/visit/views.ts';
import { type Answer, CitizenClient } from './citizen-client.ts';
import type { DemoProcess } from './demo-process.ts';
import type { Random } from './random.ts';

/** What a rating says. */
export interface Said {
  level: Level;
  tags: string[];
  comment: string;
}

/** One visit as the people at the window lived it: the measure of what the centre must hold in the end. */
export interface Story {
  caseNo: string;
  visitId: string;
  /** Every grade that was given, by tap or key, whether or not anything came of it. */
  given: Level[];
  /** The reasons screen that was seen last; null: none was. */
  seen: Said | null;
  /** Given after `seen` and not yet known to be kept or lost. */
  open: Said[];
  /** The citizen asked to leave without a rating. */
  declined: boolean;
  /** The last command was answered: `seen` is then to the letter what stands. */
  isExact: boolean;
  thanked: boolean;
}

export interface TapperOptions {
  demo: DemoProcess;
  random: Random;
  /** Told when something is just being done, so that somebody can strike then. */
  onMoment: () => void;
}

const LANGUAGE = 'zh-CN';
/** Longer than the line must be quiet for a key to count, and than a contact bounces (400 ms each). */
const KEY_REST_MS = 450;
const KEY_WAIT_MS = 1_000;
const API_RETRY_MS = 50;
const COMMENTS = ['', '', '排队太久', '态度很好，办得快', '🙂 材料清单不清楚'];

/** A clerk's system and a citizen in one: opens visits and rates them, through whatever goes down meanwhile. */
export class Tapper {
  readonly stories: Story[] = [];
  readonly #options: TapperOptions;
  readonly #page: CitizenClient;
  #current: Story | null = null;
  #lastKeyAt = 0;

  constructor(options: TapperOptions) {
    this.#options = options;
    this.#page = new CitizenClient(options.demo.ready.citizen);
    this.#page.onView = (view) => this.#look(view);
  }

  /** Serves citizens until `isOver`; the last one is served to the end. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.#serve(await this.#open());
    this.#page.close();
  }

  #look(view: CitizenView): void {
    const story = this.#current;
    if (story === null || view.screen !== 'reasons' || view.visitId !== story.visitId) return;
    const { level, tags, comment } = view;
    story.seen = { level, tags, comment };
  }

  /** As a business system must: the same request with the same key until it was answered. */
  async #open(): Promise<Story> {
    const caseNo = `KILL-${this.stories.length + 1}`;
    const body = { caseNo, itemCode: 'T-001', itemName: '居民身份证换领', staffId: 'trial-1', invite: true };
    for (;;) {
      if (this.#page.view !== null) this.#options.onMoment();
      const response = await this.#options.demo.api('/visits', body, { 'idempotency-key': caseNo }).catch(() => null);
      if (response?.status === 201) {
        const text = await response.text().catch(() => null);
        if (text !== null) return this.#begin(caseNo, (JSON.parse(text) as { visitId: string }).visitId);
      } else if (response !== null) {
        throw new Error(`${caseNo}: ${response.status} ${await response.text()}`);
      }
      await delay(API_RETRY_MS);
    }
  }

  #begin(caseNo: string, visitId: string): Story {
    const story: Story = {
      caseNo,
      visitId,
      given: [],
      seen: null,
      open: [],
      declined: false,
      isExact: false,
      thanked: false,
    };
    this.stories.push(story);
    this.#current = story;
    return story;
  }

  async #serve(story: Story): Promise<void> {
    const isOurs = (view: CitizenView) => 'visitId' in view && view.visitId === story.visitId;
    await this.#page.see(isOurs, 90_000);
    for (;;) {
      const view = await this.#page.see(() => true, 60_000);
      if (view.screen === 'inviting' && isOurs(view)) await this.#rate(story);
      else if (view.screen === 'reasons' && isOurs(view)) await this.#explain(story, view);
      else break;
    }
    const view = await this.#page.see(() => true);
    story.thanked = view.screen === 'thanks';
  }

  async #rate(story: Story): Promise<void> {
    const { random } = this.#options;
    const { visitId } = story;
    if (random.chance(0.1)) return this.#decline(story);
    const level = random.pick(LEVELS);
    if (random.chance(0.35)) return this.#press(story, level);
    const said = this.#give(story, { level, tags: [], comment: '' });
    this.#settle(story, said, await this.#send({ type: 'rate', visitId, level, language: LANGUAGE }));
  }

  async #decline(story: Story): Promise<void> {
    story.declined = true;
    await this.#send({ type: 'decline', visitId: story.visitId });
    await this.#page.see(() => true, 60_000);
  }

  async #press(story: Story, level: Level): Promise<void> {
    await delay(Math.max(0, this.#lastKeyAt + KEY_REST_MS - performance.now()));
    this.#lastKeyAt = performance.now();
    this.#give(story, { level, tags: [], comment: '' });
    const { keypad } = this.#options.demo.ready;
    if (keypad === null) throw new Error('this demo has no button box');
    await appendFile(keypad, String(level));
    this.#options.onMoment();
    // A key has no answer: it may reach a device that comes up much later. So it stays open until the screen is left.
    await this.#page.seeOrNull((view) => view.screen === 'reasons', KEY_WAIT_MS);
  }

  /** Some leave at once, some tick reasons, write or change their mind first. */
  async #explain(story: Story, view: Extract<CitizenView, { screen: 'reasons' }>): Promise<void> {
    const { random } = this.#options;
    const { visitId } = story;
    if (random.chance(0.5)) {
      const tags = view.choices.map(({ code }) => code).filter(() => random.chance(0.3));
      await this.#revise(story, { level: view.level, tags, comment: random.pick(COMMENTS) });
    } else if (random.chance(0.3)) {
      await delay(KEY_REST_MS);
      await this.#revise(story, { level: random.pick(LEVELS), tags: [], comment: view.comment });
    }
    if (this.#page.view?.screen !== 'reasons') return;
    const answer = await this.#send({ type: 'submit', visitId });
    if (answer !== 'lost' && answer.kept) {
      story.isExact = true;
      story.open = [];
    }
  }

  async #revise(story: Story, said: Said): Promise<void> {
    this.#give(story, said);
    const { visitId } = story;
    this.#settle(story, said, await this.#send({ type: 'revise', visitId, ...said, language: LANGUAGE }));
  }

  #give(story: Story, said: Said): Said {
    story.given.push(said.level);
    story.open.push(said);
    return said;
  }

  /** What was answered is known; after a loss the next screen tells, or it stays open for ever. */
  #settle(story: Story, said: Said, answer: Answer): void {
    if (answer !== 'lost') story.open = story.open.filter((one) => one !== said);
  }

  async #send(command: Parameters<CitizenClient['send']>[0]): Promise<Answer> {
    const answering = this.#page.send(command);
    this.#options.onMoment();
    return answering;
  }
}
