import { useEffect, useRef, useState } from 'preact/hooks';
import type { LearningReport } from '../../../device/peripherals/keypad/learning/keypad-school.ts';
import { heardText, type KeypadLessonModel, lessonNote, lessonText, portText } from './keypad-lesson-model.ts';
import { PortFields, USUAL_BAUD_RATE } from './port-fields.tsx';
import { PortTrial } from './port-trial.tsx';
import { w } from './words.ts';

interface BeginFormProps {
  model: KeypadLessonModel;
  path: string;
  onBegun: (answer: Promise<void>) => void;
}

function BeginForm({ model, path: known, onBegun }: BeginFormProps) {
  const [path, setPath] = useState(known);
  const [baudRate, setBaudRate] = useState(USUAL_BAUD_RATE);
  return (
    <>
      <form
        class="lesson-form"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          onBegun(model.begin(path.trim(), baudRate));
        }}
      >
        <PortFields id="lesson" path={path} baudRate={baudRate} onPath={setPath} onBaudRate={setBaudRate} />
        <div class="tools">
          <button type="submit" class="button button--main">
            {w('lesson.begin')}
          </button>
          <button
            type="button"
            class="button"
            disabled={path.trim() === ''}
            onClick={() => onBegun(model.trial.begin(path.trim()))}
          >
            {w('trial.begin')}
          </button>
        </div>
      </form>
      <Ports model={model} onChoose={setPath} />
    </>
  );
}

/** The machine's ports with what is known of them; a touch takes one. */
function Ports({ model, onChoose }: { model: KeypadLessonModel; onChoose: (path: string) => void }) {
  useEffect(() => void model.lookForPorts(), [model]);
  return (
    <>
      <div class="tools">
        <button type="button" class="button" onClick={() => void model.lookForPorts()}>
          {w('ports.look')}
        </button>
        {model.ports.value.length === 0 && <p class="quiet">{w('ports.none')}</p>}
      </div>
      <ul class="entries">
        {model.ports.value.map((port) => (
          <li key={port.device}>
            <button type="button" class="button" onClick={() => onChoose(port.path)}>
              {port.path}
            </button>
            <span class="quiet">{portText(port)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Running({ model, lesson }: { model: KeypadLessonModel; lesson: LearningReport }) {
  return (
    <div class="tools">
      {lesson.state === 'asking' && (
        <button type="button" class="button" onClick={() => void model.absent()}>
          {w('lesson.absent')}
        </button>
      )}
      <button type="button" class="button" onClick={() => void model.stop()}>
        {w('lesson.stop')}
      </button>
    </div>
  );
}

/** The field that was left for the task is gone, and the technician's hands are at the box. */
function bringTask(card: HTMLElement | null): void {
  const task = card?.querySelector<HTMLElement>('.lesson-task');
  task?.focus({ preventScroll: true });
  task?.scrollIntoView({ block: 'center' });
}

/** All that came of it; where that is higher than the screen, from its beginning. */
function bringResult(card: HTMLElement | null): void {
  const parts = [...(card?.querySelectorAll('.lesson-task, .lesson-note, .lesson-heard, .trial-fits') ?? [])];
  for (const part of [parts.at(-1), parts[0]]) part?.scrollIntoView({ block: 'nearest' });
}

/**
 * What to do now comes to the middle of the screen with the focus when a lesson or trial begins, and what came of it into
 * the screen when it ends, or was refused: on 7 inches both lie beyond its edges.
 */
function useLessonInSight(isRunning: boolean) {
  const card = useRef<HTMLElement>(null);
  const wasRunning = useRef(false);
  const [answers, setAnswers] = useState(0);
  useEffect(() => {
    if (isRunning) bringTask(card.current);
    else if (wasRunning.current || answers > 0) bringResult(card.current);
    wasRunning.current = isRunning;
  }, [isRunning, answers]);
  return { card, begun: (answer: Promise<void>) => void answer.then(() => setAnswers((before) => before + 1)) };
}

/** Makes a box work that nobody here has seen: press each key when asked. */
export function KeypadLesson({ model, path }: { model: KeypadLessonModel; path: string }) {
  useEffect(() => void Promise.all([model.look(), model.trial.look()]), [model]);
  const lesson = model.lesson.value;
  const note = lesson === null ? null : lessonNote(lesson);
  const { card, begun } = useLessonInSight(model.isRunning() || model.trial.isRunning());
  return (
    <section ref={card} class="card lesson" aria-labelledby="lesson-title">
      <h2 id="lesson-title">{w('lesson.title')}</h2>
      <p class="quiet">{w('lesson.text')}</p>
      <p class="quiet">{w('trial.text')}</p>
      <div role="status">
        {lesson !== null && (
          <p class="lesson-task" tabIndex={-1}>
            {lessonText(lesson)}
          </p>
        )}
        {note !== null && <p class="lesson-note">{note}</p>}
        {model.message.value !== null && <p class="lesson-note">{model.message.value}</p>}
      </div>
      {lesson !== null && <p class="quiet lesson-heard">{heardText(lesson)}</p>}
      <PortTrial model={model.trial} />
      {lesson !== null && model.isRunning() && <Running model={model} lesson={lesson} />}
      {!model.isRunning() && !model.trial.isRunning() && <BeginForm model={model} path={path} onBegun={begun} />}
    </section>
  );
}
