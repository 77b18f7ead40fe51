import { describe, expect, it } from 'vitest';
import { RESTART_DELAYS_MS } from '../supervisor/restart.ts';
import { restartDelaysMs } from './restart-delays.ts';

const read = (text: string) => restartDelaysMs({ PINGJIAQI_RESTART_DELAYS_MS: text });

describe('the restart delays of the demo', () => {
  it('when nothing is said then they are those of the product', () => {
    expect(restartDelaysMs({})).toBe(RESTART_DELAYS_MS);
  });

  it('when a list is given then it counts', () => {
    expect(read('20')).toEqual([20]);
    expect(read('0,200,600000')).toEqual([0, 200, 600_000]);
  });

  it.each(['', ' ', 'fast', '-1', '1.5', '20,', '20 30', '600001', '1e3', Array(21).fill('1').join()])(
    'when it is %j then it is refused by name',
    (text) => {
      expect(() => read(text)).toThrow('PINGJIAQI_RESTART_DELAYS_MS');
    },
  );
});
