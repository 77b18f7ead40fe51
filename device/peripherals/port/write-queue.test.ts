import { describe, expect, it } from 'vitest';
import { settle } from '../../testing/virtual-clock.ts';
import { WriteQueue } from './write-queue.ts';

describe('WriteQueue', () => {
  it('writes in order, the first at once, and drops what finds the queue full', async () => {
    const written: number[] = [];
    const release: (() => void)[] = [];
    const queue = new WriteQueue((bytes) => {
      written.push(bytes[0]!);
      return new Promise<void>((resolve) => release.push(resolve));
    }, 2);
    for (const byte of [1, 2, 3, 4]) queue.add(Uint8Array.of(byte));
    expect(written).toEqual([1]);
    for (let turn = 0; turn < 3; turn += 1) {
      release.shift()?.();
      await settle();
    }
    expect(written).toEqual([1, 2, 3]);
    queue.add(Uint8Array.of(5));
    expect(written).toEqual([1, 2, 3, 5]);
  });
});
