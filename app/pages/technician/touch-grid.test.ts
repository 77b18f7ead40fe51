import { describe, expect, it } from 'vitest';
import { panelRow, touchLayout } from './touch-grid.ts';

describe.each([
  [1280, 800, 13, 8],
  [1920, 1080, 20, 11],
  [800, 480, 8, 5],
  [800, 1280, 8, 13],
  [360, 180, 4, 2],
])('the touch test of a screen of %d × %d', (width, height, columns, rows) => {
  it('has patches of at most 100 px', () => {
    const layout = touchLayout(width, height);
    expect([layout.columns, layout.rows, layout.cells.length]).toEqual([columns, rows, columns * rows]);
  });

  it('moves its panel when the rest is touched, onto patches that were', () => {
    const layout = touchLayout(width, height);
    const [from, to] = layout.panelColumns;
    const under = (row: number) =>
      layout.cells.filter((cell) => {
        const column = cell % columns;
        return Math.floor(cell / columns) === row && column >= from && column < to;
      });
    const row = panelRow(layout, new Set());
    const rest = new Set(layout.cells.filter((cell) => !under(row).includes(cell)));
    const last = Math.max(...rest);
    expect(panelRow(layout, new Set([...rest].filter((cell) => cell !== last)))).toBe(row);
    const moved = panelRow(layout, rest);
    expect(under(moved).every((cell) => rest.has(cell))).toBe(true);
    expect(under(moved)).toHaveLength(to - from);
  });
});
