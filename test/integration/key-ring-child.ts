import { join } from 'node:path';
import { KeyRing } from '../../app/shell/key-ring.ts';
import { systemClock } from '../../device/clock.ts';
import { control } from '../electron-double/control.ts';
import { safeStorage } from '../electron-double/safe-storage.ts';

// One start of the shell's key ring whose plug is pulled at a step: `node key-ring-child.ts FOLDER STEP`. A key that is
// there is wrapped and, where an earlier start did that, taken up.
const [dataDir = '', step = ''] = process.argv.slice(2);
control.isReady = true;

let samples = 0;
function cut(at: string): void {
  if (at === step) process.kill(process.pid, 'SIGKILL');
}

const ring = new KeyRing({
  folder: join(dataDir, 'keys'),
  clock: systemClock,
  report: () => undefined,
  storage: {
    isAsyncEncryptionAvailable: () => safeStorage.isAsyncEncryptionAvailable(),
    getSelectedStorageBackend: () => 'gnome_libsecret',
    async encryptStringAsync(text) {
      // The first one is a sample, to see what the store does with it.
      samples += 1;
      if (samples > 1) cut('before wrapping');
      const wrapped = await safeStorage.encryptStringAsync(text);
      if (samples > 1) cut('before the wrapped file is written');
      return wrapped;
    },
    async decryptStringAsync(wrapped) {
      cut('before it is read back');
      const answer = await safeStorage.decryptStringAsync(wrapped);
      cut('before it is compared');
      return answer;
    },
  },
});
await ring.open();
process.stdout.write(JSON.stringify({ store: ring.store, names: Object.keys(ring.seeds()) }));
process.exit(0);
