import type { CitizenView } from '../../../../device/visit/views.ts';
import { t } from '../../shared/locale.ts';

type OutOfServiceView = Extract<CitizenView, { screen: 'out_of_service' }>;

/** No rating can be taken: what is wrong, and the paper form that the regulation keeps open (内蒙古 Art 10). */
export function OutOfServiceScreen({ view }: { view: OutOfServiceView }) {
  return (
    <div class="message" role="status">
      <h1 tabIndex={-1}>{t('out_of_service.title')}</h1>
      <p class="lead">{t(`out_of_service.${view.reason}`)}</p>
      <p class="quiet">{t('out_of_service.help')}</p>
      {view.reason === 'not_provisioned' && (
        <a class="maintenance" href="/technician">
          {t('out_of_service.technician')}
        </a>
      )}
    </div>
  );
}
