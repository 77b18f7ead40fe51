import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { AgentLink } from './agent-link.ts';
import { applianceApi } from './appliance-api.ts';
import { createLog } from './log.ts';
import { PanelRecord } from './panel-record.ts';

/** 8 inches. */
const AT_ITS_PIXELS = { width: 1280, height: 800, ratio: 1 };
const SCALED = { width: 901, height: 563, ratio: 1.4199999570846558 };

describe('what pages tell of the panel', () => {
  it('gives the scale for the configured dots to an inch, and none without them', () => {
    let dpi: number | null = 189;
    const record = new PanelRecord({ dpi: () => dpi });
    expect([record.panel, record.scale]).toEqual([null, null]);
    record.told('citizen', AT_ITS_PIXELS);
    expect([record.panel, record.scale]).toEqual([{ widthPx: 1280, heightPx: 800 }, 1.42]);
    dpi = null;
    expect(record.scale).toBeNull();
  });

  it('is the same panel at every scale, and another one where its pixels are others', () => {
    const record = new PanelRecord({ dpi: () => 189 });
    record.told('citizen', AT_ITS_PIXELS);
    record.told('citizen', SCALED);
    expect([record.panel, record.viewport]).toEqual([
      { widthPx: 1280, heightPx: 800 },
      { ...SCALED, ratio: 1.42 },
    ]);
    record.told('citizen', { width: 1920, height: 1080, ratio: 1 });
    expect(record.panel).toEqual({ widthPx: 1920, heightPx: 1080 });
  });

  it('counts of the citizen’s page, whatever a technician’s browser elsewhere tells', () => {
    const record = new PanelRecord({ dpi: () => 189 });
    record.told('technician', { width: 1920, height: 900, ratio: 2 });
    expect(record.panel).toEqual({ widthPx: 3840, heightPx: 1800 });
    record.told('citizen', AT_ITS_PIXELS);
    record.told('technician', { width: 1920, height: 900, ratio: 2 });
    expect([record.panel, record.viewport]).toEqual([{ widthPx: 1280, heightPx: 800 }, AT_ITS_PIXELS]);
  });
});

describe('the keeper of the window is told', () => {
  let fixture: ApplianceFixture;
  let link: AgentLink;
  let api: ReturnType<typeof applianceApi>;

  async function start(settings: Record<string, unknown>): Promise<void> {
    fixture = await openTestAppliance(sampleConfiguration({ settings }));
    const { appliance, clock } = fixture;
    link = new AgentLink({ appliance, clock, log: createLog('test', 'silent'), version: '0' });
    api = applianceApi({ appliance, link, settings: { PINGJIAQI_TRIAL: false }, version: '0' });
  }
  beforeEach(() => start({ screen: { dpi: 189 } }));
  afterEach(async () => {
    link.stop();
    await fixture.close();
  });

  const told = () => {
    const { mayRescale, scale } = api.window.report({ from: 'shell', recoveries: {}, last: null });
    return [mayRescale, scale];
  };

  it('nothing before a page was seen, then the scale of its panel', () => {
    expect(told()).toEqual([false, null]);
    api.window.told({ page: 'citizen', word: 'painted', viewport: AT_ITS_PIXELS });
    expect(told()).toEqual([true, 1.42]);
  });

  it('not to touch the screen of a visit, from its opening until its thanks are gone', async () => {
    api.window.told({ page: 'citizen', word: 'painted', viewport: AT_ITS_PIXELS });
    const item = { itemCode: 'I-1', itemName: '事项', staffId: 'S-1', servedAt: null, trigger: 'business' as const };
    const visit = { caseNo: 'C-1', serviceNo: 1, ...item, inviteAtOnce: false };
    const visitId = fixture.appliance.openVisit(visit, null);
    expect(told()).toEqual([false, 1.42]);
    fixture.appliance.window().invite(visitId);
    expect(told()).toEqual([false, 1.42]);
    fixture.appliance.citizen({ type: 'rate', visitId, level: 4, language: 'zh-CN' });
    expect(told()).toEqual([false, 1.42]);
    fixture.appliance.citizen({ type: 'submit', visitId });
    expect(told()).toEqual([false, 1.42]);
    await fixture.clock.advance(60_000);
    expect(told()).toEqual([true, 1.42]);
  });

  it('not to take the page from a technician’s hands', () => {
    api.window.told({ page: 'technician', word: 'painted', viewport: AT_ITS_PIXELS });
    expect(told()).toEqual([false, 1.42]);
  });

  it('what a configuration that arrives says from then on', async () => {
    api.window.told({ page: 'citizen', word: 'painted', viewport: AT_ITS_PIXELS });
    const next = sampleConfiguration({ version: 2, settings: {} });
    const present = fixture.appliance.provisioned()!;
    await fixture.appliance.commissioning.offer(signConfiguration(next), present);
    expect(told()).toEqual([true, null]);
  });
});
