import { createHash } from 'node:crypto';
import { LEVELS } from '../../../ledger/record.ts';
import type { SerialOptions } from '../../port/opener.ts';
import type { Learned, Run } from './lesson.ts';

/** How long a box is silent between two runs, ms; learning and use must agree in it. */
export const RUN_ENDS_AFTER_MS = 100;

/**
 * A lesson as the file of a profile (`keypad/profile.ts` has its schema). A box with fewer than five keys cannot give
 * five equal grades (design §2.5), so it may only prompt, and the profile says so to the technician.
 */
export function profileOf({ keys, ignore }: Learned, serial: SerialOptions): { id: string } & Record<string, unknown> {
  const framing = {
    type: 'sequence',
    keys: keys.map(({ level, run }) => ({ bytes: hexOf(run), key: `${level}` })),
    ignore: ignore.map(hexOf),
    byteTimeoutMs: RUN_ENDS_AFTER_MS,
  };
  const isWhole = keys.length === LEVELS.length;
  const note = `这个按键盒只有 ${keys.length} 个键，没有五个同等的满意度等级，不能直接作出评价：按键只作提示并记为事件，请服务对象在屏幕上评价。`;
  return {
    // The same box learned again, in the same way, is the same profile.
    id: `learned-${createHash('sha256')
      .update(JSON.stringify([framing, serial]))
      .digest('hex')
      .slice(0, 12)}`,
    title: `在本机学习的按键盒（${keys.length} 键）`,
    note: isWhole ? null : note,
    serial,
    framing,
    completion: isWhole ? 'grade' : 'prompt-only',
    levels: keys.map(({ level }) => ({ key: `${level}`, level })),
  };
}

function hexOf(run: Run): string[] {
  return run.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`);
}
