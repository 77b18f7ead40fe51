import ended from '../../../../assets/guide/zh-CN/ended.wav?url';
import intro from '../../../../assets/guide/zh-CN/intro.wav?url';
import kept from '../../../../assets/guide/zh-CN/kept.wav?url';
import level1 from '../../../../assets/guide/zh-CN/level-1.wav?url';
import level2 from '../../../../assets/guide/zh-CN/level-2.wav?url';
import level3 from '../../../../assets/guide/zh-CN/level-3.wav?url';
import level4 from '../../../../assets/guide/zh-CN/level-4.wav?url';
import level5 from '../../../../assets/guide/zh-CN/level-5.wav?url';
import thanks from '../../../../assets/guide/zh-CN/thanks.wav?url';
import { playInTurn } from '../../shared/sound.ts';
import type { Utterance } from './utterance.ts';

const SOUNDS: Readonly<Record<Utterance, string>> = {
  intro,
  kept,
  thanks,
  ended,
  'level-1': level1,
  'level-2': level2,
  'level-3': level3,
  'level-4': level4,
  'level-5': level5,
};

let playing = new AbortController();

/** Ends what is being said. */
export function hush(): void {
  playing.abort();
}

/** Says one thing; what was being said ends. Without a sound card the screen and the keys work all the same. */
export function say(utterance: Utterance): void {
  hush();
  playing = new AbortController();
  playInTurn([SOUNDS[utterance]], 1, playing.signal).catch(() => undefined);
}
