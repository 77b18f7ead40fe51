/** A text in which the options of commands, such as --file, are not broken at the end of a line. */
export function keptWhole(text: string) {
  return text.split(/(--[a-z][a-z-]*)/).map((piece, index) =>
    index % 2 === 0 ? (
      piece
    ) : (
      <span key={piece} class="option">
        {piece}
      </span>
    ),
  );
}
