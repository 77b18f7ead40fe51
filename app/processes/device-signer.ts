import { findNamedIdentity } from '../../device/identity/identity-store.ts';
import type { Signer } from '../../sync/connectors/reference/connector.ts';

/**
 * Signs for one connection with the key in force; by then the appliance has made it. One that its keeper does not give
 * out is looked for again with the next request, since a TPM may come back; until then the line counts as down.
 * @throws Error where there is no key; LedgerError `key_damaged`; IdentityError `key_unreadable`
 */
export function deviceSigner(dataDir: string, keyId: string): Signer {
  const find = () => {
    const found = findNamedIdentity(dataDir);
    if (found === null) throw new Error('the key of this device is gone from its data folder');
    return found;
  };
  let held = find();
  return {
    keyId,
    alg: held.key.alg,
    async sign(bytes) {
      if (held.fault() !== null) held = find();
      return held.key.sign(bytes);
    },
  };
}
