import { t } from '../shared/locale.ts';

/** One neutral line when the appliance did not keep what was touched, or `line`; its place is always there. */
export function NotKept({ shown, line = null }: { shown: boolean; line?: string | null }) {
  return (
    <p class="not-kept" role="status">
      {shown ? t('notice.notKept') : line}
    </p>
  );
}
