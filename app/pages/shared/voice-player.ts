import type { FillName, PhraseId } from '../../../device/peripherals/voice/pack.ts';
import { spoken } from '../../../device/peripherals/voice/spoken.ts';
import type { VoiceAnswer } from '../../server/citizen/voice.ts';

/** Whether something was said: `silent` at volume 0 or without a pack, `failed` where this machine plays no sound. */
export type Said = 'said' | 'silent' | 'failed';

const ask = async () => (await (await fetch('/voice', { cache: 'no-store' })).json()) as VoiceAnswer;

/** Says a called number, where the hall wants it said here. Never rejects. */
export async function sayCall(language: string, fill: Record<FillName, string>): Promise<Said> {
  const answer = await ask().catch(() => null);
  return answer?.calls === true ? say(language, 'call', fill) : 'silent';
}

/** Says a phrase of a visit; the invitation only where the button box does not say it itself. Never rejects. */
export async function sayPrompt(language: string, phrase: 'invite' | 'answered'): Promise<Said> {
  const answer = await ask().catch(() => null);
  return phrase === 'invite' && answer?.invites !== true ? 'silent' : say(language, phrase);
}

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
    const { volumePercent, packs } = await ask();
    const pack = packs.find((candidate) => candidate.language === language) ?? packs[0];
    if (pack === undefined || volumePercent === 0) return 'silent';
    const urls = spoken(pack, phrase, fill).map((file) => `/voice/${pack.id}/${file}`);
    await playInTurn(urls, volumePercent / 100);
    return 'said';
  } catch {
    return 'failed'; // shown where somebody asked for the sound; the screen says the same in words
  }
}

/** Browsers keep a page silent that nobody has touched yet, without an error. */
async function running(context: AudioContext): Promise<void> {
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  if (context.state !== 'running') throw new Error('this page may not play sounds yet');
}

async function playInTurn(urls: readonly string[], volume: number): Promise<void> {
  const context = new AudioContext();
  try {
    await running(context);
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
