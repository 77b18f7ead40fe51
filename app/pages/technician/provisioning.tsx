import { useEffect, useState } from 'preact/hooks';
import { EnrolmentForm } from './enrolment-form.tsx';
import type { TechnicianModel } from './technician-model.ts';
import { w } from './words.ts';

const LOOK_MS = 3000;

interface Found {
  /** Centre whose approval was awaited when the power went. */
  pending: string | null;
  /** Orders on the sticks that are plugged in. */
  sticks: string[];
}

/** Looks for sticks, and once for an enrolment that was begun before. */
function useFound(model: TechnicianModel): Found | null {
  const [found, setFound] = useState<Found | null>(null);
  useEffect(() => {
    let timer = model.clock.setTimer(0, () => undefined);
    let isGone = false;
    const look = async (isFirst: boolean) => {
      const answer = await model.ask('GET', '/technician/enrolment');
      if (isGone) return;
      if (answer.ok) {
        setFound(answer.body as Found);
        if (isFirst && (answer.body as Found).pending !== null) void model.resume();
      }
      timer = model.clock.setTimer(LOOK_MS, () => void look(false));
    };
    void look(true);
    return () => {
      isGone = true;
      timer.cancel();
    };
  }, [model]);
  return found;
}

/** A bare device: by scanning, from a stick, or by typing. */
export function Provisioning({ model }: { model: TechnicianModel }) {
  const found = useFound(model);
  const isBusy = model.enrolment.value.state !== 'form';
  return (
    <>
      <EnrolmentForm model={model} />
      <section class="card" aria-labelledby="other-ways">
        <h2 id="other-ways">{w('enrol.sticks')}</h2>
        {found?.pending != null && <p>{w('enrol.pending', { centre: found.pending })}</p>}
        <p class="quiet">{w('enrol.scan')}</p>
        {(found?.sticks ?? []).length === 0 && <p class="quiet">{w('enrol.noStick')}</p>}
        <ul class="sticks">
          {(found?.sticks ?? []).map((path) => (
            <li key={path} class="stick">
              <span>{path}</span>
              <button type="button" class="button" disabled={isBusy} onClick={() => void model.enrolByStick(path)}>
                {w('enrol.useStick')}
              </button>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
