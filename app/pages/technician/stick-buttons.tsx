import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { answerText } from './answer-text.ts';
import type { EvacuationModel } from './evacuation-model.ts';
import type { TechnicianModel } from './technician-model.ts';
import { type Words, w } from './words.ts';

interface StickButtonsProps {
  ask: TechnicianModel['ask'];
  evacuation: EvacuationModel;
  /** Where the device is asked to write it. */
  path: string;
  /** Of a button, with the stick's `{name}`. */
  label: Words;
  /** Other ways, before the sticks. */
  children?: ComponentChildren;
}

/** One button a stick that is plugged in: the device writes a file there, and its path is said. */
export function StickButtons({ ask, evacuation, path, label, children }: StickButtonsProps) {
  const [message, setMessage] = useState<string | null>(null);
  const sticks = evacuation.view.value?.sticks ?? [];
  const write = async (to: string) => {
    setMessage(w('stick.writing'));
    const answer = await ask('POST', path, { to });
    const written = answer.ok ? (answer.body as { path: string }).path : '';
    setMessage(answer.ok ? w('stick.written', { path: written }) : answerText(answer));
  };
  return (
    <>
      <div class="tools">
        {children}
        {sticks.map((stick) => (
          <button key={stick.path} type="button" class="button" onClick={() => void write(stick.path)}>
            {w(label, { name: stick.name })}
          </button>
        ))}
      </div>
      <p class="progress" role="status">
        {message}
      </p>
    </>
  );
}
