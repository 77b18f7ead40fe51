import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../errors.ts';
import { filesOf, type VoicePack, voicePackSchema } from './pack.ts';
import { type WavFacts, wavFacts } from './wav.ts';

const LONGEST_SOUND_MS = 10_000;
/** A recording below this was made with the microphone off. */
const QUIETEST_PEAK = 0.05;
const LARGEST_FILE_BYTES = 2 * 1024 * 1024;

/** `unreadable`: no manifest, or no JSON. `bad_pack`: the message lists every fault with its place. */
export class VoicePackError extends CodedError<'unreadable' | 'bad_pack'> {}

/** A pack that can be played: its manifest, and every sound that it names. */
export interface LoadedVoicePack {
  manifest: VoicePack;
  sounds: ReadonlyMap<string, Buffer>;
}

/**
 * Reads a pack's folder (`manifest.json` and its WAV files) and checks all of it, so that nothing fails while playing.
 * @throws VoicePackError unreadable, bad_pack
 */
export async function readVoicePack(dir: string): Promise<LoadedVoicePack> {
  const manifest = parseManifest(await readManifest(dir), dir);
  const sounds = new Map<string, Buffer>();
  const faults: string[] = [];
  const rates = new Set<number>();
  for (const file of filesOf(manifest)) {
    const bytes = await readFile(join(dir, file)).catch(() => null);
    const facts = bytes === null ? 'it is missing' : soundFacts(bytes);
    if (bytes === null || typeof facts === 'string') {
      faults.push(`${file}: ${facts as string}`);
      continue;
    }
    sounds.set(file, bytes);
    rates.add(facts.sampleRate);
  }
  if (rates.size > 1) faults.push(`the sounds have ${rates.size} sample rates; a join of two would click`);
  if (faults.length > 0) throw badPack(dir, faults);
  return { manifest, sounds };
}

function soundFacts(bytes: Buffer): WavFacts | string {
  if (bytes.length > LARGEST_FILE_BYTES) return `it is larger than ${LARGEST_FILE_BYTES} bytes`;
  const facts = wavFacts(bytes);
  if (typeof facts === 'string') return facts;
  if (facts.durationMs > LONGEST_SOUND_MS) return `it is longer than ${LONGEST_SOUND_MS} ms`;
  return facts.peak < QUIETEST_PEAK ? 'it is silent' : facts;
}

async function readManifest(dir: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
  } catch (cause) {
    const message = `cannot read the voice pack in ${dir}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new VoicePackError('unreadable', message, {
      next: 'stop',
      hint: 'Put a manifest.json and the sounds that it names into the folder.',
      cause,
    });
  }
}

function parseManifest(value: unknown, dir: string): VoicePack {
  const parsed = voicePackSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badPack(
    dir,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`),
  );
}

function badPack(dir: string, faults: readonly string[]): VoicePackError {
  return new VoicePackError('bad_pack', `voice pack ${dir}: ${faults.join('; ')}`, {
    next: 'stop',
    hint: 'Correct the pack at the places named; until then the shipped one is played.',
  });
}
