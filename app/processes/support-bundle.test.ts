import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifySignature } from '../../device/identity/suite/suite.ts';
import { canonicalJson } from '../../device/ledger/canonical-json.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { AgentLink } from './agent-link.ts';
import { applianceApi } from './appliance-api.ts';
import { createLog, logFolder } from './log.ts';
import type { SupportBundle } from './support-bundle.ts';

const CODE_KEY = Buffer.alloc(32, 5).toString('base64url');

let fixture: ApplianceFixture;
let link: AgentLink;
beforeEach(async () => {
  fixture = await openTestAppliance(sampleConfiguration({ settings: { technician: { codeKey: CODE_KEY } } }));
  link = new AgentLink({
    appliance: fixture.appliance,
    clock: fixture.clock,
    log: createLog('test', 'silent'),
    version: '0',
  });
});
afterEach(async () => {
  link.stop();
  await fixture.close();
});

async function bundle(): Promise<SupportBundle> {
  const api = applianceApi({ appliance: fixture.appliance, link, settings: { PINGJIAQI_TRIAL: false }, version: '0' });
  return JSON.parse(JSON.stringify(await api.supportBundle())) as SupportBundle;
}

it('is signed by the device: a changed one is found out', async () => {
  const { bundle: content, signature } = await bundle();
  const { publicKey, value = '' } = signature ?? {};
  const holds = (of: object) =>
    verifySignature(publicKey, Buffer.from(canonicalJson(of)), Buffer.from(value, 'base64url'));
  expect(holds(content)).toBe(true);
  expect(holds({ ...content, deviceId: 'device-2' })).toBe(false);
});

it('holds what helps: health, configuration by version, events, logs', async () => {
  const folder = logFolder(fixture.dataDir);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'agent.log'),
    '{"level":40,"process":"agent","msg":"the link is down","code":"ECONNREFUSED"}\n',
  );
  fixture.appliance.window().note('peripheral_lost', { family: 'keypad' });
  const { bundle: content } = await bundle();
  expect(content).toMatchObject({
    deviceId: 'device-1',
    health: { provisioned: true, ledger: { pending: expect.any(Number) } },
    configuration: { version: 1, windowNumber: 'A-07', regionCode: '150000', counts: { staff: 1 } },
    events: [{ type: 'peripheral_lost', detail: { family: 'keypad' } }],
    logs: { 'agent.log': [{ severity: 40, msg: 'the link is down', code: 'ECONNREFUSED' }] },
  });
});

it('holds no name, no grade, no comment and no key', async () => {
  const visitId = fixture.appliance.openVisit(
    {
      caseNo: 'C-SECRET',
      serviceNo: 1,
      itemCode: 'I-1',
      itemName: '换领',
      staffId: 'S-1',
      servedAt: null,
      trigger: 'business',
      inviteAtOnce: true,
    },
    null,
  );
  fixture.appliance.citizen({ type: 'rate', visitId, level: 1, language: 'zh-CN' });
  fixture.appliance.citizen({
    type: 'revise',
    visitId,
    level: 1,
    tags: [],
    comment: '张三 13800138000',
    language: 'zh-CN',
  });
  const text = JSON.stringify(await bundle());
  for (const secret of ['甲', '张三', '13800138000', 'C-SECRET', CODE_KEY, '"rating"'])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/[\u4e00-\u9fff]/);
});
