import artwork from '../../../assets/faces/faces.json' with { type: 'json' };
import type { Level } from '../../../device/ledger/record.ts';

const STAR_SLOTS = [1, 2, 3, 4, 5] as const;
const STAR = 'M10 1.8 12.5 7.1 18.3 7.8 14 11.8 15.1 17.5 10 14.7 4.9 17.5 6 11.8 1.7 7.8 7.5 7.1Z';

/** The face of a grade: the mouth differs, all else is equal. Decoration: the label beside it is the name. */
export function Face({ level }: { level: Level }) {
  const { eyes, faces, viewBox } = artwork;
  const { mouth, filled } = faces[level];
  return (
    <svg class="face" viewBox={`0 0 ${viewBox} ${viewBox}`} aria-hidden="true" focusable="false">
      <circle class="face-disc" cx={viewBox / 2} cy={viewBox / 2} r="45" />
      <ellipse class="face-ink" cx={eyes.left} cy={eyes.y} rx={eyes.rx} ry={eyes.ry} />
      <ellipse class="face-ink" cx={eyes.right} cy={eyes.y} rx={eyes.rx} ry={eyes.ry} />
      <path class={filled ? 'face-ink' : 'face-line'} d={mouth} />
    </svg>
  );
}

/** As many of five stars filled as the grade is worth, so that shape and number tell it without colour. */
export function Stars({ level }: { level: Level }) {
  const { stars } = artwork.faces[level];
  return (
    <svg class="stars" viewBox="0 0 108 20" aria-hidden="true" focusable="false">
      {STAR_SLOTS.map((slot) => (
        <g key={slot} transform={`translate(${(slot - 1) * 22} 0)`}>
          <path class={slot <= stars ? 'star-full' : 'star-empty'} d={STAR} />
        </g>
      ))}
    </svg>
  );
}
