import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { IdentityError } from '../errors.ts';

/**
 * A secret that one machine's TPM 2.0 gives out and no other machine's: sealed under a primary key that the TPM derives
 * from its own seed each time, so that nothing of ours has to stay inside of it. By the system's tpm2-tools (version 4
 * or newer): a binding of our own would be native code on the path of every signature.
 */

/**
 * Where the TPM answers, as tpm2-tools name it: the kernel's resource manager, or the socket of a software TPM. Nothing
 * else, because the tools load a library by this name.
 */
export const tctiSchema = z
  .string()
  .regex(/^(?:device:\/dev\/tpmrm\d{1,2}|swtpm:path=\/[\w./-]{1,100})$/, 'device:/dev/tpmrm0 or swtpm:path=/…');

/** The TPM of a Linux machine, where it has one. */
export const USUAL_TPM = 'device:/dev/tpmrm0';

export const sealedSchema = z.strictObject({
  tcti: tctiSchema,
  /** TPM2B_PUBLIC and TPM2B_PRIVATE of the sealed object, base64; without the TPM they tell nothing. */
  public: z.base64().max(2_000),
  private: z.base64().max(2_000),
});
export type SealedByTpm = z.infer<typeof sealedSchema>;

export const NO_TOOLS = 'this machine has a TPM, and the package tpm2-tools is not installed';

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/bin'];
const TOOLS = ['tpm2_createprimary', 'tpm2_create', 'tpm2_load', 'tpm2_unseal', 'tpm2_flushcontext'] as const;
type Tool = (typeof TOOLS)[number];

/** A chip that answers takes a second at most; longer, and it hangs. */
const TIME_LIMIT_MS = 15_000;
/**
 * Spelled out: the tools' defaults may change with their version, and another template is another primary key. `noda`, here
 * and below: there is no password to guess, so a lockout that another program caused must not take this key along.
 */
const PRIMARY_ATTRIBUTES = 'restricted|decrypt|fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda';
const PRIMARY = ['-C', 'o', '-g', 'sha256', '-G', 'ecc256:aes128cfb', '-a', PRIMARY_ATTRIBUTES];
const SEALED_OBJECT = ['-g', 'sha256', '-a', 'fixedtpm|fixedparent|userwithauth|noda'];

const pathOf = (tool: Tool) => FOLDERS.map((folder) => join(folder, tool)).find((path) => existsSync(path));

/** `absent`: this machine has none. `no_tools`: it has, and tpm2-tools are not installed. */
export function tpmState(tcti: string): 'ready' | 'absent' | 'no_tools' {
  if (!existsSync(tcti.replace(/^(?:device:|swtpm:path=)/, ''))) return 'absent';
  return TOOLS.every((tool) => pathOf(tool) !== undefined) ? 'ready' : 'no_tools';
}

const LOOK = 'Look at the TPM in the firmware’s settings and restart the device';
const ANEW = 'order a new key for it at the centre ("renew": true, docs/configuration.md)';

/** @param look what may mend it */
export function keyLocked(why: string, look: string = LOOK): IdentityError {
  const hint = `Ratings go on and are kept. ${look}; if it stays so, ${ANEW}.`;
  return new IdentityError('key_locked', `the key of this device cannot be opened: ${why}`, { next: 'stop', hint });
}

function keyForeign(): IdentityError {
  return new IdentityError('key_foreign', 'the key was sealed by the TPM of another machine, or this one was cleared', {
    next: 'stop',
    hint: `This device cannot sign any more: ${ANEW}. Ratings go on; what is not delivered stays and goes with the new key.`,
  });
}

/** TPM_RC_INTEGRITY (TPM 2.0 Library, part 2, §6.6.3): a format-1 code of error 0x1f, whatever parameter it names. */
const isIntegrity = (code: number) => (code & 0x80) !== 0 && (code & 0x3f) === 0x1f;

/** What a tool said of its failure; what it wrote to standard output may be a secret and is never passed on. */
function faultOf(tool: Tool, error: unknown): IdentityError {
  const { stderr, code, signal } = error as { stderr?: Buffer; code?: string; signal?: string };
  const said = stderr?.toString('utf8') ?? '';
  const codes = [...said.matchAll(/0x([0-9A-F]{3,8})\b/gi)].map(([, hex = '0']) => Number.parseInt(hex, 16));
  if (tool === 'tpm2_load' && codes.some(isIntegrity)) return keyForeign();
  const last = said.split('\n').findLast((line) => /^ERROR: (?!Unable to run)/.test(line));
  return keyLocked(`${tool} ${code === 'ETIMEDOUT' || signal === 'SIGKILL' ? 'did not end' : (last ?? 'failed')}`);
}

/** No shell, a fixed environment; the secret goes by a pipe and never by an argument or a file. */
function call(tcti: string, tool: Tool, args: readonly string[], input?: Buffer): Buffer {
  const path = pathOf(tool);
  if (path === undefined) throw keyLocked(`${tool} is not installed (package tpm2-tools)`);
  try {
    return execFileSync(path, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
      env: { PATH: '/usr/bin:/bin', TPM2TOOLS_TCTI: tcti },
    });
  } catch (error) {
    throw faultOf(tool, error);
  }
}

type Run = (tool: Tool, ...args: readonly string[]) => Buffer;

/** One tool after the other; without a resource manager each leaves its objects behind, and a TPM holds three. */
function withPrimary<T>(tcti: string, use: (run: Run, file: (name: string) => string) => T, input?: Buffer): T {
  const folder = mkdtempSync(join(tmpdir(), 'pingjiaqi-tpm-'));
  const file = (name: string) => join(folder, name);
  const run: Run = (tool, ...args) => {
    const output = call(tcti, tool, args, tool === 'tpm2_create' ? input : undefined);
    if (tcti.startsWith('swtpm:')) call(tcti, 'tpm2_flushcontext', ['-t']);
    return output;
  };
  try {
    run('tpm2_createprimary', '-Q', ...PRIMARY, '-c', file('primary'));
    return use(run, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Blocks for some TPM commands, up to some 100 ms each on a slow chip.
 * @param tcti as in `tctiSchema`
 * @throws IdentityError `key_locked`
 */
export function sealByTpm(tcti: string, secret: Buffer): SealedByTpm {
  const seal = (run: Run, file: (name: string) => string): SealedByTpm => {
    const [open, closed] = [file('public'), file('private')];
    run('tpm2_create', '-Q', '-C', file('primary'), ...SEALED_OBJECT, '-u', open, '-r', closed, '-i', '-');
    return { tcti, public: readFileSync(open, 'base64'), private: readFileSync(closed, 'base64') };
  };
  return withPrimary(tcti, seal, secret);
}

/**
 * What was sealed. Blocks as sealing does.
 * @throws IdentityError `key_foreign` (another machine's, or cleared since), `key_locked` (no TPM, no tools, refused)
 */
export function unsealByTpm(sealed: SealedByTpm): Buffer {
  if (tpmState(sealed.tcti) === 'absent') throw keyLocked(`there is no TPM at ${sealed.tcti}`);
  return withPrimary(sealed.tcti, (run, file) => {
    writeFileSync(file('public'), sealed.public, 'base64');
    writeFileSync(file('private'), sealed.private, 'base64');
    run('tpm2_load', '-Q', '-C', file('primary'), '-u', file('public'), '-r', file('private'), '-c', file('object'));
    return run('tpm2_unseal', '-Q', '-c', file('object'));
  });
}
