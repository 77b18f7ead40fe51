import type { EvacuationModel } from './evacuation-model.ts';
import { StickButtons } from './stick-buttons.tsx';
import type { TechnicianModel } from './technician-model.ts';
import { w } from './words.ts';

/** What to send to whoever can help: by download, or onto a stick where the window has no folder to show. */
export function SupportCard({ ask, evacuation }: { ask: TechnicianModel['ask']; evacuation: EvacuationModel }) {
  return (
    <section class="card" aria-labelledby="support-title">
      <h2 id="support-title">{w('support.title')}</h2>
      <p class="quiet">{w('support.text')}</p>
      <StickButtons ask={ask} evacuation={evacuation} path="/technician/support-bundle" label="support.toStick">
        <a class="button tool-link" href="/technician/support-bundle" download="">
          {w('support.download')}
        </a>
      </StickButtons>
    </section>
  );
}
