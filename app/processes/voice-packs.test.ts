import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VOICE_PACKS_DIR } from './settings.ts';
import { readVoicePacks } from './voice-packs.ts';

let hall: string;
beforeEach(async () => {
  hall = await mkdtemp(join(tmpdir(), 'hall-'));
});
afterEach(() => rm(hall, { recursive: true }));

const read = async () => {
  const { packs, faults } = await readVoicePacks(VOICE_PACKS_DIR, hall);
  return [packs.map(({ manifest }) => manifest.id), faults];
};

async function own(changes: object): Promise<void> {
  await cp(join(VOICE_PACKS_DIR, 'zh-cn'), join(hall, 'own'), { recursive: true });
  const file = join(hall, 'own', 'manifest.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...changes }));
}

it('the shipped packs are played', async () => expect(await read()).toEqual([['zh-cn'], []]));

it('a hall without a folder of packs is no fault', async () => {
  await rm(hall, { recursive: true });
  expect(await read()).toEqual([['zh-cn'], []]);
  hall = await mkdtemp(join(tmpdir(), 'hall-'));
});

it('a pack of the hall replaces the one of its language and stands beside others', async () => {
  await own({ id: 'own' });
  expect(await read()).toEqual([['own'], []]);
  await own({ id: 'own', language: 'en' });
  expect(await read()).toEqual([['zh-cn', 'own'], []]);
});

it('a pack at fault is told, and the shipped one stays', async () => {
  await own({ id: 'own', chime: 'none.wav' });
  expect(await read()).toMatchObject([['zh-cn'], [{ code: 'bad_pack' }]]);
});
