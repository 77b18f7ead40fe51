import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { type OutageEvent, Outages } from './outages.ts';
import { Port, type PortState } from './port.ts';

const OPTIONS = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
const RULE = { everyMs: 10_000, answerWithinMs: 1000 };

let clock: VirtualClock;
let opener: FakeOpener;
let states: PortState[];
let asked: string[];
let outages: OutageEvent[];
let answers: boolean;
let port: Port;

beforeEach(async () => {
  clock = new VirtualClock();
  opener = new FakeOpener();
  states = [];
  asked = [];
  outages = [];
  answers = true;
  const report = new Outages(clock, (event) => outages.push(event));
  port = new Port({
    path: '/dev/pad',
    options: OPTIONS,
    opener,
    identify: opener.identify,
    clock,
    liveness: {
      rule: RULE,
      probe: () => {
        asked.push('probe');
        if (answers) opener.newest.send(0x06);
      },
      reinit: () => asked.push('reinit'),
    },
    onData: () => undefined,
    onState: (event) => {
      states.push(event.to);
      report.note(event);
    },
  });
  port.start();
  await clock.advance(0);
});

describe('a device with a rule for its liveness', () => {
  it('is ready when it has answered, and asked again only after silence', async () => {
    expect(states).toEqual(['opening', 'suspect', 'ready']);
    await clock.advance(9000);
    opener.newest.send(0x35);
    await clock.advance(9999);
    expect(asked).toEqual(['probe']);
    await clock.advance(1);
    expect([asked, port.state]).toEqual([['probe', 'probe'], 'ready']);
  });

  it('when it does not answer then it is asked again, told its settings, reopened once, and asked for ever', async () => {
    answers = false;
    asked = [];
    await clock.advance(11_000);
    expect([port.state, port.lastError?.code]).toEqual(['suspect', 'silent']);
    expect(asked).toEqual(['probe', 'probe']);
    await clock.advance(1000);
    expect(asked).toEqual(['probe', 'probe', 'reinit', 'probe']);
    await clock.advance(2000);
    expect(opener.connections).toHaveLength(2);
    await clock.advance(600_000);
    expect([port.state, opener.connections.length]).toEqual(['suspect', 2]);
    expect(asked.filter((what) => what === 'probe').length).toBeGreaterThan(50);
    expect(outages).toMatchObject([{ type: 'port_lost', code: 'silent' }]);
  });

  it('when it answers after all then it is ready, and the outage has a duration', async () => {
    answers = false;
    await clock.advance(60_000);
    answers = true;
    await clock.advance(20_000);
    expect(port.state).toBe('ready');
    expect(outages).toMatchObject([{ type: 'port_lost' }, { type: 'port_back', durationMs: expect.any(Number) }]);
    answers = false;
    await clock.advance(60_000);
    expect(opener.connections).toHaveLength(3);
  });

  it('when it answers late, within the ladder, then nothing was reopened and nothing reported', async () => {
    answers = false;
    await clock.advance(11_500);
    opener.newest.send(0x06);
    await clock.advance(0);
    expect([port.state, opener.connections.length, outages]).toEqual(['ready', 1, []]);
  });

  it('when it is stopped then no timer is left', async () => {
    answers = false;
    await clock.advance(11_000);
    await port.stop();
    expect(clock.timerCount).toBe(0);
  });
});
