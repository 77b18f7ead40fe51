import { expect, it } from 'vitest';
import { settingsInForce } from '../../../device/identity/settings-catalogue.ts';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import type { ConfigurationAnswer } from '../../server/technician/configuration.ts';
import type { Answer } from '../shared/post.ts';
import { createConfiguration, judgedText, rangeText, valueText } from './configuration-model.ts';

const PATH = '/media/u/STICK/pingjiaqi.jws';
const sha256 = 'ab'.repeat(32);
const good: ConfigurationAnswer = {
  verdict: 'accepted',
  version: 2,
  presentVersion: 1,
  changes: [],
  restart: false,
  refusal: null,
  sha256,
};

it('a file is judged first, and used by a second press with the digest of what was looked at', async () => {
  const clock = new VirtualClock();
  const asked: unknown[] = [];
  const view = { version: 1, settings: [], files: [PATH] };
  const model = createConfiguration(async (method, path, body): Promise<Answer> => {
    if (method === 'POST') asked.push([path, body]);
    return { ok: true, body: method === 'GET' ? view : good };
  }, clock);
  await clock.advance(700);
  expect(model.view.value).toEqual(view);
  await model.check(PATH);
  expect(model.judged.value).toEqual({ path: PATH, answer: good, isApplied: false });
  await model.apply(model.judged.value!);
  expect(asked).toEqual([
    ['/technician/configuration/check', { source: { path: PATH } }],
    ['/technician/configuration/apply', { source: { path: PATH }, sha256 }],
  ]);
  expect(judgedText(model.judged.value!)).toBe('已使用第 2 版。');
});

it('a stick that is gone leaves words and nothing to press', async () => {
  const clock = new VirtualClock();
  const model = createConfiguration(async () => ({ ok: false, code: 'stick_gone', detail: null }), clock);
  await model.check(PATH);
  expect([model.judged.value, model.failure.value]).toEqual([
    null,
    '设备没有完成：U 盘已不在。请重新插入 U 盘，再从列表中选择。（代码 stick_gone）',
  ]);
});

const refusal = { code: 'configuration_schema', message: '', hint: '', faults: [] };
it.each<[ConfigurationAnswer, string]>([
  [good, '第 1 版改为第 2 版，改动如下：'],
  [{ ...good, verdict: 'same' }, '与正在使用的配置完全相同。'],
  [
    { ...good, verdict: 'refused', version: null, refusal },
    '不能使用，正在使用的配置不变。配置中有不合要求的内容。请中心按下列位置改正后重新发布。（代码 configuration_schema）',
  ],
])('$verdict: %s', (answer, text) => {
  expect(judgedText({ path: PATH, answer, isApplied: false })).toBe(text);
});

it.each([
  ['settings.layout', 'best-left / best-right'],
  ['settings.peripherals.printer.cutter', '是 / 否'],
  ['settings.peripherals.printer.moduleDots', '2～16 dot'],
  ['settings.peripherals.keypad.path', '1～256 个字符'],
  ['settings.hours', '0～4 项'],
  ['settings.technician.codeKey', '32 字节，base64url'],
])('the range of %s is %s', (path, text) => {
  const setting = settingsInForce(null).find((one) => one.path === path);
  expect(setting && rangeText(setting)).toBe(text);
});

it.each([
  [null, '未设'],
  ['"best-left"', 'best-left'],
  ['true', '是'],
  ['(secret)', '（保密）'],
  ['(2 entries)', '共 2 项'],
  ['[{"from":"09:00"}]', '[{"from":"09:00"}]'],
])('the value %s is shown as %s', (json, text) => {
  expect(valueText(json)).toBe(text);
});
