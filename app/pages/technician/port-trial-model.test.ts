import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { trialSamples } from '../../../test/support/page-samples.ts';
import { createPortTrial, fitText, nearTexts, trialText } from './port-trial-model.ts';
import { createTraffic, listeningText } from './traffic-model.ts';

it.each([
  ['listen', '请依次按下每一个键：正在以 19200 bit/s 试听（第 2 次，共 5 次）'],
  ['ask', '没有收到任何内容，正在以 19200 bit/s 询问按键盒。请继续按键（第 2 次，共 5 次）'],
  ['fits', '有型号吻合：'],
  ['none', '收到了内容，但没有已知型号吻合。请用下面的“学习”，或在“端口收发”中监听。'],
  ['silent', '各波特率都没有收到任何内容。请检查电源和连接线（直连或交叉），并在试配时按键。'],
  ['port', '端口不能使用。端口被其他程序占用：停止该程序或改用其他端口。'],
])('says what to do or what came of a trial: %s', (name, text) => {
  expect(trialText(trialSamples[name]!)).toBe(text);
});

it('says why something fits, that it only prompts, and what came where nothing fits', () => {
  const { fits = [] } = trialSamples.fits ?? {};
  expect(fits.map(fitText)).toEqual([
    '19200 bit/s：听懂 5 / 5 个键，共 7 条；0 个字节无法解释。',
    '19200 bit/s：听懂 3 / 3 个键，共 7 条；0 个字节无法解释。它没有五个同等的满意度等级，只作提示，请服务对象在屏幕上评价。',
  ]);
  expect(nearTexts(trialSamples.none!)).toHaveLength(2);
  const near = { ...fits[1]!, otherAddresses: [7, 31] };
  const none = { ...trialSamples.none!, tried: [{ baudRate: 9600, bytes: 10, nearest: [near] }] };
  expect(trialText(none)).toContain('0x07、0x1f');
});

it('looks until the trial is over', async () => {
  const clock = new VirtualClock();
  const answers = ['listen', 'ask', 'fits'].map((name) => trialSamples[name]!);
  const asked: string[] = [];
  const model = createPortTrial(async (method, path) => {
    asked.push(`${method} ${path}`);
    return { ok: true, body: { trial: answers[Math.min(asked.length, answers.length) - 1] } };
  }, clock);
  await model.begin('/dev/a');
  await clock.advance(10_000);
  expect(asked).toEqual(['POST /technician/port-trial', 'GET /technician/port-trial', 'GET /technician/port-trial']);
  expect([model.trial.value?.outcome, clock.timerCount]).toEqual(['fits', 0]);
});

it('closes a port that is listened to when its card is', async () => {
  const clock = new VirtualClock();
  const posts: string[] = [];
  const listening = { path: '/dev/a', baudRate: 9600, state: 'open', end: null, hint: null } as const;
  const traffic = createTraffic(async (method, path) => {
    if (method === 'POST') posts.push(path);
    return { ok: true, body: { lines: [], listening } };
  }, clock);
  await traffic.listen('/dev/a', 9600);
  expect(listeningText(traffic.listening.value!)).toBe('正在监听 /dev/a（9600 bit/s），离开本页即关闭。');
  await clock.advance(3000);
  traffic.toggle();
  await clock.advance(3000);
  expect([posts, clock.timerCount]).toEqual([['/technician/listening', '/technician/listening/stop'], 0]);
});
