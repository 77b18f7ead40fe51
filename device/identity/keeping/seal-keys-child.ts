import { takeUpIdentity } from '../identity-store.ts';
import { sealByTpm, unsealByTpm } from './tpm.ts';

// One start of a device whose plug is pulled at a step of sealing: `node seal-keys-child.ts FOLDER TCTI STEP`.
const [dataDir = '', tcti = '', step = ''] = process.argv.slice(2);

function cut(at: string): void {
  if (at === step) process.kill(process.pid, 'SIGKILL');
}

takeUpIdentity(dataDir, 'ed25519', tcti, {
  seal(where, secret) {
    cut('before sealing');
    const sealed = sealByTpm(where, secret);
    cut('before the sealed file is written');
    return sealed;
  },
  unseal(sealed) {
    cut('before it is read back');
    const seed = unsealByTpm(sealed);
    cut('before the plain file is removed');
    return seed;
  },
});
