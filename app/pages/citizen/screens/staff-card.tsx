import type { StaffInfo } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';

/** Who serves here; shown before a rating, never beside the grades. */
export function StaffCard({ staff }: { staff: StaffInfo }) {
  return (
    <section class="staff-card" aria-label={t('idle.staff')}>
      <svg class="portrait" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
        <circle cx="32" cy="24" r="12" />
        <path d="M8 60c0-14 10-21 24-21s24 7 24 21Z" />
      </svg>
      <div class="staff-text">
        <p class="quiet">{t('idle.staff')}</p>
        <p class="staff-name">{staff.name}</p>
        <p class="staff-post">{staff.post}</p>
        <p class="quiet">{t('idle.staffNumber', { number: staff.number })}</p>
      </div>
    </section>
  );
}
