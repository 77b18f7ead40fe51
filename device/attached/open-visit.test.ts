import { describe, expect, it } from 'vitest';
import { attachedBench, SCANNER } from './testing/attached-bench.ts';

const bench = attachedBench();

describe('a scanned slip', () => {
  it('opens the visit of its case and invites', async () => {
    await bench.device();
    bench.scan('BJ2026000001');
    expect(bench.state.name).toBe('inviting');
    expect(bench.bodies('visit')).toMatchObject([
      { caseNo: 'BJ2026000001', serviceNo: 1, trigger: 'scan', itemCode: 'I-1', staffId: 'S-1', window: 'A-07' },
    ]);
  });

  it('names the service behind the mark', async () => {
    await bench.device();
    bench.scan('BJ2026000001#3');
    expect(bench.bodies('visit')).toMatchObject([{ caseNo: 'BJ2026000001', serviceNo: 3 }]);
  });

  it('when the business system opened the visit before then it invites', async () => {
    await bench.device();
    bench.openVisit('BJ2026000001');
    bench.scan('BJ2026000001');
    expect([bench.state.name, bench.bodies('visit').length]).toEqual(['inviting', 1]);
  });

  it('when its service had its rating then it opens none, however often it is scanned', async () => {
    await bench.device();
    bench.scan('BJ2026000001');
    bench.rate(5);
    await bench.clock.advance(60_000);
    bench.scan('BJ2026000001');
    expect([bench.state.name, bench.bodies('visit').length, bench.bodies('rating').length]).toEqual(['idle', 1, 1]);
    expect(bench.events()).toContain('visit_asked_again');
  });

  it('when only staff may invite then it opens and waits', async () => {
    await bench.device({ scanner: { ...SCANNER, invite: false } });
    bench.scan('BJ2026000001');
    expect(bench.state.name).toBe('serving');
  });

  it('when too many wait then that is an event and nothing is lost', async () => {
    await bench.device();
    for (let number = 0; number < 23; number += 1) {
      bench.scan(`BJ20260000${String(number).padStart(2, '0')}`);
      await bench.clock.advance(1);
    }
    expect(bench.bodies('visit')).toHaveLength(21);
    expect(bench.bodies('event')).toContainEqual({
      type: 'visit_not_opened',
      detail: { trigger: 'scan', code: 'window_full' },
    });
  });
});
