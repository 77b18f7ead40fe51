import type { FillName, PhraseId } from '../../../device/peripherals/voice/pack.ts';
import { spoken } from '../../../device/peripherals/voice/spoken.ts';
import type { VoiceAnswer } from '../../server/citizen/voice.ts';

/** Whether something was said: `silent` at volume 0 or without a pack, `failed` where this machine plays no sound. */
export type Said = 'said' | 'silent' | 'failed';

/**
 * Says a phrase in a language by the packs of this device, at the volume of this hour. All sounds of a phrase are there
 * before the first is heard, so that no number has a gap. Never rejects.
 */
export async function say(
  language: string,
  phrase: PhraseId,
  fill: Partial<Record<FillName, string>> = {},
): Promise<Said> {
  try {
    const { volumePercent, packs } = (await (await fetch('/voice', { cache: 'no-store' })).json()) as VoiceAnswer;
    const pack = packs.find((candidate) => candidate.language === language) ?? packs[0];
    if (pack === undefined || volumePercent === 0) return 'silent';
    const urls = spoken(pack, phrase, fill).map((file) => `/voice/${pack.id}/${file}`);
    await playInTurn(urls, volumePercent / 100);
    return 'said';
  } catch {
    return 'failed'; // shown where somebody asked for the sound; the screen says the same in words
  }
}

async function playInTurn(urls: readonly string[], volume: number): Promise<void> {
  const context = new AudioContext();
  try {
    const sounds = await Promise.all(
      urls.map(async (url) => context.decodeAudioData(await (await fetch(url)).arrayBuffer())),
    );
    const gain = new GainNode(context, { gain: volume });
    gain.connect(context.destination);
    let startsAt = context.currentTime + 0.05;
    let last: AudioBufferSourceNode | null = null;
    for (const buffer of sounds) {
      last = new AudioBufferSourceNode(context, { buffer });
      last.connect(gain);
      last.start(startsAt);
      startsAt += buffer.duration;
    }
    const ended = last;
    if (ended !== null) await new Promise<void>((resolve) => (ended.onended = () => resolve()));
  } finally {
    await context.close();
  }
}
