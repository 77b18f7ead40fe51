import { writeSync } from 'node:fs';
import { bench, event, rating, receipt } from '../../device/ledger/ledger-fixture.ts';

/** Appends and delivers without end, and says each id on stdout only after the call that kept it has returned. */
const [dir = ''] = process.argv.slice(2);
const place = bench(dir);
place.now = Date.now();
const ledger = place.open();
const say = (line: string) => writeSync(1, `${line}\n`);

for (let round = 1; ; round += 1) {
  const [tap, mark] = ledger.append([rating(5), event()], { state: { round: String(ledger.head().seq + 2) } });
  say(`kept ${tap!.id} ${tap!.seq}`);
  say(`kept ${mark!.id} ${mark!.seq}`);
  if (round % 4 !== 0) continue;
  const batch = await ledger.outbox.claim({ limit: 5, maxBytes: 1 << 20 });
  if (batch === null) continue;
  const ids = batch.records.map((record) => record.id);
  const { leaseId } = batch;
  await ledger.outbox.settle({ leaseId, receipt: receipt(ids.length), delivered: ids, deferred: [], refused: [] });
  for (const id of ids) say(`delivered ${id}`);
}
