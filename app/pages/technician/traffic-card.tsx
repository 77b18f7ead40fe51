import { useEffect, useState } from 'preact/hooks';
import { dateText } from '../shared/time-text.ts';
import { BAUD_RATES } from './keypad-lesson.tsx';
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
  const [baudRate, setBaudRate] = useState(BAUD_RATES[0] ?? 9600);
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
      <label for="listen-path">{w('lesson.path')}</label>
      <input
        id="listen-path"
        required={!isListening}
        disabled={isListening}
        spellcheck={false}
        placeholder="/dev/serial/by-id/…"
        value={path}
        onInput={(event) => setPath(event.currentTarget.value)}
      />
      <label for="listen-baud">{w('lesson.baud')}</label>
      <select
        id="listen-baud"
        disabled={isListening}
        value={baudRate}
        onChange={(event) => setBaudRate(Number(event.currentTarget.value))}
      >
        {BAUD_RATES.map((rate) => (
          <option key={rate} value={rate}>
            {rate}
          </option>
        ))}
      </select>
      <button type="submit" class="button">
        {w(isListening ? 'traffic.listen.stop' : 'traffic.listen')}
      </button>
      <p class="quiet" role="status">
        {traffic.message.value ?? (listening === null ? w('traffic.note.unknown') : listeningText(listening))}
      </p>
    </form>
  );
}
