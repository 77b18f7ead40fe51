import type { CitizenView } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';
import { Worded } from '../worded.tsx';
import { Again } from './again.tsx';
import { StaffCard } from './staff-card.tsx';

type ServingView = Extract<CitizenView, { screen: 'serving' }>;

/** While the case is worked on. */
export function ServingScreen({ view }: { view: ServingView }) {
  return (
    <div class="serving">
      <div class="serving-text">
        <h1 tabIndex={-1}>{t('serving.title')}</h1>
        <p class="item-name" dir="auto">
          <Again earlier={view.earlier} />
          <Worded text={view.itemName} mayGrow />
        </p>
        <p class="lead">{t(view.card === 'wanted' ? 'serving.card' : 'serving.hint')}</p>
      </div>
      {view.staff !== null && <StaffCard staff={view.staff} />}
    </div>
  );
}
