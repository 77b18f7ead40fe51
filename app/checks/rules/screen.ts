import { gradeMm, heldBy, panelFit } from '../../../device/panel-scale.ts';
import type { Facts } from '../facts.ts';
import { type Finding, pass, warn } from '../finding.ts';

type Screen = NonNullable<Facts['screen']>;

/** Downwards: what is said to have 20 mm has them. */
const tenths = (mm: number) => (Math.floor(mm * 10) / 10).toFixed(1);

/** How large a grade is on the panel under the window, by the dots to an inch that the configuration names. */
export function screenRule({ screen }: Facts): Finding[] {
  if (screen === undefined) return [];
  const { panel, viewport, dpi } = screen;
  const fill = { width: panel.widthPx, height: panel.heightPx };
  if (dpi !== null) return [measured(screen, dpi, fill)];
  const { isWhole, dpi: held } = heldBy(viewport);
  return [isWhole ? pass('screen', 'assumed', { ...fill, held: Math.floor(held) }) : warn('screen', 'unfit', fill)];
}

function measured({ panel, viewport }: Screen, dpi: number, fill: Finding['fill']): Finding {
  const { scale, fit } = panelFit(panel, dpi);
  if (fit === 'none') return warn('screen', 'unfit', fill);
  const held = heldBy(viewport);
  const mm = gradeMm(held.dpi, dpi);
  const said = { ...fill, dpi, percent: Math.round(scale * 100), mm: tenths(mm), gap: tenths((mm * 8) / 20) };
  if (fit === 'short') return warn('screen', 'short', said);
  return held.isWhole && mm >= 20 ? pass('screen', 'measured', said) : warn('screen', 'pending', said);
}
