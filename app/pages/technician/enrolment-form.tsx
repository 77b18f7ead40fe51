import { t } from '../shared/locale.ts';
import { CodeField } from './code-field.tsx';
import type { Enrolment, TechnicianModel } from './technician-model.ts';

/** Where an enrolment stands, in words. */
export function progressText(enrolment: Enrolment): string | null {
  switch (enrolment.state) {
    case 'form':
    case 'enrolled':
      return enrolment.message;
    case 'sending':
      return t('technician.enrolling');
    case 'waiting':
      return t('technician.waiting', { n: enrolment.seconds });
  }
}

/** Centre and code; what becomes of them stands in the live line below. */
export function EnrolmentForm({ model }: { model: TechnicianModel }) {
  const { baseUrl, code } = model.form.value;
  const enrolment = model.enrolment.value;
  const busy = enrolment.state !== 'form';
  return (
    <form
      class="card enrolment"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void model.enrol({ baseUrl: baseUrl.trim(), code: code.trim() });
      }}
    >
      <h2>{t('technician.enrolTitle')}</h2>
      <p class="quiet">{t('technician.enrolText')}</p>
      <label for="centre">{t('technician.centre')}</label>
      <input
        id="centre"
        class="field"
        type="url"
        required
        placeholder="https://"
        autocomplete="off"
        spellcheck={false}
        disabled={busy}
        value={baseUrl}
        onInput={(event) => (model.form.value = { baseUrl: event.currentTarget.value, code })}
      />
      <CodeField
        id="code"
        label={t('technician.code')}
        value={code}
        disabled={busy}
        onValue={(typed) => (model.form.value = { baseUrl, code: typed })}
      />
      <button type="submit" class="button button--main" disabled={busy}>
        {t('technician.enrol')}
      </button>
      <p class="progress" role="status">
        {progressText(enrolment)}
      </p>
    </form>
  );
}
