import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DemoProcess, endAllDemos, runCommand, startDemoProcess } from '../support/demo-process.ts';
import { leaksIn, leaksInFolder } from '../support/leak-scan.ts';
import { openVisit } from '../support/visits.ts';

/** Seeded personal data must be nowhere unsealed (design §2.7): not on disk, in a log, an export, a bundle, on the wire. */

const MARKERS = { name: '欧阳测试甲', idNumber: '15010219900307447X', phone: '13812345678' };
const WORDS = `我是${MARKERS.name}，证件${MARKERS.idNumber}，电话${MARKERS.phone}`;

describe('a device that was told personal data', () => {
  let demo: DemoProcess;
  let page: CitizenClient;
  let staffTraffic = '';
  let listening: Promise<void>;
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  const stopListening = new AbortController();

  beforeAll(async () => {
    demo = await startDemoProcess();
    page = new CitizenClient(demo.ready.citizen);
    listening = listenAsStaff().catch((error: unknown) => {
      if (!stopListening.signal.aborted) throw error;
    });
    // So that everything is still there to be exported.
    await demo.centre.fault({ mode: 'down', forS: 3600 });
  });
  afterAll(async () => {
    stopListening.abort();
    await listening;
    page.close();
    await endAllDemos();
    rmSync(folder, { recursive: true });
  });

  async function listenAsStaff(): Promise<void> {
    const url = new URL('/staff/events', demo.ready.staff);
    const stream = await fetch(url, { signal: stopListening.signal });
    for await (const chunk of stream.body ?? []) staffTraffic += Buffer.from(chunk as Uint8Array).toString('utf8');
  }

  it('refuses it where it has no place, without writing it down', async () => {
    const base = { caseNo: 'PII-1', itemCode: 'T-001', itemName: '居民身份证换领', staffId: 'trial-1' };
    for (const [field, value] of Object.entries({ citizenName: MARKERS.name, ...MARKERS })) {
      const answer = await demo.api('/visits', { ...base, [field]: value });
      expect(answer.status, field).toBe(400);
      expect(leaksIn('refusal', Buffer.from(await answer.text()), MARKERS), field).toEqual([]);
    }
    expect((await demo.api('/visits', { ...base, caseNo: MARKERS.name })).status).toBe(400);
  });

  it('takes what a citizen writes, and keeps it sealed', async () => {
    const visitId = await openVisit(demo, 'PII-2');
    await page.see((view) => view.screen === 'inviting' && view.visitId === visitId);
    await page.send({ type: 'rate', visitId, level: 2, language: 'zh-CN' });
    await page.send({ type: 'revise', visitId, level: 2, tags: [], comment: WORDS, language: 'zh-CN' });
    expect(await page.send({ type: 'submit', visitId })).toMatchObject({ kept: true });
  });

  it('leaves it nowhere: database, log of the database, files, logs', () => {
    // The centre's own store lies beside it in a demo; there the words belong.
    const own = leaksInFolder(demo.ready.data, MARKERS).filter(({ where }) => !where.startsWith('centre'));
    expect(own).toEqual([]);
    expect(leaksIn('standard error', Buffer.from(demo.log()), MARKERS)).toEqual([]);
  });

  it('sends it nowhere: staff traffic, status, support bundle, QR', async () => {
    const technician = async (path: string) =>
      Buffer.from(await (await fetch(new URL(path, demo.ready.technician))).arrayBuffer());
    for (const path of ['/technician/status', '/technician/support-bundle']) {
      expect(leaksIn(path, await technician(path), MARKERS)).toEqual([]);
    }
    expect(staffTraffic).toContain('data:');
    expect(leaksIn('staff traffic', Buffer.from(staffTraffic), MARKERS)).toEqual([]);
    expect(leaksIn('screen', Buffer.from(JSON.stringify(page.view)), MARKERS)).toEqual([]);
  });

  it('seals what is carried out of it', async () => {
    const out = join(folder, 'export');
    mkdirSync(out);
    const { code, err } = await runCommand(['export', '--data', demo.ready.data, '--to', out]);
    expect(code, err).toBe(0);
    expect(leaksInFolder(out, MARKERS)).toEqual([]);
  });
});

describe('the scan itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const plants: [string, (text: string) => Buffer][] = [
    ['as it is', (text) => Buffer.from(`x${text}y`)],
    [
      'as escaped JSON',
      (text) =>
        Buffer.from(
          text
            .split('')
            .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
            .join(''),
        ),
    ],
    ['in a URL', (text) => Buffer.from(`/?n=${encodeURIComponent(text)}`)],
    ['in hex', (text) => Buffer.from(Buffer.from(text).toString('hex'))],
    ['in UTF-16', (text) => Buffer.from(text, 'utf16le')],
    ['packed', (text) => Buffer.concat([Buffer.from('head'), gzipSync(`a line with ${text}`)])],
    ...[0, 1, 2].map((shift): [string, (text: string) => Buffer] => [
      `in base64 after ${shift} bytes`,
      (text) => Buffer.from(Buffer.from(`${'x'.repeat(shift)}${text} and more`).toString('base64url')),
    ]),
  ];

  it.each(plants)('finds a leak that was planted %s', (_how, plant) => {
    const file = join(folder, 'deep', 'ledger.db-wal');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    writeFileSync(file, 'nothing');
    expect(leaksInFolder(folder, MARKERS)).toEqual([]);
    appendFileSync(file, plant(MARKERS.name));
    expect(leaksInFolder(folder, MARKERS)).toEqual([{ where: join('deep', 'ledger.db-wal'), marker: 'name' }]);
  });
});
