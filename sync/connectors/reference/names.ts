import { type LookupAddress, lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

/** One server that is silent costs a request half of its time; another one is still asked. */
const TIMEOUT_MS = 3_000;
const TRIES = 2;

/** What the resolver of a name server calls what the system's own calls otherwise; faults are told by the system's words. */
const SAME_AS: Readonly<Record<string, string>> = {
  ENODATA: 'ENOTFOUND',
  ETIMEOUT: 'EAI_AGAIN',
  ESERVFAIL: 'EAI_AGAIN',
  EREFUSED: 'EAI_AGAIN',
  ECONNREFUSED: 'EAI_AGAIN',
};

async function ask(resolver: Resolver, name: string, family: 4 | 6): Promise<LookupAddress[]> {
  const found = await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
  return found.map((address) => ({ address, family }));
}

/** @throws Error with `code` `ENOTFOUND` or `EAI_AGAIN` */
async function addressesOf(resolver: Resolver, name: string, families: readonly (4 | 6)[]): Promise<LookupAddress[]> {
  const answers = await Promise.allSettled(families.map((family) => ask(resolver, name, family)));
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  const codes = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [String((answer.reason as { code?: unknown }).code)] : [],
  );
  const all = codes.map((code) => SAME_AS[code] ?? code);
  // Only where every question was answered is it known that there is no such name.
  const code = all.find((one) => one !== 'ENOTFOUND') ?? 'ENOTFOUND';
  throw Object.assign(new Error(`${code} ${name}`), { code });
}

/**
 * How names are turned into addresses. Where name servers are set they alone are asked, since outside of them the same
 * name may be unknown, or another machine (split DNS); nobody goes around them. `localhost` is always this machine.
 * @param nameServers addresses, with a port where it is not 53; none: as the system does
 */
export function lookupBy(nameServers: readonly string[]): LookupFunction {
  if (nameServers.length === 0) return lookup;
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  resolver.setServers(nameServers);
  return (name, options, callback) => {
    if (name === 'localhost') {
      lookup(name, options, callback);
      return;
    }
    const families = options.family === 4 || options.family === 6 ? ([options.family] as const) : ([4, 6] as const);
    addressesOf(resolver, name, families).then(
      (found) => {
        const [first] = found;
        if (options.all === true || first === undefined) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
