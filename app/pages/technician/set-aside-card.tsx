import type { SetAsideModel } from './set-aside-model.ts';
import { w, wordOf } from './words.ts';

/**
 * Records that the centre refused, by number and reason alone: neither their kind nor their date is shown, since both
 * can tell a grade, nor the centre's own sentence, which may name one.
 */
export function SetAsideCard({ model }: { model: SetAsideModel }) {
  const records = model.records.value;
  if (records.length === 0 && model.message.value === null) return null;
  return (
    <section class="card" aria-labelledby="aside-title">
      <h2 id="aside-title">{w('aside.title')}</h2>
      <p class="quiet">{w('aside.text')}</p>
      <ul class="entries aside">
        {records.map(({ id, seq, code }) => (
          <li key={id}>
            <span>{w('aside.record', { seq })}</span>
            <span class="quiet">{wordOf(`aside.code.${code}`) ?? w('aside.other', { code })}</span>
            <button
              type="button"
              class="button"
              aria-label={w('aside.againOne', { seq })}
              onClick={() => void model.sendAgain([id])}
            >
              {w('aside.again')}
            </button>
          </li>
        ))}
      </ul>
      {records.length > 1 && (
        <button type="button" class="button" onClick={() => void model.sendAgain(null)}>
          {w('aside.all')}
        </button>
      )}
      <p class="progress" role="status">
        {model.message.value}
      </p>
    </section>
  );
}
