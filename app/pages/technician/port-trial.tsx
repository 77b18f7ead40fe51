import type { TrialReport } from '../../../device/peripherals/trial/port-bench.ts';
import { fitText, nearTexts, type PortTrialModel, trialText } from './port-trial-model.ts';
import { w } from './words.ts';

/** What the trial says: the task while it runs, then what fits and why. */
export function PortTrial({ model }: { model: PortTrialModel }) {
  const trial = model.trial.value;
  return (
    <div class="trial">
      <div role="status">
        {trial !== null && (
          <p class="lesson-task" tabIndex={-1}>
            {trialText(trial)}
          </p>
        )}
        {model.message.value !== null && <p class="lesson-note">{model.message.value}</p>}
      </div>
      {trial !== null && model.isRunning() && (
        <div class="tools">
          <button type="button" class="button" onClick={() => void model.stop()}>
            {w('trial.stop')}
          </button>
          <span class="quiet">{w('trial.heard', { n: trial.bytes })}</span>
        </div>
      )}
      {trial !== null && <Fits model={model} trial={trial} />}
    </div>
  );
}

function Fits({ model, trial }: { model: PortTrialModel; trial: TrialReport }) {
  return (
    <ul class="entries trial-fits">
      {trial.fits.map((fit) => (
        <li key={fit.profileId}>
          <strong>{fit.title}</strong>
          <span class="quiet">{fitText(fit)}</span>
          {trial.inService === null && (
            <button type="button" class="button" onClick={() => void model.use(fit.profileId)}>
              {w('trial.use')}
            </button>
          )}
        </li>
      ))}
      {trial.inService !== null && <li>{w('trial.used')}</li>}
      {nearTexts(trial).map((text) => (
        <li key={text} class="quiet">
          {text}
        </li>
      ))}
    </ul>
  );
}
