/** One line of the benchmark: something of ours beside its reference, both measured in the same run (design §7). */
export interface Row {
  name: string;
  value: number;
  unit: string;
  /** What it is measured against. */
  reference: string;
  referenceValue: number;
  /** value ÷ referenceValue; null where the reference is 0. */
  ratio: number | null;
  /** What the issues ask of the ratio; left out where they ask nothing. */
  goal?: Goal;
}

/** A ratio no greater (`max`) or no smaller (`min`) than this; or the value itself (`maxValue`), in the row's unit. */
export type Goal = { max: number } | { min: number } | { maxValue: number };

/** Three significant digits: the rest is noise of the machine. */
const significant = (value: number): number => Number(value.toPrecision(3));

export function row(
  name: string,
  unit: string,
  ours: number,
  against: [name: string, value: number],
  goal?: Goal,
): Row {
  const [reference, referenceValue] = against;
  const ratio = referenceValue === 0 ? null : significant(ours / referenceValue);
  const bare = { name, value: significant(ours), unit, reference, referenceValue: significant(referenceValue), ratio };
  return goal === undefined ? bare : { ...bare, goal };
}

/** Null where nothing is asked, or nothing can be said. */
export function isMet({ value, ratio, goal }: Row): boolean | null {
  if (goal !== undefined && 'maxValue' in goal) return value <= goal.maxValue;
  if (ratio === null || goal === undefined) return null;
  return 'max' in goal ? ratio <= goal.max : ratio >= goal.min;
}

/** Of an unsorted list with at least one member. @param share 0 … 1; 0.5 is the median */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (found === undefined) throw new RangeError('a quantile of nothing');
  return found;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * A quantile that a burst of other work on the machine does not decide: that of each round, and the median of those.
 * @param rounds samples, grouped by the stretch of time in which they were taken
 */
export function steadyQuantile(rounds: readonly (readonly number[])[], share: number): number {
  return median(rounds.map((samples) => quantile(samples, share)));
}

function goalText(goal: Goal | undefined): string {
  if (goal === undefined) return '';
  if ('maxValue' in goal) return `value ≤ ${goal.maxValue}`;
  return 'max' in goal ? `≤ ${goal.max}` : `≥ ${goal.min}`;
}

const VERDICT = new Map([
  [true, 'met'],
  [false, 'MISSED'],
]);

function cells(one: Row): string[] {
  const met = isMet(one);
  const verdict = met === null ? '' : (VERDICT.get(met) ?? '');
  const ratio = one.ratio === null ? '–' : String(one.ratio);
  return [
    one.name,
    `${one.value} ${one.unit}`,
    one.reference,
    String(one.referenceValue),
    ratio,
    goalText(one.goal),
    verdict,
  ];
}

/** The rows as text for a person, in columns. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [['name', 'value', 'reference', 'value', 'ratio', 'goal', ''], ...rows.map(cells)];
  const widths = lines[0]?.map((_cell, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
