import type { Page } from 'playwright-core';

/** A sound that a page really began to play; one that the browser refuses is none. */
export interface HeardSound {
  /** The file without its folder, ending and the build's mark. */
  name: string;
  durationMs: number;
  volume: number;
}

/** Follows each file from its bytes to the node that plays it. As text: it may be put into a page that no test drives. */
export const LISTEN = `
  globalThis.heard = [];
  const known = new WeakMap();
  const { arrayBuffer } = Response.prototype;
  Response.prototype.arrayBuffer = async function () {
    const bytes = await arrayBuffer.call(this);
    known.set(bytes, this.url.replace(/^.*\\/|(-[\\w-]{8})?\\.\\w+$/g, ''));
    return bytes;
  };
  const { decodeAudioData } = BaseAudioContext.prototype;
  BaseAudioContext.prototype.decodeAudioData = async function (bytes) {
    const name = known.get(bytes);
    const sound = await decodeAudioData.call(this, bytes);
    known.set(sound, name);
    return sound;
  };
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (...to) {
    known.set(this, to[0]);
    return connect.apply(this, to);
  };
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (...at) {
    start.apply(this, at);
    if (this.context.state !== 'running') return;
    const volume = known.get(this)?.gain?.value ?? 1;
    heard.push({ name: known.get(this.buffer), durationMs: Math.round(this.buffer.duration * 1000), volume });
  };
`;

/** Listens from the next load of the page on. */
export const listenTo = (page: Page): Promise<void> => page.addInitScript(LISTEN).then(() => undefined);

/** What was played since the load, or since `heard.length = 0`. */
export const heardOn = (page: Pick<Page, 'evaluate'>): Promise<HeardSound[]> => page.evaluate<HeardSound[]>('heard');
