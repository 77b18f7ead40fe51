import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import type { EvacuationView, ExportState } from '../../server/technician/evacuation.ts';
import type { Answer } from '../shared/post.ts';
import { createEvacuation, exportText } from './evacuation-model.ts';

const STICK = { path: '/media/u/STICK', name: 'STICK', freeBytes: 1 << 30 };
const view = (state: ExportState): EvacuationView => ({ sticks: [STICK], waiting: 5, export: state });

function page(answers: Answer[]) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const model = createEvacuation(async (method, path) => {
    asked.push(`${method} ${path}`);
    return answers.shift() ?? { ok: true, body: view({ state: 'idle' }) };
  }, clock);
  return { clock, asked, model };
}

it('shows what is plugged in, anew every two seconds, and nothing where it may not know', async () => {
  const { clock, asked, model } = page([{ ok: false, code: 'code_needed', detail: null }]);
  await clock.advance(500);
  expect(model.view.value).toBe(null);
  await clock.advance(2000);
  expect(model.view.value).toEqual(view({ state: 'idle' }));
  expect(asked).toHaveLength(2);
});

it('says why an export could not begin', async () => {
  const { clock, model } = page([{ ok: true, body: view({ state: 'idle' }) }]);
  await clock.advance(500);
  const refused = page([
    { ok: true, body: null },
    { ok: false, code: 'stick_gone', detail: '/media/u/STICK is no longer there' },
  ]);
  await refused.clock.advance(500);
  await refused.model.start(STICK.path);
  expect(refused.model.refusal.value).toBe(
    '没有完成：U 盘已不在。请重新插入 U 盘，再从列表中选择。（代码 stick_gone）',
  );
  await model.start(STICK.path);
  expect(model.refusal.value).toBe(null);
});

it.each<[ExportState, string | null]>([
  [{ state: 'idle' }, null],
  [{ state: 'running', to: '/s', records: 2, total: 5 }, '正在导出到 /s：2 / 5 条，请勿拔出'],
  [{ state: 'done', to: '/s', records: 5, files: 1 }, '已导出 5 条，共 1 个文件（/s），可以拔出'],
  [{ state: 'done', to: '/s', records: 0, files: 0 }, '没有需要导出的数据：全部已有回执'],
  [
    { state: 'failed', to: '/s', code: 'target_full', message: '/s is full' },
    '没有完成：U 盘已满，已写好的文件是完整的。请腾出空间或换一个 U 盘，再按一次，从断处继续。（代码 target_full）',
  ],
])('%j: %s', (state, text) => {
  expect(exportText(view(state))).toBe(text);
});
