import QRCode from 'qrcode';

/** Modules of white around the code, as ISO/IEC 18004 asks. */
const QUIET_ZONE = 4;

/**
 * A QR code as SVG text, black on white, one path, no script and no style: it may stand in an `img` under a strict
 * content policy. About 1 ms for 400 characters.
 * @param level of error correction: `L` for a screen, which is clean, and whose modules should be as large as can be;
 *   `M` where somebody may scratch or crease it
 */
export function qrSvg(text: string, level: 'L' | 'M' = 'M'): string {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: level });
  const side = modules.size + 2 * QUIET_ZONE;
  let path = '';
  for (let row = 0; row < modules.size; row++) path += rowPath(modules, row);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path fill="#000" d="${path}"/></svg>`
  );
}

/** The dark modules of a row; neighbours are one piece, which is half the text: every view of a visit carries it. */
function rowPath(modules: QRCode.BitMatrix, row: number): string {
  let path = '';
  for (let from = 0; from < modules.size; from++) {
    let end = from;
    while (end < modules.size && modules.get(row, end)) end++;
    const length = end - from;
    if (length > 0) path += `M${from + QUIET_ZONE} ${row + QUIET_ZONE}h${length}v1h-${length}z`;
    from = end;
  }
  return path;
}
