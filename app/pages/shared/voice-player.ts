import type { FillName, PhraseId } from '../../../device/peripherals/voice/pack.ts';
import { spoken } from '../../../device/peripherals/voice/spoken.ts';
import type { VoiceAnswer } from '../../server/citizen/voice.ts';
import { playInTurn } from './sound.ts';

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
