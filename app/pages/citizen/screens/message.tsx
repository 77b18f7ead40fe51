import { type StringKey, t } from '../../shared/locale.ts';
import { Phrased } from '../phrased.tsx';

interface MessageProps {
  title: StringKey;
  text: StringKey;
  more?: StringKey;
  /** The house's tick above the heading, the same whatever was chosen. */
  emblem?: boolean;
  /** For the citizen to note down or photograph. */
  receiptCode?: string | null;
}

/** One heading and a line or two in the middle of the screen. */
export function MessageScreen({ title, text, more, emblem = false, receiptCode = null }: MessageProps) {
  return (
    <div class="message" role="status">
      {emblem && (
        <svg class="emblem" viewBox="0 0 96 96" aria-hidden="true" focusable="false">
          <circle cx="48" cy="48" r="46" />
          <path d="M28 50 43 64 69 35" />
        </svg>
      )}
      <h1 tabIndex={-1}>{t(title)}</h1>
      <p class="lead">{t(text)}</p>
      {receiptCode !== null && (
        <p class="receipt">
          <span>{t('thanks.receipt')}</span>
          <strong>{receiptCode}</strong>
          <span class="quiet">
            <Phrased text={t('thanks.receiptHint')} />
          </span>
        </p>
      )}
      {more !== undefined && <p class="quiet">{t(more)}</p>}
    </div>
  );
}
