/**
 * The gaps of a range (reference-protocol §6). Pure; costs what is stored, not how wide the range is.
 * @param stored sequence numbers within fromSeq … toSeq, ascending, each once
 * @returns inclusive ranges, ascending
 */
export function missingRanges(fromSeq: number, toSeq: number, stored: Iterable<number>): [number, number][] {
  const missing: [number, number][] = [];
  let next = fromSeq;
  for (const seq of stored) {
    if (seq > next) missing.push([next, seq - 1]);
    next = seq + 1;
  }
  if (next <= toSeq) missing.push([next, toSeq]);
  return missing;
}
