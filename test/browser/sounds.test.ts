import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { voicePackSchema } from '../../device/peripherals/voice/pack.ts';
import type { CitizenView } from '../../device/visit/views.ts';
import { type HeardSound, heardOn, listenTo } from '../support/heard-sounds.ts';
import { citizenSamples, idle, inviting, reasons, thanks } from '../support/page-samples.ts';
import { usePages } from '../support/pages.ts';

const { fixture, open } = usePages();
const manifest = new URL('../../assets/voice-packs/zh-cn/manifest.json', import.meta.url);
const PACK = voicePackSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')));

/** The ways in which a question ends. "Declined" and the end of its time are one screen. */
const ENDS: [string, CitizenView][] = [
  ...([5, 4, 3, 2, 1] as const).map((level): [string, CitizenView] => [`grade ${level}`, { ...reasons, level }]),
  ['declined, or out of time', citizenSamples.ended],
  ['rated by phone', thanks],
  ['out of time while another case waits', idle],
];

it('whatever ends the question ends it with the very same sound: each grade, declined and out of time', async () => {
  fixture.voice = { volumePercent: 60, calls: false, invites: true, packs: [PACK] };
  fixture.citizenView = citizenSamples.serving;
  const page = await open('about:blank');
  await listenTo(page);
  await page.goto(fixture.citizenUrl);
  const ends = new Map<string, HeardSound[]>();
  for (const [how, view] of ENDS) {
    for (const before of [citizenSamples.serving, inviting]) {
      fixture.show(before);
      await page.locator(`.page[data-screen=${before.screen}]`).waitFor();
    }
    await expect.poll(async () => (await heardOn(page)).length, { message: how }).toBe(1);
    fixture.show(view);
    await expect.poll(async () => (await heardOn(page)).length, { message: how }).toBe(2);
    ends.set(how, (await heardOn(page)).slice(1));
    await page.evaluate('heard.length = 0');
  }
  const [first] = ends.values();
  expect(first).toMatchObject([{ volume: expect.closeTo(0.6) }]);
  expect(first?.[0]?.durationMs).toBeGreaterThan(100);
  for (const [how, heard] of ends) expect(heard, how).toEqual(first);
});
