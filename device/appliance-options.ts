import type { Clock } from './clock.ts';
import type { SuiteName } from './identity/suite/key.ts';
import type { PeripheralOptions } from './peripherals/peripherals.ts';
import type { LoadedVoicePack } from './peripherals/voice/read-pack.ts';
import type { Disk } from './storage/disk-watch.ts';

/** What one device is made of. */
export interface ApplianceOptions {
  /** Holds everything the device keeps; made with mode 0700 where it is missing. */
  dataDir: string;
  clock: Clock;
  trial: boolean;
  /** Trial mode only: another built-in pack than the configuration names. */
  trialPolicyId: string | null;
  peripherals: PeripheralOptions;
  /** What the window can say, checked; one pack a language. Default none: it is silent. */
  voicePacks?: readonly LoadedVoicePack[];
  /** Watches the disk and holds space back for ratings, in bytes; neither where left out. */
  storage?: { reserveBytes: number; read: (dir: string) => Promise<Disk> };
  /** Signatures and sealing of a new device; one that has its key keeps its suite. Default `ed25519`. */
  suite?: SuiteName;
  /**
   * Where this machine's TPM answers, as tpm2-tools name it; the device's key goes into it where it is there. Null or left
   * out: nobody is asked, and a key that lies in a plain file stays there.
   */
  tpm?: string | null;
  /** This software is on trial: its predecessor must be able to go on with the ledger. Default false. */
  onTrial?: boolean;
  /** The nightly check found damage: a start sets the file aside and carries over what is sound, so start again. */
  onDamage: (problem: string) => void;
  /** Anything that a person should hear of and that stops nothing. */
  onFault: (error: unknown) => void;
}

export interface VoiceNow {
  /** 0 … 100. */
  volumePercent: number;
  /** Whether a called number is said. */
  calls: boolean;
  /** Whether the invitation is said here; a button box with a voice of its own says it, and two voices are none. */
  invites: boolean;
  /** One a language. */
  packs: readonly LoadedVoicePack[];
}
