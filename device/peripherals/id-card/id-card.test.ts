import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { GOLDEN_CARDS, goldenFrame } from '../testing/golden-cards.ts';
import type { CardIdentity } from './card-identity.ts';
import { type IdCardEvent, IdCardReader } from './id-card.ts';
import { sdtCommand } from './sdt-answer.ts';
import { encodeSdt } from './sdt-frame.ts';

let clock: VirtualClock;
let opener: FakeOpener;
let reader: IdCardReader;
let cards: CardIdentity[];
let events: IdCardEvent[];

beforeEach(() => {
  clock = new VirtualClock();
  opener = new FakeOpener();
  cards = [];
  events = [];
  reader = new IdCardReader({
    path: '/dev/reader',
    opener,
    clock,
    identify: opener.identify,
    onCard: (card) => cards.push(card),
    onEvent: (event) => events.push(event),
  });
});

const answer = (status: number) => opener.newest.send(...encodeSdt(Uint8Array.of(0, 0, status)));
const asked = () => opener.newest.written.map((bytes) => bytes.join());
const [FIND, SELECT, READ] = (['find', 'select', 'read'] as const).map((command) => sdtCommand(command).join());
const lay = (card: keyof typeof GOLDEN_CARDS) => opener.newest.send(...goldenFrame(GOLDEN_CARDS[card]));

async function opened(): Promise<void> {
  reader.open();
  await clock.advance(0);
}

describe('a reader that nobody asked', () => {
  it('keeps its port closed', async () => {
    await clock.advance(60_000);
    expect(opener.connections).toEqual([]);
    expect(reader.status()).toMatchObject({ open: false, port: 'closed' });
  });
});

describe('one reading', () => {
  it('finds, selects, reads, gives the card once, and closes', async () => {
    await opened();
    for (const status of [0x9f, 0x90]) {
      answer(status);
      await clock.settle();
    }
    lay('A');
    expect(asked()).toEqual([FIND, SELECT, READ]);
    expect(cards.map((card) => card.name())).toEqual(['测试甲']);
    await clock.advance(0);
    expect(opener.newest.closed).toBe(true);
    expect(reader.status()).toMatchObject({ open: false, counters: { cardsRead: 1 } });
    expect(clock.timerCount).toBe(0);
    expect(events).toEqual([]);
  });

  it('when it answers before the system says that the command is written then the next command waits for that', async () => {
    await opened();
    opener.newest.nextWrite = 'slow';
    answer(0x80);
    await clock.advance(500);
    for (const status of [0x9f, 0x90]) {
      answer(status);
      await clock.settle();
      opener.newest.took();
      await clock.settle();
    }
    expect(asked()).toEqual([FIND, FIND, SELECT, READ]);
    expect(events).toEqual([]);
  });

  it('when no card is there then it searches again every half second, and tells nobody', async () => {
    await opened();
    for (let turn = 0; turn < 10; turn += 1) {
      answer(0x80);
      await clock.advance(500);
    }
    expect(asked()).toEqual(Array.from({ length: 11 }, () => FIND));
    expect(events).toEqual([]);
  });

  it.each([
    ['select', [0x9f, 0x81], 'select_failed'],
    ['read', [0x9f, 0x90, 0x41], 'read_failed'],
  ] as const)('when %s fails then it searches anew and tells it once', async (_what, statuses, word) => {
    await opened();
    for (let turn = 0; turn < 3; turn += 1) {
      for (const status of statuses) answer(status);
      await clock.advance(500);
    }
    expect(asked().at(-1)).toBe(FIND);
    expect(events).toMatchObject([{ type: 'id_card_trouble', word, hint: expect.any(String) }]);
  });

  it('when it asks again then it can read a second person', async () => {
    for (const card of ['A', 'B'] as const) {
      await opened();
      answer(0x9f);
      answer(0x90);
      lay(card);
      await clock.advance(0);
    }
    expect(cards.map((card) => card.number())).toEqual(['999999190001019992', '999999190002280009']);
  });
});

describe('a broken reader', () => {
  it('when it is silent then it is told once, after three commands, and asked on', async () => {
    await opened();
    await clock.advance(60_000);
    expect(asked()).toHaveLength(41);
    expect(events).toMatchObject([{ word: 'silent', atMonotonicMs: 4000 }]);
  });

  it('when it dies in the middle of a card then nothing of it joins the next answer', async () => {
    await opened();
    answer(0x9f);
    answer(0x90);
    opener.newest.send(...goldenFrame(GOLDEN_CARDS.A).slice(0, 900));
    await clock.advance(5500);
    answer(0x9f);
    answer(0x90);
    lay('B');
    expect(cards.map((card) => card.name())).toEqual(['样例·阿乙']);
  });

  it('when a card comes that nobody asked for then it is not taken', async () => {
    await opened();
    lay('A');
    expect(cards).toEqual([]);
    answer(0x9f);
    lay('A');
    expect(cards).toEqual([]);
  });

  it('when its port goes then the search begins again where it is back', async () => {
    await opened();
    answer(0x9f);
    opener.newest.unplug();
    await clock.advance(6000);
    expect(opener.connections).toHaveLength(2);
    expect(asked()[0]).toBe(FIND);
    expect(events.map(({ type }) => type)).toContain('port_lost');
  });

  it('when the card is of an unknown kind then it is told and the search goes on', async () => {
    await opened();
    answer(0x9f);
    answer(0x90);
    const frame = goldenFrame(GOLDEN_CARDS.A);
    frame[14 + 248] = 'Q'.charCodeAt(0);
    opener.newest.send(...encodeSdt(frame.slice(7, -1)));
    await clock.advance(500);
    expect(cards).toEqual([]);
    expect(events).toMatchObject([{ word: 'unknown_layout' }]);
    expect(asked().at(-1)).toBe(FIND);
  });

  it('when garbage comes then it is counted and nothing else', async () => {
    await opened();
    opener.newest.send(1, 2, 3, ...sdtCommand('find'));
    expect(reader.status().counters).toEqual({ cardsRead: 0, badFrames: 1, discardedBytes: 13 });
    expect(events).toEqual([]);
  });
});

describe('closing', () => {
  it('ends the wait, drops what comes later, and leaves no timer', async () => {
    await opened();
    answer(0x9f);
    await reader.close();
    lay('A');
    await clock.advance(60_000);
    expect(cards).toEqual([]);
    expect(clock.timerCount).toBe(0);
    expect(reader.status().open).toBe(false);
  });
});
