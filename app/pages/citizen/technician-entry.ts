/** The hidden way from the citizen's screen to the maintenance page; what keeps people out is the code asked for there. */

/** Side of the square in the top left corner, CSS px. */
const CORNER_PX = 72;
const TAPS = 7;
const WITHIN_MS = 5000;

/**
 * Counts touches of the corner. Seven within five seconds: nobody does that by chance, and a technician does it blind.
 * @returns takes each touch, says whether it completed the gesture
 */
export function cornerGesture(): (touch: { x: number; y: number; atMs: number }) => boolean {
  let taps: number[] = [];
  return ({ x, y, atMs }) => {
    taps = x < CORNER_PX && y < CORNER_PX ? [...taps.filter((tap) => atMs - tap < WITHIN_MS), atMs] : [];
    if (taps.length < TAPS) return false;
    taps = [];
    return true;
  };
}

/** Ctrl+Alt+M, for a box with a keyboard; on no layout does it write a character that a comment needs. */
const isChord = ({ ctrlKey, altKey, code }: KeyboardEvent) => ctrlKey && altKey && code === 'KeyM';

/** @param mayLeave false while a citizen rates: their screen is taken from them by nobody */
export function listenForTechnician(page: Document, mayLeave: () => boolean, leave: () => void): void {
  const isGesture = cornerGesture();
  page.addEventListener(
    'pointerdown',
    ({ clientX, clientY, timeStamp }) => {
      if (isGesture({ x: clientX, y: clientY, atMs: timeStamp }) && mayLeave()) leave();
    },
    { capture: true },
  );
  page.addEventListener('keydown', (event) => {
    if (isChord(event) && mayLeave()) leave();
  });
}
