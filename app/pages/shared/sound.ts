/** Browsers keep a page silent that nobody has touched yet, without an error. */
async function running(context: AudioContext): Promise<void> {
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  if (context.state !== 'running') throw new Error('this page may not play sounds yet');
}

/**
 * Plays sounds one after the other; all of them are there before the first is heard. Not by an audio element: a page that
 * nobody sees is given none until it is seen (Chromium defers its load), and a hidden page has to speak.
 * @param volume 0 … 1
 * @param end cuts them off, also before the first
 */
export async function playInTurn(urls: readonly string[], volume: number, end?: AbortSignal): Promise<void> {
  const context = new AudioContext();
  try {
    await running(context);
    const sounds = await Promise.all(
      urls.map(async (url) => context.decodeAudioData(await (await fetch(url)).arrayBuffer())),
    );
    await heard(context, sounds, volume, end);
  } finally {
    await context.close();
  }
}

/** Resolves when the last was played, or was cut off. */
function heard(context: AudioContext, sounds: readonly AudioBuffer[], volume: number, end?: AbortSignal) {
  const gain = new GainNode(context, { gain: volume });
  gain.connect(context.destination);
  return new Promise<void>((resolve) => {
    if (end?.aborted === true || sounds.length === 0) return resolve();
    end?.addEventListener('abort', () => resolve(), { once: true });
    let startsAt = context.currentTime + 0.05;
    for (const [index, buffer] of sounds.entries()) {
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(gain);
      source.start(startsAt);
      startsAt += buffer.duration;
      if (index === sounds.length - 1) source.onended = () => resolve();
    }
  });
}
