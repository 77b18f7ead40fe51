import { useState } from 'preact/hooks';
import { CodeField } from './code-field.tsx';
import { progressText } from './enrolment-form.tsx';
import type { TechnicianModel } from './technician-model.ts';
import { w } from './words.ts';

/**
 * Another key for a device in service: one that the centre revoked, or whose key is to change. The code is the centre's
 * word that it may; what is asked for a second time is the technician's own.
 */
export function RenewalCard({ model, centre }: { model: TechnicianModel; centre: string }) {
  const [code, setCode] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isBusy = model.enrolment.value.state === 'sending' || model.enrolment.value.state === 'waiting';
  const renew = () => {
    setAsked(false);
    setCode('');
    void model.renewKey({ baseUrl: centre, code: code.trim() });
  };
  return (
    <section class="card" aria-labelledby="renewal-title">
      <h2 id="renewal-title">{w('renew.title')}</h2>
      <p class="quiet">{w('renew.text')}</p>
      <form
        class="renewal"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
        }}
      >
        <CodeField
          id="renewal-code"
          label={w('renew.code')}
          value={code}
          disabled={isBusy || isAsked}
          onValue={setCode}
        />
        {!isAsked && (
          <button type="submit" class="button" disabled={isBusy}>
            {w('renew.begin')}
          </button>
        )}
      </form>
      {isAsked && (
        <div role="alertdialog" aria-labelledby="renewal-title" aria-describedby="renewal-question">
          <p id="renewal-question">{w('renew.question', { centre })}</p>
          <div class="tools">
            <button type="button" class="button button--main" onClick={renew}>
              {w('renew.confirm')}
            </button>
            <button type="button" class="button" onClick={() => setAsked(false)}>
              {w('renew.cancel')}
            </button>
          </div>
        </div>
      )}
      <p class="progress" role="status">
        {progressText(model.enrolment.value)}
      </p>
    </section>
  );
}
