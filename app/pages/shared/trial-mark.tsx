import { t } from './locale.ts';

/** 试用, on every page of a device in trial mode (design §7): nobody may take its ratings for real ones. */
export function TrialMark() {
  return <span class="mark trial-mark">{t('common.trial')}</span>;
}
