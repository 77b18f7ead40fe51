import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { createKeypad } from '../keypad/keypad.ts';
import type { KeyEvent } from '../keypad/keypad-model.ts';
import { readKeypadProfile } from '../keypad/profile.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { AFTER_NOTICE_MS } from './port.ts';

const CYCLES = 1000;
const ASCII = await readKeypadProfile(new URL('../../../assets/keypad-profiles/ascii-digit.json', import.meta.url));

function pad() {
  const clock = new VirtualClock();
  const opener = new FakeOpener();
  const keys: KeyEvent[] = [];
  const notices = new Set<() => void>();
  const keypad = createKeypad({
    profile: ASCII,
    path: '/dev/pad',
    opener,
    clock,
    identify: opener.identify,
    notice: (_path, onNotice) => {
      notices.add(onNotice);
      return () => notices.delete(onNotice);
    },
    onKey: (event) => keys.push(event),
    onEvent: () => undefined,
  });
  keypad.start();
  const notify = () => {
    for (const notice of notices) notice();
  };
  return { clock, opener, keys, keypad, notices, notify };
}

describe('a box that is plugged out and in a thousand times', () => {
  it('leaves one connection, one notice and one timer, and no key that nobody pressed', async () => {
    const { clock, opener, keys, keypad, notices, notify } = pad();
    await clock.advance(0);
    keypad.setInviting(true);
    const timers = clock.timerCount;
    for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
      const old = opener.newest;
      // The three ways in which a loss shows: the system says so, only the path shows it, another device is there.
      if (cycle % 3 === 0) old.unplug();
      opener.identity = cycle % 3 === 2 ? `other ${cycle}` : null;
      notify();
      await clock.advance(AFTER_NOTICE_MS);
      // What a dying line still gives comes from a connection that is closed.
      old.send(0x31, 0x35);
      opener.identity = `again ${cycle}`;
      notify();
      await clock.advance(2 * AFTER_NOTICE_MS);
      await clock.advance(1000);
      expect(keypad.status().port.state).toBe('ready');
    }
    await clock.advance(20_000);
    expect(keys).toEqual([]);
    expect(opener.connections.filter(({ closed }) => !closed)).toHaveLength(1);
    expect([notices.size, clock.timerCount]).toEqual([1, timers]);
    opener.newest.send(0x34);
    expect(keys.map(({ level }) => level)).toEqual([4]);
    await keypad.stop();
    expect([notices.size, clock.timerCount, opener.newest.closed]).toEqual([0, 0, true]);
  });

  it('when a plug is noticed then it is opened at once and not at the end of a delay', async () => {
    const { clock, opener, keypad, notify } = pad();
    await clock.advance(0);
    opener.identity = null;
    opener.newest.unplug();
    await clock.advance(120_000);
    opener.identity = 'plugged in';
    const atMs = clock.monotonicMs();
    notify();
    await clock.advance(AFTER_NOTICE_MS);
    expect([keypad.status().port.state, clock.monotonicMs() - atMs]).toEqual(['ready', AFTER_NOTICE_MS]);
    await keypad.stop();
  });
});
