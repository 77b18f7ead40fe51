import type { EarlierVisit } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';

/** 追评: which visit is rated again, by its day; nothing for every other visit. */
export function Again({ earlier }: { earlier: EarlierVisit | null }) {
  if (earlier === null) return null;
  return <strong class="again">{t('inviting.again', { day: earlier.day })}</strong>;
}
