import { describe, expect, it } from 'vitest';
import { attachedBench } from './testing/attached-bench.ts';

const bench = attachedBench();

describe('a scanned enrolment code', () => {
  it('is handed to the technician’s page once, and opens nothing', async () => {
    await bench.device();
    bench.scan('ENROL-ABCD');
    expect(bench.state.name).toBe('idle');
    const { enrolmentScan } = bench.appliance.attached;
    expect([enrolmentScan.handOut(), enrolmentScan.handOut()]).toEqual(['ENROL-ABCD', null]);
    await bench.clock.advance(5000);
    bench.scan('ENROL-ABCD');
    await bench.clock.advance(120_000);
    expect(enrolmentScan.handOut()).toBe(null);
  });
});
