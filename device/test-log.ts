import { z } from 'zod';
import type { Ledger } from './ledger/ledger.ts';

/** What a person tries out at a device, and can alone say whether it is right. */
export const TESTS = ['touch', 'colours', 'sound', 'card', 'print'] as const;
export type TestName = (typeof TESTS)[number];

const resultSchema = z.object({ at: z.number(), passed: z.boolean() });
const resultsSchema = z.partialRecord(z.enum(TESTS), resultSchema);

/** The last result of each test; `at` in ms since 1970. A test that nobody made has none. */
export type TestResults = Partial<Record<TestName, z.infer<typeof resultSchema>>>;

const STATE_KEY = 'technician_tests';

/** Results stay until the test is made again, for whoever signs the acceptance report and for the next technician. */
export class TestLog {
  readonly #ledger: Pick<Ledger, 'state' | 'append'>;
  readonly #now: () => number;

  /** @param now ms since 1970 */
  constructor(ledger: Pick<Ledger, 'state' | 'append'>, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  results(): TestResults {
    const text = this.#ledger.state(STATE_KEY);
    return text === null ? {} : (resultsSchema.parse(JSON.parse(text)) as TestResults);
  }

  /** Durable when it returns; a crash before leaves the result of the time before. @throws LedgerError */
  note(name: TestName, passed: boolean): void {
    const results = { ...this.results(), [name]: { at: this.#now(), passed } };
    this.#ledger.append([], { state: { [STATE_KEY]: JSON.stringify(results) } });
  }
}
