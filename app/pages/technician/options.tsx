import { Fragment } from 'preact';
import { piecesOf } from '../../checks/pieces.ts';

/** A text in which no option of a command is broken at the end of a line, and a fingerprint between its groups alone. */
export function keptWhole(text: string) {
  return piecesOf(text).map(({ text: piece, kind, groups }) =>
    kind === 'text'
      ? piece
      : groups.map((group, index) => (
          <Fragment key={`${index} ${group}`}>
            {index > 0 && <wbr />}
            <span class="option">{group}</span>
          </Fragment>
        )),
  );
}
