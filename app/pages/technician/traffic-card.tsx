import { useEffect, useState } from 'preact/hooks';
import { dateText } from '../shared/time-text.ts';
import { PortFields, USUAL_BAUD_RATE } from './port-fields.tsx';
import { listeningText, type TrafficModel } from './traffic-model.ts';
import { w } from './words.ts';

/** What a device says on its line, for whoever wonders why nothing happens. */
export function TrafficCard({ traffic }: { traffic: TrafficModel }) {
  const lines = traffic.lines.value;
  // A page that is left no longer looks.
  useEffect(() => () => void (traffic.lines.value !== null && traffic.toggle()), [traffic]);
  return (
    <section class="card" aria-labelledby="traffic-title">
      <h2 id="traffic-title">{w('traffic.title')}</h2>
      <div class="tools">
        <button type="button" class="button" aria-pressed={lines !== null} onClick={() => traffic.toggle()}>
          {w(lines === null ? 'traffic.show' : 'traffic.hide')}
        </button>
      </div>
      {lines !== null && <Listen traffic={traffic} />}
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

/** A port that no configuration names, open as long as somebody looks. */
function Listen({ traffic }: { traffic: TrafficModel }) {
  const [path, setPath] = useState('');
  const [baudRate, setBaudRate] = useState(USUAL_BAUD_RATE);
  const listening = traffic.listening.value;
  const isListening = traffic.isListening();
  return (
    <form
      class="lesson-form"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void (isListening ? traffic.stop() : traffic.listen(path.trim(), baudRate));
      }}
    >
      <PortFields
        id="listen"
        path={path}
        baudRate={baudRate}
        onPath={setPath}
        onBaudRate={setBaudRate}
        disabled={isListening}
      />
      <button type="submit" class="button">
        {w(isListening ? 'traffic.listen.stop' : 'traffic.listen')}
      </button>
      <p class="quiet" role="status">
        {traffic.message.value ?? (listening === null ? w('traffic.note.unknown') : listeningText(listening))}
      </p>
    </form>
  );
}
