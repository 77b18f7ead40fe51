/** Stands for what a printer cannot set; every printer with Chinese has it: □. */
const REPLACEMENT = [0xa1, 0xf5] as const;

/**
 * The two-byte half of GB18030, which is what printers have (peripherals reference, c.2), turned round from the decoder
 * that Node brings. Made once, at the first use.
 */
let table: ReadonlyMap<string, readonly [number, number]> | null = null;

/**
 * Text as a printer in Chinese mode takes it.
 * @returns the bytes, and how many characters had to be replaced. Control characters are left out: a text must not be
 *   able to command the printer.
 */
export function encodeGb18030(text: string): { bytes: number[]; replaced: number } {
  table ??= twoByteCodes();
  const bytes: number[] = [];
  let replaced = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    const code = point < 0x80 ? asciiCode(point) : table.get(character);
    if (code === undefined) replaced += 1;
    bytes.push(...(code ?? REPLACEMENT));
  }
  return { bytes, replaced };
}

function asciiCode(point: number): readonly number[] {
  return point < 0x20 || point === 0x7f ? [] : [point];
}

function twoByteCodes(): Map<string, readonly [number, number]> {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, readonly [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (isPrintable(character) && !codes.has(character)) codes.set(character, [lead, trail]);
    }
  }
  return codes;
}

/** One character, and neither a fault nor one of the private use area, where each maker has what it likes. */
function isPrintable(character: string): boolean {
  const point = character.codePointAt(0)!;
  return (
    Array.from(character).length === 1 && point >= 0x80 && point !== 0xfffd && !(point >= 0xe000 && point <= 0xf8ff)
  );
}
