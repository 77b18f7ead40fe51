import { countsOf, worstFirst } from '../../checks/finding.ts';
import type { WordedLine } from '../../checks/words.ts';
import type { TechnicianStatus } from '../../server/technician/status.ts';
import { dateText } from '../shared/time-text.ts';
import { linesOf } from './check-words.ts';
import { keptWhole } from './options.tsx';
import type { SelfTestModel } from './self-test-model.ts';
import { w } from './words.ts';

function Line({ line }: { line: WordedLine }) {
  const { name, state, cause, next } = line;
  return (
    <li class={`check check--${state}`}>
      <span class={`word word--${state}`}>{w(`selftest.word.${state}`)}</span>
      <span class="check-name">{name}</span>
      <span class="check-text">
        <span>{keptWhole(cause)}</span>
        {next !== null && next !== '' && <strong class="check-next">{keptWhole(next)}</strong>}
      </span>
    </li>
  );
}

/** How many of each, in words as large as the matter. */
function Counts({ lines }: { lines: readonly WordedLine[] }) {
  const { fail, warn, pass } = countsOf(lines);
  const worst = fail > 0 ? 'fail' : warn > 0 ? 'warn' : 'pass';
  const word = { fail: 'selftest.trouble', warn: 'selftest.attention', pass: 'selftest.allWell' } as const;
  return (
    <p class={`counts counts--${worst}`}>
      <span class="counts-main">{w(word[worst], { fail, warn })}</span>
      <span class="counts-rest">{w('selftest.passed', { pass })}</span>
    </p>
  );
}

/** The one list that says what is wrong with this device: what has to be mended first, what is well small below. */
export function SelfTest({ model, status }: { model: SelfTestModel; status: TechnicianStatus }) {
  const lines = worstFirst(linesOf(status));
  const isBusy = model.running.value !== null;
  return (
    <section class="card self-test" aria-labelledby="status-title">
      <h2 id="status-title">{w('selftest.title')}</h2>
      <Counts lines={lines} />
      <ul class="rows checks">
        {lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ul>
      <div class="tools">
        <button type="button" class="button" disabled={isBusy} onClick={() => void model.run('centre')}>
          {w('selftest.centre')}
        </button>
        <button type="button" class="button" disabled={isBusy} onClick={() => void model.run('ledger')}>
          {w('selftest.ledger')}
        </button>
        <span class="quiet">{w('selftest.at', { time: dateText(status.checkedAt) })}</span>
      </div>
      <p class="progress" role="status">
        {model.message.value}
      </p>
    </section>
  );
}
