import { beforeEach, describe, expect, it } from 'vitest';
import { builtinSlipTexts } from '../peripherals/printer/case-slip.ts';
import type { PrintItem } from '../peripherals/printer/document.ts';
import { EMPTY_CONTEXT } from '../visit/changes.ts';
import { decide, type VisitState } from '../visit/machine.ts';
import type { OpenVisit, VisitEvent } from '../visit/model.ts';
import { SlipPrinting } from './slip-printing.ts';

const META = {
  wallMs: Date.parse('2026-11-22T10:05:00+08:00'),
  recordId: '019aa000-0000-7000-8000-000000000001',
  policy: { id: 'p', version: '1' },
  catalogueVersion: 'c',
  layout: 'best-left',
};
const visit = (caseNo: string): OpenVisit => ({
  visitId: `visit-${caseNo}`,
  caseNo,
  serviceNo: 1,
  itemCode: 'I',
  itemName: '事项',
  window: 'A-07',
  staffId: 'S',
  servedAt: META.wallMs,
  trigger: 'business',
  inviteAtOnce: true,
});

let printed: { atMs: number; text: string }[];
let state: VisitState;
let nowMs: number;
let slips: SlipPrinting;

function begin(slip: 'never' | 'invited' | 'ended'): void {
  printed = [];
  nowMs = 0;
  state = { name: 'idle', context: EMPTY_CONTEXT };
  const print = async (make: () => readonly PrintItem[]) => {
    printed.push({ atMs: nowMs, text: JSON.stringify(make()) });
    return { outcome: 'printed', paperLow: false } as const;
  };
  slips = new SlipPrinting({
    printer: { slip, print },
    texts: builtinSlipTexts,
    place: () => ({ hall: '大厅', window: 'A-07' }),
    link: ({ caseNo }) => (caseNo === 'too-long' ? null : `https://x.cn#t=${caseNo}`),
  });
}

type Bare = VisitEvent extends infer E ? (E extends VisitEvent ? Omit<E, 'meta'> : never) : never;

function happen(event: Bare): void {
  state = decide(state, { ...event, meta: { ...META, monotonicMs: nowMs } } as VisitEvent).next;
  slips.watch(state, nowMs);
}

function pass(ms: number): void {
  for (const until = nowMs + ms; nowMs < until; ) {
    nowMs += 100;
    happen({ type: 'CLOCK' });
  }
}

const rateWith = (level: 1 | 2 | 3 | 4 | 5) => () => {
  happen({ type: 'RATE', visitId: 'visit-C', level, language: 'zh-CN' });
  happen({ type: 'SUBMIT', visitId: 'visit-C' });
};

describe('the slip of a case', () => {
  beforeEach(() => begin('invited'));

  it('is printed once, with the invitation', () => {
    happen({ type: 'OPEN', visit: visit('C') });
    pass(2000);
    expect(printed).toHaveLength(1);
    expect(printed[0]!.text).toContain('办件编号：C');
    expect(printed[0]!.text).toContain('https://x.cn#t=C');
    expect(printed[0]!.text).toContain('2026-11-22 10:05');
  });

  it('when its number is too long for a code then there is none, and the visit goes on', () => {
    happen({ type: 'OPEN', visit: visit('too-long') });
    expect([printed, state.name]).toEqual([[], 'inviting']);
  });

  it('when nobody wants slips then none is printed', () => {
    begin('never');
    happen({ type: 'OPEN', visit: visit('C') });
    expect(printed).toEqual([]);
  });
});

describe('the slip at the end', () => {
  const ends: [string, () => void][] = [
    ...([1, 2, 3, 4, 5] as const).map((level): [string, () => void] => [`grade ${level}`, rateWith(level)]),
    ['declined', () => happen({ type: 'DECLINE', visitId: 'visit-C' })],
  ];

  it('comes at one moment and is one paper for five grades and "declined"', () => {
    const papers = ends.map(([, end]) => {
      begin('ended');
      happen({ type: 'OPEN', visit: visit('C') });
      pass(2000);
      end();
      pass(20_000);
      return JSON.stringify(printed);
    });
    expect(new Set(papers).size).toBe(1);
    expect(JSON.parse(papers[0]!)).toHaveLength(1);
  });

  it.each([
    ['nobody rates', () => pass(90_000)],
    ['it is skipped', () => happen({ type: 'SKIP', visitId: 'visit-D', reason: 'citizen_left' })],
  ])('comes when %s too', (_how, end) => {
    begin('ended');
    happen({ type: 'OPEN', visit: { ...visit('D'), inviteAtOnce: _how !== 'it is skipped' } });
    end();
    pass(100);
    expect(printed).toHaveLength(1);
  });
});
