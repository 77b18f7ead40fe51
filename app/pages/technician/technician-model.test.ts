import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { technicianSamples, technicianWell } from '../../../test/support/page-samples.ts';
import { BASE_PACK, translatorOf } from '../shared/locale.ts';
import type { Answer } from '../shared/post.ts';
import { statusRows } from './status-rows.ts';
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
    '中心拒绝：码已使用',
  ],
  [
    'the network',
    { ok: true, body: { outcome: 'unreachable', code: 'dns', message: '找不到' } },
    '无法连接中心：找不到',
  ],
  ['the appliance', { ok: false, code: 'bad_input', detail: 'baseUrl: https' }, '操作没有完成：baseUrl: https'],
])('gives the form back with the reason when %s refuses', async (_who, answer, message) => {
  const { model } = technician([answer]);
  await model.enrol(FORM);
  expect(model.enrolment.value).toEqual({ state: 'form', message });
});

it('says of every row how it stands', () => {
  const t = translatorOf(BASE_PACK);
  const standings = (name: string) => statusRows(technicianSamples[name]!, t).map(({ standing }) => standing);
  expect(standings('well')).toEqual(Array(13).fill('pass'));
  expect(standings('troubled')).toEqual([
    'pass',
    'pass',
    'pass',
    'fail',
    'warn',
    'warn',
    'fail',
    'pass',
    'pass',
    'pass',
    'warn',
    'warn',
    'warn',
  ]);
  expect(standings('new').slice(0, 4)).toEqual(['warn', 'warn', 'warn', 'warn']);
});

const DUE = Date.parse('2026-11-25T00:00:00.000+08:00');

it.each([
  ['nothing that the law waits for', { nextLegalDueAt: null }, 'pass', '没有待送数据的法定期限', false],
  ['all in time', { nextLegalDueAt: DUE }, 'pass', '来得及', false],
  ['some near', { nextLegalDueAt: DUE, standing: 'at_risk', atRisk: 7 }, 'warn', '7 条临近期限', true],
  ['some very near', { nextLegalDueAt: DUE, standing: 'critical', critical: 3 }, 'fail', '3 条余时不足 4 小时', true],
  ['some late', { nextLegalDueAt: DUE, standing: 'missed', missed: 2 }, 'fail', '2 条已超期', true],
  ['some undated', { nextLegalDueAt: DUE, standing: 'at_risk', undated: 5 }, 'warn', '5 条记录时时钟未校准', false],
] as const)('the row of dates says of %s what it is, and what to do', (_name, change, standing, words, isToExport) => {
  const delivery = { ...technicianWell.delivery, ...change };
  const row = statusRows({ ...technicianWell, delivery }, translatorOf(BASE_PACK))[6];
  expect(row).toMatchObject({ standing, value: expect.stringContaining(words) });
  expect(row?.detail?.includes('pingjiaqi export') ?? false).toBe(isToExport);
});

it('says how far the clock is off, and how wrong that may be', () => {
  const clock = { quality: 'synced', offsetMs: 1_500, boundMs: 240 } as const;
  const delivery = { ...technicianWell.delivery, clock };
  const row = statusRows({ ...technicianWell, delivery }, translatorOf(BASE_PACK))[7];
  expect(row).toMatchObject({ standing: 'pass', value: '已与中心对时，本机差 -1.5 秒，误差不超过 0.3 秒' });
});
