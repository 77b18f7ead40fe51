import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it } from 'vitest';
import { PAGES_DIR } from '../../app/processes/settings.ts';
import { startServers } from '../../app/server/servers.ts';
import { systemClock } from '../../device/clock.ts';
import { shanghaiDay } from '../../device/time.ts';
import { inspect } from '../support/centre-inspection.ts';
import { enrolBench, openDeviceBench, startTrialCentre } from '../support/device-bench.ts';
import { newMemoryDir } from '../support/memory-dir.ts';
import { RawConnection } from '../support/raw-http.ts';
import { eventually } from '../support/visits.ts';

/** A paper form from its number to the centre's receipt: two people at browsers, the clerk's page open beside them. */
it('a form entered twice by two people over HTTP is one rating at the centre, and the clerk sees nothing of it', async () => {
  const undo: (() => unknown)[] = [];
  try {
    await play(undo);
  } finally {
    for (const step of undo.reverse()) await step();
  }
});

async function play(undo: (() => unknown)[]): Promise<void> {
  const folder = newMemoryDir();
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const centre = await startTrialCentre(join(folder, 'centre'));
  undo.push(() => centre.close());
  const dataDir = join(folder, 'device');
  mkdirSync(dataDir);
  const clocks = { clock: systemClock, agentClock: systemClock };
  const bench = await openDeviceBench({ dataDir, ...clocks, random: () => 0.5, timeLimitMs: 20_000 });
  undo.push(() => bench.close());
  await enrolBench(bench, centre);
  const log: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  const ports = { localPort: 0, lanPort: 0, lanHost: '127.0.0.1', localTokens: null, lanTls: null };
  const servers = await startServers({ api: bench.api, logger, pagesDir: PAGES_DIR, ...ports });
  undo.push(() => servers.close());

  const clerk = await RawConnection.send(servers.urls.staff, { method: 'GET', path: '/staff/events' });
  undo.push(() => clerk.close());

  const send = (path: string, body: unknown, cookie = '') =>
    fetch(new URL(path, servers.urls.staff), {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
  const signIn = async (number: string, pin: string) =>
    (await send('/session', { number, pin })).headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const [clerks, first, second] = [
    await signIn('0007', '246810'),
    await signIn('0008', '135790'),
    await signIn('0009', '975310'),
  ];
  await eventually(() => expect(clerk.received).toContain('"staff":{"number":"0007"'));
  const seenBefore = clerk.received;
  const { form } = await bench.api.tests.paperForm();
  const entry = { form, paperDate: shanghaiDay(Date.now()), level: 1, comment: '等了两个小时' };

  // Neither the clerk nor the other of the two may do a person's part, also where nobody need sign in.
  const attempts = await Promise.all([
    send('/paper/entries', entry),
    send('/paper/entries', entry, clerks),
    send('/paper/reviews', entry, clerks),
    send('/paper/entries', entry, second),
    send('/paper/reviews', entry, first),
  ]);
  expect(attempts.map(({ status }) => status)).toEqual([401, 403, 403, 403, 403]);

  const answers: unknown[] = [];
  for (const [path, level, cookie] of [
    ['/paper/entries', 1, first],
    ['/paper/reviews', 2, second],
    ['/paper/entries', 1, first],
    ['/paper/reviews', 1, second],
    ['/paper/reviews', 1, second],
  ] as const) {
    answers.push(await (await send(path, { ...entry, level }, cookie)).json());
  }
  expect(answers.slice(0, 4)).toEqual([
    { form, outcome: 'kept' },
    { form, outcome: 'differs' },
    { form, outcome: 'kept' },
    { form, outcome: 'agreed' },
  ]);
  expect(answers[4]).toMatchObject({ status: 409, code: 'form_entered' });

  const { seq } = bench.appliance.ledger.head();
  await eventually(async () => expect((await bench.appliance.outbox.counts()).delivered).toBeGreaterThanOrEqual(seq));
  const ratings = await inspect(centre.url).ratings();
  expect(ratings).toMatchObject([{ level: 1, channel: 'paper', comment: '等了两个小时', revision: 1 }]);
  expect(ratings[0]!.ratedAt.slice(0, 10)).toBe(entry.paperDate);
  expect(clerk.received).toBe(seenBefore);
  expect(log.join('')).not.toMatch(/等了两个小时|"level":1\b|paper/);
}
