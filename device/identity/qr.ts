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
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) path += `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`;
    }
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path fill="#000" d="${path}"/></svg>`
  );
}
