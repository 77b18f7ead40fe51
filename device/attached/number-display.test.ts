import { beforeEach, describe, expect, it } from 'vitest';
import { FF68_FUNC } from '../peripherals/keypad/framing/ff68-frame.ts';
import { CALLED_SHOWN_MS } from './called-number.ts';
import { attachedBench, HALL } from './testing/attached-bench.ts';

const bench = attachedBench();

describe('the digits of a call box', () => {
  beforeEach(() => bench.device({ keypad: { path: '/dev/zero', profile: 'ff68-four-key' }, queue: { from: [HALL] } }));

  const isIdleForStaff = () => bench.appliance.staffView().window.state === 'idle';
  /** What was sent to the digits. */
  const shown = async () => {
    await bench.clock.settle();
    return bench.lines
      .get('/dev/zero')!
      .written.filter((frame) => frame[6] === FF68_FUNC.show && frame.length === 15)
      .map((frame) =>
        frame
          .slice(7, 13)
          .map((digit) => (digit === 10 ? '.' : digit))
          .join(''),
      );
  };

  it('show the called number until its visit has ended for the staff, whatever the citizen did', async () => {
    const doings: (() => unknown)[] = [
      ...([1, 2, 3, 4, 5] as const).map((level) => () => bench.rate(level)),
      () => bench.appliance.citizen({ type: 'decline', visitId: bench.state.context.current!.visitId }),
      () => undefined,
    ];
    for (const [number, does] of doings.entries()) {
      bench.tell({ command: 'call', number: `A0${number + 12}` });
      bench.tell({ command: 'apprise' });
      await bench.clock.advance(3000);
      does();
      // Not one digit changes before the staff's own page says that it is over.
      while (!isIdleForStaff()) {
        expect(await shown()).toHaveLength(2 * number + 1);
        await bench.clock.advance(500);
      }
      expect(await shown()).toHaveLength(2 * number + 2);
      await bench.clock.advance(120_000);
    }
    expect(await shown()).toEqual(doings.flatMap((_does, number) => [`...0${number + 12}`, '......']));
  });

  it('keep a number that is called while another visit is still open', async () => {
    bench.tell({ command: 'call', number: 'A012' });
    bench.tell({ command: 'apprise' });
    await bench.clock.advance(1000);
    bench.tell({ command: 'call', number: 'A013' });
    bench.rate(4);
    await bench.clock.advance(60_000);
    expect(await shown()).toEqual(['...012', '...013']);
    await bench.clock.advance(CALLED_SHOWN_MS);
    expect((await shown()).at(-1)).toBe('......');
  });

  it('show it again on a box that lost its power', async () => {
    bench.tell({ command: 'call', number: 'A012' });
    await bench.clock.settle();
    bench.lines.get('/dev/zero')!.unplug();
    await bench.clock.advance(1000);
    await bench.until(() => bench.lines.get('/dev/zero')!.written.length > 0);
    expect(await shown()).toEqual(['...012']);
  });
});
