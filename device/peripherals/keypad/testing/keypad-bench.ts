import type { Level } from '../../../ledger/record.ts';
import { VirtualClock } from '../../../testing/virtual-clock.ts';
import { FakeOpener } from '../../testing/fake-port.ts';
import { createKeypad } from '../keypad.ts';
import type { BoxKeyEvent, KeyEvent, Keypad, KeypadEvent } from '../keypad-model.ts';
import type { KeypadProfile } from '../profile.ts';

/** A pad on a port and a clock of the test, and what it told. */
export class KeypadBench {
  readonly clock = new VirtualClock();
  readonly opener = new FakeOpener();
  readonly keys: KeyEvent[] = [];
  readonly events: KeypadEvent[] = [];
  readonly boxKeys: BoxKeyEvent[] = [];

  get levels(): Level[] {
    return this.keys.map(({ level }) => level);
  }

  /** The pad of `profile` a second after its start; a further one shares port and clock. */
  async started(profile: KeypadProfile): Promise<Keypad> {
    const keypad = createKeypad({
      profile,
      path: '/dev/pad',
      opener: this.opener,
      clock: this.clock,
      identify: this.opener.identify,
      onKey: (event) => this.keys.push(event),
      onBoxKey: (event) => this.boxKeys.push(event),
      onEvent: (event) => this.events.push(event),
    });
    keypad.start();
    await this.clock.advance(1000);
    return keypad;
  }

  /** What the pad sends, a byte a sign. */
  type(text: string): void {
    this.opener.newest.send(...Buffer.from(text, 'latin1'));
  }
}
