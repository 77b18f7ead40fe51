import { t } from '../shared/locale.ts';

/** One neutral line when the appliance did not keep what was touched; its place is always there. */
export function NotKept({ shown }: { shown: boolean }) {
  return (
    <p class="not-kept" role="status">
      {shown && t('notice.notKept')}
    </p>
  );
}
