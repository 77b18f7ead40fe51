import type { EvacuationModel } from './evacuation-model.ts';
import { StickButtons } from './stick-buttons.tsx';
import type { TechnicianModel } from './technician-model.ts';
import { w } from './words.ts';

/** 验收报告 as a file, where the window may not print. */
export function ReportCard({ ask, evacuation }: { ask: TechnicianModel['ask']; evacuation: EvacuationModel }) {
  return (
    <section class="card" aria-labelledby="report-title">
      <h2 id="report-title">{w('report.card')}</h2>
      <p class="quiet">{w('report.text')}</p>
      <StickButtons ask={ask} evacuation={evacuation} path="/technician/acceptance-report" label="report.toStick" />
    </section>
  );
}
