import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DemoProcess, endAllDemos, newDataDir, runCommand, startDemoProcess } from '../support/demo-process.ts';
import { eventually, openVisit } from '../support/visits.ts';

const LANGUAGE = 'zh-CN';

let dataDir: string;
let pages: CitizenClient[];

beforeEach(() => {
  dataDir = newDataDir();
  pages = [];
});
afterEach(async () => {
  for (const page of pages) page.close();
  await endAllDemos();
  rmSync(dataDir, { recursive: true, force: true });
});

const start = () => startDemoProcess({ dataDir });

function pageOf(demo: DemoProcess): CitizenClient {
  const page = new CitizenClient(demo.ready.citizen);
  pages.push(page);
  return page;
}

const verify = async () => {
  const { code, out } = await runCommand(['verify', '--data', dataDir, '--json']);
  return { code, ...(JSON.parse(out) as { ok: boolean; head: { seq: number } }) };
};
const status = async () => {
  const { code, out } = await runCommand(['status', '--data', dataDir, '--json']);
  return {
    code,
    ...(JSON.parse(out) as { running: boolean; well?: boolean; checks?: { id: string; state: string }[] }),
  };
};
/** What somebody should look at; whether the days off of the next year are published is a matter of the day of the test. */
const amiss = ({ checks }: Awaited<ReturnType<typeof status>>) =>
  checks?.filter(({ id, state }) => state !== 'pass' && id !== 'calendar');

async function delivered(demo: DemoProcess): Promise<{ seq: number; head: string }> {
  await eventually(async () => {
    const { ledger, link } = await demo.status();
    expect({ pending: ledger.pending, line: link?.state }).toEqual({ pending: 0, line: 'online' });
  });
  const { seq, head } = (await demo.status()).ledger;
  return { seq, head };
}

describe('a demo that is started again on its data', () => {
  it('when it comes up then device, addresses, key and records are as before, and it goes on', async () => {
    const first = await start();
    const page = pageOf(first);
    const visitId = await openVisit(first, 'RESTART-1');
    await page.see((view) => view.screen === 'inviting');
    await page.send({ type: 'rate', visitId, level: 1, language: LANGUAGE });
    await page.send({ type: 'submit', visitId });
    const before = await delivered(first);
    const { device } = await first.status();
    // A young device still fills its reserve on the disk, as fast as the disk is.
    await eventually(async () => {
      const told = await status();
      expect(amiss(told)).toEqual([]);
      expect(told.checks?.map(({ id }) => id)).toContain('calendar');
      const well = told.checks?.every(({ state }) => state === 'pass');
      expect(told).toMatchObject({ code: well ? 0 : 2, running: true, well });
    });
    expect(await verify()).toMatchObject({ code: 0, ok: true, head: { seq: before.seq } });
    expect(await first.stop()).toMatchObject({ code: 0 });
    expect(await status()).toEqual({ code: 1, running: false });
    expect(await verify()).toMatchObject({ code: 0, ok: true, head: { seq: before.seq } });

    const second = await start();
    const { pids: _ofFirst, keypad: _padOfFirst, ...same } = first.ready;
    expect(second.ready).toMatchObject(same);
    expect((await second.status()).device).toEqual(device);
    expect((await second.centre.ratings()).map((one) => [one.visitId, one.level])).toEqual([[visitId, 1]]);
    await expect(openVisit(second, 'RESTART-1')).rejects.toThrow('case_known');
    const nextPage = pageOf(second);
    const nextId = await openVisit(second, 'RESTART-2');
    await nextPage.see((view) => view.screen === 'inviting' && view.visitId === nextId);
    await nextPage.send({ type: 'rate', visitId: nextId, level: 5, language: LANGUAGE });
    await nextPage.send({ type: 'submit', visitId: nextId });
    const after = await delivered(second);
    expect(after.seq).toBeGreaterThan(before.seq);
    const seqs = (await second.centre.records()).map(({ seq }) => seq).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: after.seq }, (_none, index) => index + 1));
    expect(await second.stop()).toMatchObject({ code: 0 });
    expect(await verify()).toMatchObject({ code: 0, ok: true, head: { seq: after.seq } });
  });

  it('when it was stopped on the reasons screen then that screen stands again, with the grade kept', async () => {
    const first = await start();
    const page = pageOf(first);
    const visitId = await openVisit(first, 'RESTART-3');
    await page.see((view) => view.screen === 'inviting');
    await page.send({ type: 'rate', visitId, level: 2, language: LANGUAGE });
    const words = { tags: ['207'], comment: '排队太久' };
    expect(await page.send({ type: 'revise', visitId, level: 2, ...words, language: LANGUAGE })).toMatchObject({
      kept: true,
    });
    expect(await first.stop()).toMatchObject({ code: 0 });

    const second = await start();
    const again = pageOf(second);
    const view = await again.see((now) => now.screen === 'reasons');
    expect(view).toMatchObject({ visitId, level: 2, ...words });
    await again.send({ type: 'submit', visitId });
    await eventually(async () => {
      expect(await second.centre.ratings()).toMatchObject([{ visitId, level: 2, ...words }]);
    });
  });

  it('when a second one is started on the same data then it says why not and disturbs nothing', async () => {
    const first = await start();
    const other = await runCommand(['demo', '--headless', '--data', dataDir]);
    expect(other.code).not.toBe(0);
    expect(other.out).toBe('');
    const page = pageOf(first);
    const visitId = await openVisit(first, 'RESTART-4');
    await page.see((view) => view.screen === 'inviting' && view.visitId === visitId);
    expect(await status()).toMatchObject({ running: true });
  });
});

describe('the commands beside it', () => {
  it('when there is no such device then verify and status say so by their exit codes', async () => {
    expect((await runCommand(['verify', '--data', join(dataDir, 'nowhere')])).code).toBe(2);
    expect((await runCommand(['status', '--data', join(dataDir, 'nowhere')])).code).toBe(1);
  });

  it('when the file with the kept ports is damaged then the demo names it and touches nothing else', async () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'demo.json'), '{"localPort":');
    const { code, out, err } = await runCommand(['demo', '--headless', '--data', dataDir]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('demo.json');
  });
});
