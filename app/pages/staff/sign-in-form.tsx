import { useRef } from 'preact/hooks';
import type { SessionModel } from './session.ts';
import { w } from './words.ts';

/** Number and PIN. Neither is offered to the next person by the browser; the PIN leaves the field with each attempt. */
export function SignInForm({ session }: { session: SessionModel }) {
  const number = useRef<HTMLInputElement>(null);
  const pin = useRef<HTMLInputElement>(null);
  const { answer, busy, fault } = session;
  if (answer.value?.possible === false) return <p class="notice">{w('signIn.impossible')}</p>;
  const submit = (event: Event) => {
    event.preventDefault();
    const given = pin.current?.value ?? '';
    if (pin.current !== null) pin.current.value = '';
    pin.current?.focus();
    void session.signIn(number.current?.value ?? '', given);
  };
  return (
    <form class="sign-in" onSubmit={submit}>
      <h2>{w('signIn.title')}</h2>
      <label>
        <span>{w('signIn.number')}</span>
        <input class="sign-in-field" ref={number} name="number" required maxLength={32} autocomplete="off" />
      </label>
      <label>
        <span>{w('signIn.pin')}</span>
        <input class="sign-in-field" ref={pin} name="pin" type="password" required maxLength={64} autocomplete="off" />
      </label>
      <button type="submit" class="button button--main" disabled={busy.value}>
        {w('signIn.submit')}
      </button>
      {answer.value?.needed === false && (
        <button type="button" class="button" onClick={() => session.ask(false)}>
          {w('signIn.back')}
        </button>
      )}
      <p class="fault" role="alert">
        {fault.value}
      </p>
      <p class="sign-in-hint">{w('signIn.hint')}</p>
    </form>
  );
}
