import { dateText } from '../shared/time-text.ts';
import type { TrafficModel } from './traffic-model.ts';
import { w } from './words.ts';

/** What a device says on its line, for whoever wonders why nothing happens. */
export function TrafficCard({ traffic }: { traffic: TrafficModel }) {
  const lines = traffic.lines.value;
  return (
    <section class="card" aria-labelledby="traffic-title">
      <h2 id="traffic-title">{w('traffic.title')}</h2>
      <div class="tools">
        <button type="button" class="button" aria-pressed={lines !== null} onClick={() => traffic.toggle()}>
          {w(lines === null ? 'traffic.show' : 'traffic.hide')}
        </button>
      </div>
      {lines !== null && <p class="quiet">{w(lines.length === 0 ? 'traffic.none' : 'traffic.note')}</p>}
      <ul class="traffic">
        {(lines ?? []).map((line) => (
          <li key={`${line.at} ${line.path} ${line.direction} ${line.hex}`}>
            <span class="quiet">
              {dateText(new Date(line.at).toISOString())} {w(`traffic.${line.direction}`)} {line.path}
            </span>
            {line.frame !== null && <span>{line.frame}</span>}
            <code>{line.hex === '' ? w('traffic.hidden', { bytes: line.bytes }) : line.hex}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
