import { useState } from 'preact/hooks';
import type { EvacuationModel } from './evacuation-model.ts';
import type { TechnicianModel } from './technician-model.ts';
import { w } from './words.ts';

/** What to send to whoever can help: by download, or onto a stick where the window has no folder to show. */
export function SupportCard({ ask, evacuation }: { ask: TechnicianModel['ask']; evacuation: EvacuationModel }) {
  const [message, setMessage] = useState<string | null>(null);
  const sticks = evacuation.view.value?.sticks ?? [];
  const write = async (to: string) => {
    setMessage(w('support.writing'));
    const answer = await ask('POST', '/technician/support-bundle', { to });
    const written = answer.ok ? (answer.body as { path: string }).path : '';
    setMessage(answer.ok ? w('support.written', { path: written }) : (answer.detail ?? answer.code));
  };
  return (
    <section class="card" aria-labelledby="support-title">
      <h2 id="support-title">{w('support.title')}</h2>
      <p class="quiet">{w('support.text')}</p>
      <div class="tools">
        <a class="button tool-link" href="/technician/support-bundle" download="">
          {w('support.download')}
        </a>
        {sticks.map(({ path, name }) => (
          <button key={path} type="button" class="button" onClick={() => void write(path)}>
            {w('support.toStick', { name })}
          </button>
        ))}
      </div>
      <p class="progress" role="status">
        {message}
      </p>
    </section>
  );
}
