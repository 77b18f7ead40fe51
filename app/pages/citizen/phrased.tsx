import { chinesePieces } from '../../../device/visit/word-breaks.ts';
import { BASE_PACK, currentPack, wordsIn } from '../shared/locale.ts';

/** `pieces`, between which a line may break where the style keeps all others whole. */
export const Pieces = ({ pieces }: { pieces: readonly string[] }) => (
  <>{pieces.flatMap((piece, index) => (index === 0 ? piece : [<wbr key={index} />, piece]))}</>
);

/** Words of ours on a button: what is Chinese breaks between them where the button has no room for one line. */
export const ButtonWords = ({ text }: { text: string }) => <Pieces pieces={chinesePieces(text)} />;

/**
 * `text`, which in a script without spaces breaks between the phrases that its pack names, and not inside a word. A text that
 * a pack lacks is Chinese.
 */
export function Phrased({ text }: { text: string }) {
  const words = [...(currentPack.value.phrases ?? []), ...(BASE_PACK.phrases ?? [])];
  return <Pieces pieces={wordsIn(text, { words }).flat()} />;
}
