import { useState } from 'preact/hooks';
import type { StaffInfo } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';

/** The photo of the signed configuration; the silhouette where there is none, or where it turns out to be broken. */
function Portrait({ photo }: { photo: string | null }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (photo !== null && photo !== broken) {
    return <img class="portrait" src={`/content/${photo}`} alt="" draggable={false} onError={() => setBroken(photo)} />;
  }
  return (
    <svg class="portrait" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <circle cx="32" cy="24" r="12" />
      <path d="M8 60c0-14 10-21 24-21s24 7 24 21Z" />
    </svg>
  );
}

interface StaffCardProps {
  staff: StaffInfo;
  /** 党员先锋岗 and the like: on the idle screen alone, since an honour shown while one is served asks for a grade. */
  marks?: readonly string[];
}

/** Who serves here; shown before a rating, never beside the grades. */
export function StaffCard({ staff, marks = [] }: StaffCardProps) {
  return (
    <section class="staff-card" aria-label={t('idle.staff')}>
      <Portrait photo={staff.photo} />
      <div class="staff-text">
        <p class="quiet">{t('idle.staff')}</p>
        <p class="staff-name">{staff.name}</p>
        <p class="staff-post">{staff.post}</p>
        <p class="quiet">{t('idle.staffNumber', { number: staff.number })}</p>
        {marks.length > 0 && (
          <ul class="honours">
            {marks.map((mark) => (
              <li key={mark}>{mark}</li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
