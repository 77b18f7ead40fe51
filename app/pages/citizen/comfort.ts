import { signal } from '@preact/signals';
import { resetLanguage } from '../shared/locale.ts';

/** How a person may have the screen, besides the language. */
export const COMFORTS = ['elder', 'contrast', 'low'] as const;
/** `elder`: 老年模式, large text and no countdown; `contrast`: ≥ 10:1; `low`: choices within reach from a wheelchair. */
export type Comfort = (typeof COMFORTS)[number];

const chosen = signal<readonly Comfort[]>([]);

export const hasComfort = (comfort: Comfort): boolean => chosen.value.includes(comfort);

/** One touch on, one touch off. */
export function toggleComfort(comfort: Comfort): void {
  chosen.value = hasComfort(comfort) ? chosen.value.filter((other) => other !== comfort) : [...chosen.value, comfort];
}

/** Everything as the next person expects it: Chinese, ordinary size, ordinary place. */
export function resetPerson(): void {
  resetLanguage();
  chosen.value = [];
}
