import type { TestName, TestsModel } from './tests-model.ts';
import { w } from './words.ts';

const TESTS: readonly TestName[] = ['card', 'print', 'form', 'sound'];

/** Try out what is plugged in; the one line below says what came of it. */
export function TestsCard({ tests }: { tests: TestsModel }) {
  const busy = tests.running.value !== null;
  return (
    <section class="card" aria-labelledby="tests-title">
      <h2 id="tests-title">{w('tests.title')}</h2>
      <div class="tools">
        {TESTS.map((name) => (
          <button key={name} type="button" class="button" disabled={busy} onClick={() => void tests.run(name)}>
            {w(`tests.${name}`)}
          </button>
        ))}
        <a class="button tool-link" href="/technician/peripheral-report" download="pingjiaqi-peripherals.json">
          {w('tests.export')}
        </a>
      </div>
      <p class="quiet">{w('tests.export.text')}</p>
      <p class="progress" role="status">
        {tests.result.value}
      </p>
    </section>
  );
}
