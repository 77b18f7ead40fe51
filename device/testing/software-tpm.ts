import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensurePackages } from './ensure-packages.ts';

/** A real TPM 2.0 in software (swtpm) for tests: the same commands and answers as a chip, and a state that can be lost. */

const SWTPM = '/usr/bin/swtpm';
const NEEDED = [SWTPM, '/usr/bin/tpm2_create', '/usr/bin/tpm2_changeauth'];
const TCTI_LIBRARIES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
const LOOK_MS = 20;

const isThere = () =>
  NEEDED.every((path) => existsSync(path)) &&
  TCTI_LIBRARIES.some((folder) => existsSync(join(folder, 'libtss2-tcti-swtpm.so.0')));

export function ensureSoftwareTpm(): void {
  ensurePackages(isThere, 'software TPM', ['swtpm', 'tpm2-tools', 'libtss2-tcti-swtpm0']);
}

export class SoftwareTpm {
  readonly #folder = mkdtempSync(join(tmpdir(), 'swtpm-'));
  #process: ChildProcess | null = null;

  /** As tpm2-tools name it. */
  get tcti(): string {
    return `swtpm:path=${this.#socket}`;
  }

  get #socket(): string {
    return join(this.#folder, 'socket');
  }

  /** Switches the machine on; its TPM is as it was when it was switched off. */
  async start(): Promise<void> {
    const control = `type=unixio,path=${this.#socket}.ctrl`;
    const server = `type=unixio,path=${this.#socket}`;
    const state = `dir=${this.#folder}`;
    const args = ['socket', '--tpm2', '--tpmstate', state, '--server', server, '--ctrl', control];
    this.#process = spawn(SWTPM, [...args, '--flags', 'not-need-init,startup-clear'], { stdio: 'ignore' });
    // The tools find the second one by this name.
    while (![this.#socket, `${this.#socket}.ctrl`].every((path) => existsSync(path))) {
      if (this.#process.exitCode !== null) throw new Error(`swtpm ended: ${this.#process.exitCode}`);
      await delay(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (process === null || process.exitCode !== null) return;
    const ended = once(process, 'exit');
    process.kill('SIGTERM');
    await ended;
    for (const end of ['', '.ctrl']) rmSync(`${this.#socket}${end}`, { force: true });
  }

  /** Another machine at the same place: a TPM that never saw what this one sealed. */
  async replace(): Promise<void> {
    await this.stop();
    rmSync(join(this.#folder, 'tpm2-00.permall'), { force: true });
    await this.start();
  }

  /** Runs one of the tools on it, as its administrator would. */
  command(tool: string, ...args: string[]): void {
    const env = { TPM2TOOLS_TCTI: this.tcti, PATH: '/usr/bin' };
    // Only for one that reads: the others may be gone before it is written, which is an EPIPE.
    const input = args.at(-1) === '-' ? { input: 'secret' } : {};
    execFileSync(join('/usr/bin', tool), args, { stdio: 'pipe', env, ...input });
    execFileSync('/usr/bin/tpm2_flushcontext', ['-t'], { stdio: 'pipe', env });
  }

  /** Another program tries a password once too often: from then on the TPM refuses whatever a password could guard. */
  lockOut(): void {
    const context = join(this.#folder, 'guarded');
    this.command('tpm2_dictionarylockout', '-s', '-n', '1', '-t', '1000', '-l', '1000');
    this.command('tpm2_createprimary', '-Q', '-C', 'o', '-p', 'right', '-c', context);
    const wrong = ['-C', context, '-P', 'wrong', '-u', `${context}.u`, '-r', `${context}.r`, '-i', '-'];
    try {
      this.command('tpm2_create', '-Q', ...wrong);
    } catch {
      execFileSync('/usr/bin/tpm2_flushcontext', ['-t'], { env: { TPM2TOOLS_TCTI: this.tcti } });
      return;
    }
    throw new Error('a wrong password was taken');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
