import { BASE_PACK, currentPack, wordsIn } from '../shared/locale.ts';

/**
 * `text`, which in a script without spaces breaks between the phrases that its pack names, and not inside a word. A text that
 * a pack lacks is Chinese.
 */
export function Phrased({ text }: { text: string }) {
  const words = [...(currentPack.value.phrases ?? []), ...(BASE_PACK.phrases ?? [])];
  return (
    <>{wordsIn(text, { words }).flatMap((parts, index) => (index === 0 ? parts : [<wbr key={index} />, ...parts]))}</>
  );
}
