import { beforeEach, describe, expect, it } from 'vitest';
import { encodeFf68, FF68_FUNC } from '../peripherals/keypad/framing/ff68-frame.ts';
import { CALLED_SHOWN_MS } from './called-number.ts';
import { attachedBench, HALL } from './testing/attached-bench.ts';

const bench = attachedBench();

describe('a queue system', () => {
  beforeEach(() => bench.device());

  const idle = () => bench.appliance.citizenView() as { screen: string; called: unknown };

  it('calls a number to the idle screen, for two minutes', async () => {
    bench.tell({ command: 'call', number: 'A012' });
    bench.tell({ command: 'call', number: 'A012' });
    expect(idle()).toMatchObject({ screen: 'idle', called: { ticket: 'A012', times: 2 } });
    expect([bench.answers, bench.bodies('visit')]).toEqual([['{"succ":"0"}', '{"succ":"0"}'], []]);
    await bench.clock.advance(CALLED_SHOWN_MS);
    expect(idle()).toMatchObject({ screen: 'idle', called: null });
  });

  it('opens and invites the visit of the number that it called', () => {
    bench.tell({ command: 'call', number: 'a012' });
    bench.tell({ command: 'apprise' });
    expect(bench.state.name).toBe('inviting');
    expect(bench.bodies('visit')).toMatchObject([{ caseNo: 'Q-20261122-A012', trigger: 'queue' }]);
  });

  it('learns that it was obeyed, and nothing else, whatever the citizen does', async () => {
    bench.tell({ command: 'apprise', number: '7' });
    bench.rate(1);
    await bench.clock.advance(60_000);
    expect(bench.answers).toEqual(['{"succ":"0"}']);
  });

  it('pauses and resumes; a second pause is not obeyed', () => {
    for (const command of ['pause', 'pause', 'reset', 'reset']) bench.tell({ command });
    expect([bench.answers.length, bench.state.name]).toEqual([2, 'idle']);
    expect(bench.events()).toEqual(['window_paused', 'window_resumed']);
  });

  it('ends a visit that was not invited, and none that was', async () => {
    bench.openVisit('C');
    bench.tell({ command: 'reset' });
    expect(bench.bodies('not_rated')).toMatchObject([{ reason: 'skipped', detail: 'queue_reset' }]);
    bench.tell({ command: 'apprise', number: '7' });
    bench.tell({ command: 'reset' });
    expect(bench.state.name).toBe('inviting');
  });

  it.each([
    ['from another address', { command: 'pause' }, '192.0.2.10'],
    ['without a known command', { command: 'format' }, HALL],
    ['with a number that is none', { command: 'call', number: '<b>' }, HALL],
    ['to call nobody', { command: 'call' }, HALL],
    ['that is no object', [1], HALL],
  ])('a message %s does nothing and has no answer', (_what, message, address) => {
    bench.tell(message, address);
    expect([bench.answers, bench.state.name, idle().called]).toEqual([[], 'idle', null]);
  });

  it('names who logged in, where the roster knows the number', () => {
    bench.tell({ command: 'login', sno: '0007' });
    bench.tell({ command: 'login', sno: '9999' });
    expect(bench.answers).toHaveLength(1);
  });
});

describe('the keys of a call box', () => {
  beforeEach(() => bench.device({ keypad: { path: '/dev/zero', profile: 'ff68-four-key' } }));

  const press = async (...data: number[]) => {
    bench.lines.get('/dev/zero')!.send(...encodeFf68({ address: 1, func: FF68_FUNC.box, data }));
    await bench.clock.advance(1000);
  };

  it('open and invite a visit, and end one that was not invited', async () => {
    await press(0x0b);
    expect([bench.state.name, bench.bodies('visit')]).toMatchObject(['inviting', [{ trigger: 'queue' }]]);
    await press(0x0c);
    expect(bench.state.name).toBe('inviting');
    await bench.clock.advance(120_000);
    bench.openVisit('C');
    await press(0x0c);
    expect(bench.bodies('not_rated')).toMatchObject([
      { reason: 'timeout' },
      { reason: 'skipped', detail: 'call_next' },
    ]);
  });

  it('pause and resume', async () => {
    await press(0x12);
    expect(bench.state.name).toBe('paused');
    await press(0x12);
    expect(bench.state.name).toBe('idle');
  });
});
