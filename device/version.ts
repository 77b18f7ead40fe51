/** Numeric comparison of dotted versions like `3.54.1`: negative, 0 or positive. Missing and non-numeric parts count as 0. */
export function compareVersions(left: string, right: string): number {
  const a = left.split('.').map(Number);
  const b = right.split('.').map(Number);
  const differing = [0, 1, 2].find((index) => (a[index] || 0) !== (b[index] || 0));
  return differing === undefined ? 0 : (a[differing] || 0) - (b[differing] || 0);
}
