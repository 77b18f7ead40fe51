import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { technicianSamples, technicianWell } from '../../../test/support/page-samples.ts';
import type { Answer } from '../shared/post.ts';
import { enrolmentOf } from './scanned-code.ts';
import { createTechnicianModel } from './technician-model.ts';
import { createTests, type TestName } from './tests-model.ts';
import { createTraffic } from './traffic-model.ts';

it('asks for what goes over the ports only while somebody looks', async () => {
  const clock = new VirtualClock();
  let asked = 0;
  const line = { path: '/dev/a', at: 0, direction: 'in', bytes: 1, hex: '35', frame: null };
  const traffic = createTraffic(async () => {
    asked += 1;
    return ok({ lines: [line] });
  }, clock);
  await clock.advance(5000);
  traffic.toggle();
  await clock.advance(2500);
  expect([asked, traffic.lines.value]).toEqual([3, [line]]);
  traffic.toggle();
  await clock.advance(5000);
  expect([asked, traffic.lines.value, clock.timerCount]).toEqual([3, null, 0]);
});

const ok = (body: unknown): Answer => ({ ok: true, body });

async function resultOf(name: TestName, answer: Answer, said: 'said' | 'silent' | 'failed' = 'said') {
  const tests = createTests(
    async () => answer,
    async () => said,
  );
  await tests.run(name);
  return tests.result.value;
}

it.each<[string, TestName, Answer, string]>([
  [
    'a card',
    'card',
    ok({ outcome: 'read', kind: 'resident', numberChars: 18, checkDigit: 'right' }),
    '已读到居民身份证：号码 18 位，校验位正确。内容没有显示，也没有保存。',
  ],
  [
    'no card',
    'card',
    ok({ outcome: 'no_card', hint: 'Lay a card on the reader.' }),
    '15 秒内没有读到卡。 请把证件放在读卡器上。',
  ],
  ['a reader in use', 'card', ok({ outcome: 'in_use' }), '窗口正在为群众读卡，请稍后再试。'],
  ['a print', 'print', ok({ outcome: 'printed', paperLow: false }), '已打印，打印机状态正常。'],
  ['a print with little paper', 'print', ok({ outcome: 'printed', paperLow: true }), '已打印，纸快用完了。'],
  ['no paper', 'print', ok({ outcome: 'paper_out', hint: '' }), '打印机缺纸。'],
  [
    'no answer',
    'print',
    { ok: false, code: 'unreachable', detail: null },
    '测试没有完成：设备程序没有应答。请稍候再试；一分钟后仍这样时重启设备。（代码 unreachable）',
  ],
  [
    'a paper form',
    'form',
    ok({ form: 'A-07-3F9C-000012', outcome: { outcome: 'printed', paperLow: false } }),
    '表号 A-07-3F9C-000012。 已打印，打印机状态正常。',
  ],
  ['a sound', 'sound', ok({}), '已播放。没有听到声音时，请检查扬声器和系统音量。'],
])('says what came of %s', async (_what, name, answer, text) => {
  expect(await resultOf(name, answer)).toBe(text);
});

it('says where no sound can be heard', async () => {
  expect(await resultOf('sound', ok({}), 'silent')).toContain('音量为 0');
  expect(await resultOf('sound', ok({}), 'failed')).toContain('声卡');
});

it.each([
  ['K7Q2-9F', { baseUrl: null, code: 'K7Q2-9F' }],
  ['{"baseUrl":"https://c.example","code":"K7"}', { baseUrl: 'https://c.example', code: 'K7' }],
  ['{"baseUrl":"https://c.example"', null],
  ['{"code":"K7"}', null],
  ['两个 字', null],
  ['K', null],
])('the scan %j is the enrolment %j', (scan, enrolment) => expect(enrolmentOf(scan)).toEqual(enrolment));

function technician(status: object, code: string | null = null) {
  const clock = new VirtualClock();
  const asked: { path: string; body: unknown }[] = [];
  const codes = [code];
  const model = createTechnicianModel(async (_method, path, body) => {
    asked.push({ path, body });
    if (path === '/technician/status') return ok(status);
    if (path === '/technician/scanned-code') return ok({ code: codes.shift() ?? null });
    return ok({ outcome: 'enrolled', deviceId: 'd-1' });
  }, clock);
  const enrolments = () => asked.filter(({ path }) => path === '/technician/enrolment').map(({ body }) => body);
  return { clock, model, asked, enrolments };
}

it('a scan that names centre and code enrols a bare device at once', async () => {
  const { clock, model, enrolments } = technician(technicianSamples.new!);
  await clock.settle();
  model.scanned('{"baseUrl":"https://c.example","code":"K7"}');
  expect(enrolments()).toEqual([{ baseUrl: 'https://c.example', code: 'K7' }]);
});

it('a scanned code alone waits for the centre’s address', async () => {
  const { clock, model, enrolments } = technician(technicianSamples.new!);
  await clock.settle();
  model.scanned('K7Q2-9F');
  expect([model.form.value, enrolments()]).toEqual([{ baseUrl: '', code: 'K7Q2-9F' }, []]);
});

it('a code that the device’s own scanner read is taken up', async () => {
  const { clock, model } = technician(technicianSamples.new!, 'K7Q2-9F');
  await clock.settle();
  expect(model.form.value.code).toBe('K7Q2-9F');
});

it('a scan at a device in service enrols nothing and is not shown', async () => {
  const { clock, model, asked } = technician(technicianWell);
  await clock.settle();
  model.scanned('BJ2026000001');
  expect(model.tests.result.value).toBe('扫码枪（键盘方式）：读到 12 个字符。');
  expect(asked.map(({ path }) => path)).toEqual(['/technician/status']);
});
