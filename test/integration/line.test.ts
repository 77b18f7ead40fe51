import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trialConfiguration } from '../../app/processes/trial-configuration.ts';
import { systemClock } from '../../device/clock.ts';
import { builtinCalendar, builtinCatalogue, builtinPacks } from '../../device/policy/builtin.ts';
import type { AttemptOutcome } from '../../sync/device-port.ts';
import { type ReferenceCentre, startReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { type CentreInspection, inspect } from '../support/centre-inspection.ts';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DemoProcess, endAllDemos, newDataDir, startDemoProcess } from '../support/demo-process.ts';
import { type FaultProxy, type LineFault, startFaultProxy } from '../support/fault-proxy.ts';
import { eventually, openVisit } from '../support/visits.ts';

/** The real device, its processes on one side and the centre on the other, and between them a line, or a sleep. */

const LANGUAGE = 'zh-CN';
/** How long a process stays stopped at least, from `STOPPED_FOR_S`; none: as long as what is looked for takes. */
const STOPPED_FOR_MS = Number(process.env.STOPPED_FOR_S ?? 0) * 1000;
const STOPPED_LIMIT_MS = 300_000 + STOPPED_FOR_MS;
type Level = 1 | 2 | 3 | 4 | 5;

let demo: DemoProcess;
let inspection: CentreInspection;
let page: CitizenClient;
let given: Map<string, Level>;
let cases = 0;

/** A citizen rates and is thanked, whatever becomes of agent, line and centre meanwhile. */
async function rate(level: Level): Promise<void> {
  const visitId = await openVisit(demo, `LINE-${++cases}`);
  await page.see((view) => view.screen === 'inviting' && view.visitId === visitId);
  expect(await page.send({ type: 'rate', visitId, level, language: LANGUAGE })).toMatchObject({ kept: true });
  await page.send({ type: 'submit', visitId });
  given.set(visitId, level);
}

async function rateSome(): Promise<void> {
  for (const level of [1, 5] as const) await rate(level);
}

/** Every record is there once, and the ratings are those given. */
async function allDeliveredOnce(): Promise<void> {
  await eventually(async () => {
    const { ledger } = await demo.status();
    expect(ledger).toMatchObject({ pending: 0, deferred: 0, refused: 0 });
  });
  await eventually(async () => {
    const seqs = (await inspection.records()).map((record) => record.seq).sort((a, b) => a - b);
    const { seq } = (await demo.status()).ledger;
    expect(seqs).toEqual(Array.from({ length: seq }, (_none, index) => index + 1));
  });
  const standing = (await inspection.ratings()).map(({ visitId, level }) => [visitId, level] as const);
  expect(standing).toHaveLength(given.size);
  expect(new Map(standing)).toEqual(given);
}

const attempts = async (): Promise<Record<AttemptOutcome, number>> => (await demo.status()).delivery.attempts;

function use(started: DemoProcess, centreUrl: string): void {
  demo = started;
  inspection = inspect(centreUrl);
  page = new CitizenClient(demo.ready.citizen);
  given = new Map();
}

describe('a line that', () => {
  let proxy: FaultProxy;
  let centre: ReferenceCentre;
  let centreDir: string;

  beforeAll(async () => {
    centreDir = newDataDir();
    const address = { port: 0 };
    proxy = await startFaultProxy(() => address.port);
    const policyId = 'neimenggu-2022';
    centre = await startReferenceCentre({
      dataDir: centreDir,
      host: '127.0.0.1',
      port: 0,
      enrolmentCodes: ['line-code'],
      clock: systemClock,
      configuration: () =>
        trialConfiguration({
          baseUrl: proxy.url,
          policyId,
          policyVersion: builtinPacks.get(policyId)?.version ?? '1',
          catalogueVersion: builtinCatalogue.version,
          calendarVersion: builtinCalendar.version,
        }),
    });
    address.port = Number(new URL(centre.url).port);
    const args = ['--centre', proxy.url, '--centre-code', 'line-code'];
    use(await startDemoProcess({ args }), centre.url);
  }, 90_000);
  afterAll(async () => {
    page.close();
    await endAllDemos();
    await proxy.close();
    await centre.close();
    rmSync(centreDir, { recursive: true, force: true });
  });

  it.each<[string, LineFault]>([
    ['refuses every connection', { kind: 'refuse' }],
    ['cuts answers off in the middle of their head', { kind: 'cut', afterBytes: 40 }],
    ['cuts answers off in the middle of a receipt', { kind: 'cut', afterBytes: 500 }],
    ['ends answers early, as if that were all', { kind: 'truncate', afterBytes: 500 }],
  ])('%s delivers nothing it does not prove, and afterwards everything once', async (_name, fault) => {
    await allDeliveredOnce();
    const before = await attempts();
    proxy.set(fault);
    await rateSome();
    await eventually(async () => {
      const now = await attempts();
      expect(now.down + now.not_the_centre - before.down - before.not_the_centre).toBeGreaterThanOrEqual(2);
    });
    const { ledger, link } = await demo.status();
    expect(ledger.pending).toBeGreaterThan(0);
    expect(['offline', 'not_the_centre']).toContain(link?.state);
    proxy.set({ kind: 'none' });
    await allDeliveredOnce();
  });

  it('takes its time delivers all the same, and the clock says how wrong it may be', async () => {
    proxy.set({ kind: 'delay', ms: 300 });
    await rateSome();
    await allDeliveredOnce();
    proxy.set({ kind: 'none' });
    const { clock } = (await demo.status()).delivery;
    // One machine, so the true offset is nothing.
    expect(clock.quality).toBe('synced');
    expect(Math.abs(clock.offsetMs ?? Number.NaN)).toBeLessThanOrEqual((clock.boundMs ?? 0) + 2);
  });

  it('swallows everything for a while is waited for no longer than it must be', async () => {
    proxy.set({ kind: 'swallow' });
    await rateSome();
    const before = proxy.taken;
    await eventually(() => expect(proxy.taken).toBeGreaterThan(before));
    proxy.set({ kind: 'none' });
    await allDeliveredOnce();
  });
});

describe('a process that is stopped and goes on later', () => {
  beforeAll(async () => {
    const started = await startDemoProcess();
    use(started, started.ready.centre);
  }, 90_000);
  afterAll(async () => {
    page.close();
    await endAllDemos();
  });

  const signal = (pid: number | null, name: 'SIGSTOP' | 'SIGCONT'): void => void process.kill(pid ?? 0, name);

  /** Stops a process while `meanwhile` runs, and at least for the time asked; citizens go on rating to the end of it. */
  async function stopped(pid: number | null, meanwhile: () => Promise<void>): Promise<void> {
    const untilMs = performance.now() + STOPPED_FOR_MS;
    signal(pid, 'SIGSTOP');
    try {
      await meanwhile();
      if (performance.now() >= untilMs) return;
      await pause(untilMs - performance.now());
      await rateSome();
    } finally {
      signal(pid, 'SIGCONT');
    }
  }

  it(
    'as the agent: citizens are thanked meanwhile, and afterwards everything is there once',
    async () => {
      const { agent } = demo.pids();
      await stopped(agent, async () => {
        await rateSome();
        // Whatever waits, the appliance answers.
        expect((await demo.status()).ledger.pending).toBeGreaterThan(0);
      });
      await allDeliveredOnce();
    },
    STOPPED_LIMIT_MS,
  );

  it(
    'as the centre, for longer than a request may take: given up, tried again, counted once',
    async () => {
      const { centre } = demo.pids();
      const before = await attempts();
      await stopped(centre, async () => {
        await rateSome();
        // Twenty seconds, which is what a request may take.
        await eventually(async () => expect((await attempts()).down).toBeGreaterThan(before.down));
        expect((await demo.status()).link?.state).toBe('offline');
      });
      await allDeliveredOnce();
    },
    STOPPED_LIMIT_MS,
  );
});
