import { Canary } from '../../device/canary.ts';
import type { ClockBlocks } from '../../device/clock-block.ts';
import type { Holding, SeqRange, Sorted } from '../../device/ledger/completeness.ts';
import { type ManifestAnswer, Manifests } from '../../device/manifest.ts';
import type { Window } from '../../device/window.ts';
import type { CompletenessCalls } from '../../sync/device-port.ts';
import type { Disk, Row } from './disk.ts';
import type { SimulatedLedger } from './ledger.ts';
import type { Planted } from './planted.ts';

/** As device/ledger/completeness.ts, over a simulated disk: the same cases run on both. */
export class SimulatedCompleteness {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  holding(): Holding {
    const { rows, receipts } = this.#disk.image;
    const newest = this.#of('delivered').at(-1)?.record;
    const delivered = newest === undefined ? null : { seq: newest.seq, hash: newest.hash };
    const [firstSeq = 1] = [...rows.keys()].sort((a, b) => a - b);
    return { firstSeq, delivered, receipt: receipts };
  }

  count(fromSeq: number, toSeq: number): number {
    return [...this.#disk.image.rows.keys()].filter((seq) => seq >= fromSeq && seq <= toSeq).length;
  }

  sort(missing: readonly SeqRange[], receipt: number, limit: number): Sorted {
    const within = ({ record: { seq } }: Row): boolean => missing.some(([from, to]) => seq >= from && seq <= to);
    const delivered = this.#of('delivered').filter(within);
    const replayable = delivered.filter((row) => (row.receipt ?? 0) <= receipt).map(({ record }) => record.seq);
    const waiting = [...this.#disk.image.open.values()].filter(within).length;
    const named = missing.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    const gone = named - waiting - delivered.length;
    return { replayable: replayable.slice(0, limit), more: replayable.length > limit, waiting, gone };
  }

  #of(state: Row['state']): Row[] {
    const rows = [...this.#disk.image.rows.values()].filter((row) => row.state === state);
    return rows.sort((a, b) => a.record.seq - b.record.seq);
  }
}

export interface BooksParts {
  ledger: SimulatedLedger;
  window: Window;
  wallMs: () => number;
  clockBlocks: ClockBlocks;
  newId: () => string;
  planted: Planted | null;
  /** Records were put into the outbox again; nothing was appended for it. */
  wake: () => void;
}

/** The product's daily manifests and test records over the simulated ledger. */
export class Books {
  readonly canary: Canary;
  readonly #manifests: Manifests;
  readonly #parts: BooksParts;

  constructor(parts: BooksParts) {
    const { ledger, window, wallMs, newId, clockBlocks } = parts;
    this.#parts = parts;
    this.#manifests = new Manifests({
      ledger: {
        state: (key) => ledger.state(key),
        head: () => ledger.head,
        read: (fromSeq, limit) => ledger.read(fromSeq, limit),
        completeness: ledger.completeness,
      },
      keep: (event, also) => void window.keep(event === null ? [] : [event], also),
      now: wallMs,
    });
    this.canary = new Canary({
      ledger: { state: (key) => ledger.state(key), outbox: ledger },
      keep: (events, also, ids) => void window.keep(events, also, ids),
      newId,
      now: () => (clockBlocks.block().quality === 'unset' ? null : clockBlocks.dateMs()),
    });
  }

  /** @throws the store's error */
  sendCanary(): void {
    this.canary.sendDaily();
  }

  /** What the agent asks and tells, as app/processes/agent-link.ts answers it. */
  get handlers(): CompletenessCalls {
    return {
      provesDelivery: async (isProved) => this.canary.allow(isProved),
      plan: async () => this.#manifests.plan(),
      answer: async (answer) => {
        const { planted } = this.#parts;
        if (planted === 'manifest_ignored') return { more: false };
        const more = this.#manifests.answer(planted === 'quiet_about_old_disk' ? asOneHistory(answer) : answer);
        this.#parts.wake();
        return { more };
      },
    };
  }
}

/** The planted device hears what it misses, and not that the centre holds more than it or other records. */
function asOneHistory({ receipt, ranges }: ManifestAnswer): ManifestAnswer {
  return { receipt, ranges: ranges.map((range) => ({ ...range, headMatches: true })), centreSeq: null };
}
