import { t } from '../../shared/locale.ts';
import type { Candidate } from './pinyin.ts';

interface CandidatesProps {
  letters: string;
  found: readonly Candidate[];
  isOpen: boolean;
  onOpen: () => void;
  onChoose: (candidate: Candidate) => void;
}

/** What the typed letters may mean: in a row, or over the keys when more is wanted. */
export function Candidates({ letters, found, isOpen, onOpen, onChoose }: CandidatesProps) {
  return (
    <div class="candidates" data-open={isOpen ? '' : undefined} lang="zh-CN">
      <p class="letters" aria-live="polite">
        {letters}
      </p>
      <div class="candidate-list">
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
          aria-expanded={isOpen}
          aria-label={t('keyboard.more')}
          onClick={onOpen}
        >
          {isOpen ? '▴' : '▾'}
        </button>
      )}
    </div>
  );
}
