import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../shared/locale.ts';
import type { Candidate } from './pinyin.ts';

/** What is as long or longer has a row of the opened list for itself (writing.css). */
const MAX_CHARS_TOLD = 6;

interface CandidatesProps {
  letters: string;
  found: readonly Candidate[];
  isOpen: boolean;
  onOpen: () => void;
  onChoose: (candidate: Candidate) => void;
}

/** Whether more follows what is seen: of the row at all, since its button keeps its place with it; of the opened list below. */
function useMore(list: RefObject<HTMLElement | null>, isOpen: boolean): boolean {
  const [isMore, setMore] = useState(false);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => setMore(isOpen ? firstBelow(element) !== null : element.scrollWidth > element.clientWidth + 1);
    const sizes = new ResizeObserver(look);
    for (const each of [element, ...element.children]) sizes.observe(each);
    element.addEventListener('scroll', look);
    look();
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  });
  return isMore;
}

/** The first candidate that the foot of the opened list cuts or hides. */
function firstBelow(list: HTMLElement): Element | null {
  const { bottom } = list.getBoundingClientRect();
  return [...list.children].find((each) => each.getBoundingClientRect().bottom > bottom + 1) ?? null;
}

/** What the typed letters may mean: in a row, or over the keys when more is wanted. */
export function Candidates({ letters, found, isOpen, onOpen, onChoose }: CandidatesProps) {
  const list = useRef<HTMLDivElement>(null);
  const isMore = useMore(list, isOpen);
  /** Opens the list, turns it as long as more follows below, and closes it. */
  const turn = () => {
    const below = isOpen && list.current !== null ? firstBelow(list.current) : null;
    if (below === null) onOpen();
    else below.scrollIntoView();
  };
  return (
    <div class="candidates" data-open={isOpen ? '' : undefined} lang="zh-CN">
      <p class="letters" aria-live="polite">
        {letters}
      </p>
      <div class="candidate-list" ref={list}>
        {found.map((candidate) => (
          <button
            key={candidate.text}
            type="button"
            class="candidate"
            data-chars={Math.min(candidate.text.length, MAX_CHARS_TOLD)}
            onClick={() => onChoose(candidate)}
          >
            {candidate.text}
          </button>
        ))}
      </div>
      {found.length > 0 && (
        <button
          type="button"
          class="key key--special more"
          data-more={isMore ? 'down' : isOpen ? 'up' : undefined}
          aria-expanded={isOpen}
          aria-label={t('keyboard.more')}
          onClick={turn}
        />
      )}
    </div>
  );
}
