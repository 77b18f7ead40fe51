import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type VoicePack, voicePackSchema } from './pack.ts';
import { type LoadedVoicePack, readVoicePack } from './read-pack.ts';
import { PLAIN_VOLUME_PERCENT, voiceSettingsSchema, volumeAt } from './settings.ts';
import { spoken } from './spoken.ts';

const SHIPPED = fileURLToPath(new URL('../../../assets/voice-packs/zh-cn', import.meta.url));

let dir: string;
let pack: VoicePack;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'voice-'));
  await cp(SHIPPED, dir, { recursive: true });
  pack = voicePackSchema.parse(JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')));
});
afterEach(() => rm(dir, { recursive: true }));

const change = (changes: object) => writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...pack, ...changes }));

describe('what is said', () => {
  it('joins a called number from its characters', () => {
    expect(spoken(pack, 'call', { ticket: 'A-012', window: '7' })).toEqual(
      ['please', 'a', '0', '1', '2', 'number-to', '7', 'window-end'].map((name) => `${name}.wav`),
    );
  });

  it.each<[string, Partial<VoicePack>, Parameters<typeof spoken>[2]]>([
    ['the phrase is missing', { phrases: {} }, { ticket: '1', window: '7' }],
    ['a character has no sound', {}, { ticket: '一', window: '7' }],
    ['nothing fills a hole', {}, { ticket: '1' }],
    ['what fills a hole is blank', {}, { ticket: ' - ', window: '7' }],
  ])('when %s then it is the chime and not half a sentence', (_why, changes, fill) => {
    expect(spoken({ ...pack, ...changes }, 'call', fill)).toEqual(['chime.wav']);
  });

  it('has one sound for the end of every invitation, and no place for another', async () => {
    expect(spoken(pack, 'answered')).toEqual(['chime.wav']);
    await change({ phrases: { ...pack.phrases, answered_5: pack.phrases.answered } });
    await expect(readVoicePack(dir)).rejects.toMatchObject({ code: 'bad_pack' });
  });
});

describe('a pack', () => {
  it('as shipped has every sound, at one rate, and is small', async () => {
    const loaded: LoadedVoicePack = await readVoicePack(SHIPPED);
    const bytes = [...loaded.sounds.values()].reduce((sum, sound) => sum + sound.length, 0);
    expect([loaded.sounds.size, bytes < 700_000]).toEqual([44, true]);
  });

  it.each<[string, (dir: string) => Promise<unknown>, string]>([
    ['a sound is missing', (at) => rm(join(at, 'welcome.wav')), 'welcome.wav: it is missing'],
    ['a sound is none', (at) => writeFile(join(at, 'welcome.wav'), 'RIFF'), 'welcome.wav: it is no WAV file'],
    [
      'a sound is cut',
      (at) => cut(join(at, 'welcome.wav')),
      'welcome.wav: its format or its sound is missing or cut off',
    ],
    ['a sound is stereo', (at) => poke(join(at, 'welcome.wav'), 22, 2), 'welcome.wav: it is not PCM'],
    ['a sound is compressed', (at) => poke(join(at, 'welcome.wav'), 20, 7), 'welcome.wav: it is not PCM'],
    ['a rate is another', (at) => poke(join(at, 'welcome.wav'), 25, 0x3e), '2 sample rates'],
    ['a sound is silent', (at) => mute(join(at, 'welcome.wav')), 'welcome.wav: it is silent'],
  ])('when %s then it is refused and the place is named', async (_why, spoil, fault) => {
    await spoil(dir);
    await expect(readVoicePack(dir)).rejects.toMatchObject({
      code: 'bad_pack',
      message: expect.stringContaining(fault),
    });
  });

  it.each<[string, object]>([
    ['a path out of the folder', { chime: '../chime.wav' }],
    ['a phrase that nobody plays', { phrases: { cheers: { parts: ['chime.wav'], text: '' } } }],
    ['a hole of another name', { phrases: { call: { parts: ['{name}'], text: '' } } }],
    ['a sound for more than a character', { characters: { '10': 'chime.wav' } }],
  ])('refuses %s', async (_what, changes) => {
    await change(changes);
    await expect(readVoicePack(dir)).rejects.toMatchObject({ code: 'bad_pack' });
  });

  it('when there is no manifest then it says so', async () => {
    await expect(readVoicePack(join(dir, 'none'))).rejects.toMatchObject({ code: 'unreadable', next: 'stop' });
  });
});

async function poke(file: string, at: number, byte: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = byte;
  await writeFile(file, bytes);
}

async function cut(file: string): Promise<void> {
  await writeFile(file, (await readFile(file)).subarray(0, 1000));
}

async function mute(file: string): Promise<void> {
  await writeFile(file, (await readFile(file)).fill(0, 44));
}

describe('the volume by hour', () => {
  const { volume } = voiceSettingsSchema.parse({
    volume: [
      { from: '12:00', percent: 30 },
      { from: '08:30', percent: 70 },
      { from: '18:00', percent: 0 },
    ],
  });
  const at = (time: string) => volumeAt(volume, Date.parse(`2026-11-22T${time}:00+08:00`));

  it.each([
    ['08:29', 0],
    ['08:30', 70],
    ['11:59', 70],
    ['12:00', 30],
    ['18:00', 0],
    ['23:59', 0],
    ['00:00', 0],
  ])('at %s it is %i percent', (time, percent) => expect(at(time)).toBe(percent));

  it('when nobody set it then it is plain', () => expect(volumeAt([], 0)).toBe(PLAIN_VOLUME_PERCENT));

  it.each([
    [[{ from: '24:00', percent: 1 }]],
    [[{ from: '08:00', percent: 101 }]],
    [['08:00', '08:00'].map((from) => ({ from, percent: 1 }))],
  ])('refuses %j', (steps) => expect(voiceSettingsSchema.safeParse({ volume: steps }).success).toBe(false));
});
