import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds that the longest files take on a quiet machine of two cores; what is not named takes a few. */
const SECONDS: Readonly<Record<string, number>> = {
  'test/integration/kill.test.ts': 300,
  'test/integration/faults.test.ts': 150,
  'test/integration/line.test.ts': 110,
  'test/integration/technician.test.ts': 100,
  'test/integration/package.test.ts': 100,
  'test/browser/rating.test.ts': 90,
  'test/integration/ledger-kill.test.ts': 90,
  'test/browser/languages.test.ts': 70,
  'test/browser/technician-page.test.ts': 70,
  'test/integration/provision.test.ts': 60,
  'test/browser/reasons.test.ts': 50,
  'test/browser/shell.test.ts': 50,
  'test/browser/one-tap.test.ts': 50,
  'test/browser/writing.test.ts': 50,
  'test/browser/unified.test.ts': 45,
  'test/browser/pages.test.ts': 35,
};

const secondsOf = ({ moduleId }: TestSpecification): number => SECONDS[relative(process.cwd(), moduleId)] ?? 0;

/** So that no long file is left alone at the end; on a clean checkout no earlier run tells which are long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => secondsOf(b) - secondsOf(a));
  }
}
