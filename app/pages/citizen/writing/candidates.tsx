import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../shared/locale.ts';
import type { Candidate } from './pinyin.ts';

interface CandidatesProps {
  letters: string;
  found: readonly Candidate[];
  isOpen: boolean;
  onOpen: () => void;
  onChoose: (candidate: Candidate) => void;
}

/** Whether the row has more than is seen of it. The button keeps its place, so that the answer is the same with it. */
function useMore(row: RefObject<HTMLElement | null>): boolean {
  const [isMore, setMore] = useState(false);
  useLayoutEffect(() => {
    const element = row.current;
    if (element === null) return;
    const look = () => setMore(element.scrollWidth > element.clientWidth + 1);
    const sizes = new ResizeObserver(look);
    for (const each of [element, ...element.children]) sizes.observe(each);
    look();
    return () => sizes.disconnect();
  });
  return isMore;
}

/** What the typed letters may mean: in a row, or over the keys when more is wanted. */
export function Candidates({ letters, found, isOpen, onOpen, onChoose }: CandidatesProps) {
  const row = useRef<HTMLDivElement>(null);
  const isMore = useMore(row);
  return (
    <div class="candidates" data-open={isOpen ? '' : undefined} lang="zh-CN">
      <p class="letters" aria-live="polite">
        {letters}
      </p>
      <div class="candidate-list" ref={row}>
        {found.map((candidate) => (
          <button key={candidate.text} type="button" class="candidate" onClick={() => onChoose(candidate)}>
            {candidate.text}
          </button>
        ))}
      </div>
      {found.length > 0 && (
        <button
          type="button"
          class="key key--special more"
          data-more={isMore || isOpen ? '' : undefined}
          aria-expanded={isOpen}
          aria-label={t('keyboard.more')}
          onClick={onOpen}
        />
      )}
    </div>
  );
}
