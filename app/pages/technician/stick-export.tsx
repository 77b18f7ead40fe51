import type { EvacuationView } from '../../server/technician/evacuation.ts';
import { type EvacuationModel, exportText } from './evacuation-model.ts';
import { w } from './words.ts';

const MIB = 1024 * 1024;

function Progress({ view }: { view: EvacuationView }) {
  const { export: now } = view;
  return now.state === 'running' ? (
    <progress class="stick-progress" aria-label={w('stick.title')} value={now.records} max={Math.max(1, now.total)} />
  ) : null;
}

/** The way out without a network: what has no receipt, onto a stick. */
export function StickExport({ model }: { model: EvacuationModel }) {
  const view = model.view.value;
  if (view === null) return null;
  const isRunning = view.export.state === 'running';
  return (
    <section class="card" aria-labelledby="stick-title">
      <h2 id="stick-title">{w('stick.title')}</h2>
      <p class="quiet">{w('stick.text', { waiting: view.waiting })}</p>
      {view.sticks.length === 0 && <p>{w('stick.none')}</p>}
      <ul class="sticks">
        {view.sticks.map(({ path, name, freeBytes }) => (
          <li key={path}>
            <button type="button" class="button" disabled={isRunning} onClick={() => void model.start(path)}>
              {w('stick.export', { name })}
            </button>
            <span class="quiet">{w('stick.free', { path, mib: Math.floor(freeBytes / MIB) })}</span>
          </li>
        ))}
      </ul>
      <Progress view={view} />
      <p role="status">{model.refusal.value ?? exportText(view)}</p>
    </section>
  );
}
