import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../shared/locale.ts';
import {
  PAUSE_LIMITS_MINUTES,
  PAUSE_REASONS,
  type PauseReason,
  SKIP_REASONS,
  type SkipReason,
  type StaffModel,
} from './staff-model.ts';

interface RadioGroupProps<T extends string | number> {
  name: string;
  legend: string;
  options: readonly T[];
  chosen: T | null;
  label: (option: T) => string;
  onChoose: (option: T) => void;
}

function RadioGroup<T extends string | number>({ name, legend, options, chosen, label, onChoose }: RadioGroupProps<T>) {
  return (
    <fieldset class={`choices choices--${name}`}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option} class="choice">
          <input type="radio" name={name} checked={chosen === option} onChange={() => onChoose(option)} />
          <span>{label(option)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Confirm and back; Escape is back as well, and the keyboard starts at the first choice. */
function PanelForm(props: {
  model: StaffModel;
  confirm: string;
  ready: boolean;
  onConfirm(): void;
  children: preact.ComponentChildren;
}) {
  const form = useRef<HTMLFormElement>(null);
  // In the turn that draws it, not after the picture: a clerk's next key may come before one on a busy PC, and went nowhere.
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), []);
  return (
    <form
      ref={form}
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        props.onConfirm();
      }}
      onKeyDown={(event) => event.key === 'Escape' && props.model.show('main')}
    >
      {props.children}
      <div class="buttons">
        <button type="submit" class="button button--main" disabled={!props.ready}>
          {props.confirm}
        </button>
        <button type="button" class="button" onClick={() => props.model.show('main')}>
          {t('staff.cancel')}
        </button>
      </div>
    </form>
  );
}

/** Not inviting needs one of the fixed reasons: it is counted and reported. */
export function SkipPanel({ model, visitId, off }: { model: StaffModel; visitId: string; off: boolean }) {
  const [reason, setReason] = useState<SkipReason | null>(null);
  return (
    <PanelForm
      model={model}
      confirm={t('staff.skipConfirm')}
      ready={!off && reason !== null}
      onConfirm={() => reason !== null && void model.skip(visitId, reason)}
    >
      <RadioGroup<SkipReason>
        name="skip"
        legend={t('staff.skipTitle')}
        options={SKIP_REASONS}
        chosen={reason}
        label={(option) => t(`skip.${option}`)}
        onChoose={setReason}
      />
    </PanelForm>
  );
}

/** A pause has a reason and ends by itself. */
export function PausePanel({ model, off }: { model: StaffModel; off: boolean }) {
  const [reason, setReason] = useState<PauseReason>(PAUSE_REASONS[0]);
  const [limitMinutes, setLimitMinutes] = useState<number>(PAUSE_LIMITS_MINUTES[1]);
  return (
    <PanelForm
      model={model}
      confirm={t('staff.pauseConfirm')}
      ready={!off}
      onConfirm={() => void model.pause(reason, limitMinutes)}
    >
      <RadioGroup<PauseReason>
        name="pause"
        legend={t('staff.pauseReason')}
        options={PAUSE_REASONS}
        chosen={reason}
        label={(option) => t(`pause.${option}`)}
        onChoose={setReason}
      />
      <RadioGroup<number>
        name="limit"
        legend={t('staff.pauseLimit')}
        options={PAUSE_LIMITS_MINUTES}
        chosen={limitMinutes}
        label={(option) => t('staff.minutes', { n: option })}
        onChoose={setLimitMinutes}
      />
    </PanelForm>
  );
}
