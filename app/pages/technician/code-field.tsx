interface CodeFieldProps {
  id: string;
  label: string;
  value: string;
  disabled: boolean;
  onValue: (value: string) => void;
}

/** A one-time code of the centre, with its label: for the first key of a device and for every later one. */
export function CodeField({ id, label, value, disabled, onValue }: CodeFieldProps) {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        class="field"
        required
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        disabled={disabled}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </>
  );
}
