import type { EarlierVisit } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';

/** A day, in which no line ends: by a word joiner (U+2060) on both sides of a hyphen. */
const unbroken = (day: string): string => day.replaceAll('-', '\u2060-\u2060');

/** 追评: which visit is rated again, by its day; nothing for every other visit. */
export function Again({ earlier }: { earlier: EarlierVisit | null }) {
  if (earlier === null) return null;
  return <strong class="again">{t('inviting.again', { day: unbroken(earlier.day) })}</strong>;
}
