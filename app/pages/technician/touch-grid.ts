/** How the touch test divides a screen. */

/** No patch is larger than a finger's neighbourhood: a panel goes blind in strips that a larger one would hide. */
const PATCH_PX = 100;
const PANEL_COLUMNS = 4;

export interface TouchLayout {
  columns: number;
  rows: number;
  cells: readonly number[];
  /** First and one past the last column of the panel with the words and the way out; it is one row high. */
  panelColumns: readonly [number, number];
  /** In the middle first: the edges of a screen go blind most often, and nothing may be in their way. */
  firstRow: number;
}

export function touchLayout(widthPx: number, heightPx: number): TouchLayout {
  const columns = Math.max(1, Math.ceil(widthPx / PATCH_PX));
  const rows = Math.max(2, Math.ceil(heightPx / PATCH_PX));
  const from = Math.max(0, Math.floor((columns - PANEL_COLUMNS) / 2));
  return {
    columns,
    rows,
    cells: Array.from({ length: columns * rows }, (_none, cell) => cell),
    panelColumns: [from, Math.min(columns, from + PANEL_COLUMNS)],
    firstRow: Math.floor(rows / 2),
  };
}

/** Where the panel stands: once all that it leaves free was touched, it goes up a row and frees what it covered. */
export function panelRow(layout: TouchLayout, touched: ReadonlySet<number>): number {
  const { cells, columns, panelColumns, firstRow } = layout;
  const [from, to] = panelColumns;
  const isCovered = (cell: number) =>
    Math.floor(cell / columns) === firstRow && cell % columns >= from && cell % columns < to;
  return cells.every((cell) => touched.has(cell) || isCovered(cell)) ? firstRow - 1 : firstRow;
}
