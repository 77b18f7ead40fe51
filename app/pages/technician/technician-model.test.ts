import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { technicianWell } from '../../../test/support/page-samples.ts';
import type { Answer } from '../shared/post.ts';
import { createTechnicianModel } from './technician-model.ts';

const FORM = { baseUrl: 'https://centre.example', code: 'K7Q2-9F' };

function technician(enrolments: Answer[]) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const reply = { status: { ok: true, body: technicianWell } as Answer };
  const model = createTechnicianModel(async (method, path) => {
    asked.push(`${method} ${path}`);
    if (path === '/technician/status') return reply.status;
    if (path === '/technician/evacuation' || path === '/technician/configuration')
      return { ok: false, code: 'code_needed', detail: null };
    return enrolments.shift() ?? { ok: true, body: {} };
  }, clock);
  return { clock, asked, reply, model };
}

const count = (asked: string[], what: string) => asked.filter((line) => line === what).length;

it('reads the status every two seconds and says when nobody answers', async () => {
  const { clock, asked, reply, model } = technician([]);
  await clock.advance(4000);
  expect([count(asked, 'GET /technician/status'), model.status.value]).toEqual([3, technicianWell]);
  reply.status = { ok: false, code: 'unreachable', detail: null };
  await clock.advance(2000);
  expect([model.lost.value, model.status.value]).toEqual([true, technicianWell]);
});

it('asks again while the centre has to approve, when the centre said', async () => {
  const waiting: Answer = { ok: true, body: { outcome: 'waiting', retryAfterS: 3 } };
  const { clock, asked, model } = technician([waiting, { ok: true, body: { outcome: 'enrolled', deviceId: 'd-1' } }]);
  await model.enrol(FORM);
  await clock.advance(1000);
  expect(model.enrolment.value).toEqual({ state: 'waiting', seconds: 2 });
  await clock.advance(2000);
  expect(model.enrolment.value).toEqual({ state: 'enrolled', message: '已开通，设备编号 d-1' });
  expect(asked.filter((line) => line.startsWith('POST'))).toEqual([
    'POST /technician/enrolment',
    'POST /technician/enrolment/resume',
  ]);
});

it.each<[string, Answer, string]>([
  [
    'the centre',
    { ok: true, body: { outcome: 'refused', code: 'code_used', message: '码已使用' } },
    '中心拒绝：这个开通码已被另一台设备用过。请索取新的开通码。（代码 code_used）',
  ],
  [
    'the network',
    {
      ok: true,
      body: { outcome: 'unreachable', code: 'unreachable', message: 'getaddrinfo ENOTFOUND centre.example' },
    },
    '无法连接中心：请核对中心地址、网线和代理设置后再试（原文：getaddrinfo ENOTFOUND centre.example）。（代码 centre_unreachable）',
  ],
  [
    'the appliance',
    { ok: false, code: 'invalid', detail: 'body.baseUrl: https' },
    '操作没有完成：填写的内容不合要求（原文：body.baseUrl: https）。请改正后再试。（代码 invalid）',
  ],
])('gives the form back with the reason when %s refuses', async (_who, answer, message) => {
  const { model } = technician([answer]);
  await model.enrol(FORM);
  expect(model.enrolment.value).toEqual({ state: 'form', message });
});
