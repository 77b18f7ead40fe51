import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPageTurn, PAGES_BETWEEN, roundLength, type Turn, turnAt, turnOfPage } from './rounds.ts';

const hall = fc.record({ pages: fc.integer({ min: 1, max: 2000 }), others: fc.integer({ min: 0, max: 12 }) });

function roundOf(pages: number, others: number): Turn[] {
  return Array.from({ length: roundLength(pages, others) }, (_, at) => turnAt(at, pages, others));
}
const pageOf = (turn: Turn | undefined) => (turn !== undefined && 'page' in turn ? turn.page : null);
const otherOf = (turn: Turn | undefined) => (turn !== undefined && 'other' in turn ? turn.other : null);

describe('a round of the idle screen', () => {
  it('shows each page once, in its order', () => {
    fc.assert(
      fc.property(hall, ({ pages, others }) => {
        const shown = roundOf(pages, others).flatMap((turn) => pageOf(turn) ?? []);
        expect(shown).toEqual(Array.from({ length: pages }, (_, page) => page));
      }),
    );
  });

  it('shows each notice, in its order and round again', () => {
    fc.assert(
      fc.property(hall, ({ pages, others }) => {
        const shown = roundOf(pages, others).flatMap((turn) => otherOf(turn) ?? []);
        expect(new Set(shown).size).toBe(others);
        expect(shown).toEqual(shown.map((_, at) => at % others));
      }),
    );
  });

  it('has a notice after a few pages, never two while pages remain, also from one round to the next', () => {
    fc.assert(
      fc.property(hall, ({ pages, others }) => {
        const round = roundOf(pages, others);
        const rows = [...round, ...round].map((turn) => ('page' in turn ? 'p' : 'n')).join('');
        const longest = Math.max(...rows.split('n').map((row) => row.length));
        if (others > 0) expect(longest).toBeLessThanOrEqual(PAGES_BETWEEN);
        expect(rows.slice(0, round.findLastIndex((turn) => 'page' in turn) + 1)).not.toContain('nn');
        expect(rows[0]).toBe('p');
      }),
    );
  });

  it('lets nobody wait for a notice until all pages were shown', () => {
    fc.assert(
      fc.property(hall, ({ pages, others }) => {
        const round = roundOf(pages, others);
        const boundTurns = 2 * others * (PAGES_BETWEEN + 1);
        for (let other = 0; other < others; other += 1) {
          const turns = [...round, ...round].flatMap((turn, at) => (otherOf(turn) === other ? [at] : []));
          const waits = turns.slice(1).map((at, index) => at - turns[index]!);
          expect(Math.max(turns[0]!, ...waits)).toBeLessThanOrEqual(Math.max(boundTurns, round.length));
          if (pages > boundTurns) expect(Math.max(turns[0]!, ...waits)).toBeLessThanOrEqual(boundTurns);
        }
      }),
    );
  });

  it('is the list and then the notices where the list is short', () => {
    expect(roundOf(2, 3)).toEqual([{ page: 0 }, { page: 1 }, { other: 0 }, { other: 1 }, { other: 2 }]);
    expect(roundOf(3, 0)).toEqual([{ page: 0 }, { page: 1 }, { page: 2 }]);
    expect(roundOf(6, 1).map((turn) => pageOf(turn) ?? 'n')).toEqual([0, 1, 2, 3, 'n', 4, 5, 'n']);
  });
});

it('finds a page, and where the list goes on', () => {
  fc.assert(
    fc.property(hall, fc.nat(), ({ pages, others }, any) => {
      const round = roundOf(pages, others);
      const page = any % pages;
      expect(pageOf(round[turnOfPage(page, others)])).toBe(page);
      const from = any % round.length;
      const before = [...round, ...round].slice(0, from + 1).findLast((turn) => 'page' in turn);
      const isPage = pageOf(round[from]) !== null;
      const expected = isPage ? pageOf(round[from]) : (pageOf(before)! + 1) % pages;
      expect(pageOf(round[nextPageTurn(from, pages, others)])).toBe(expected);
    }),
  );
});
